import { trackInAnalytics } from './analytics.js';
import { notifySlack } from './slack.js';
import { createTodoistTasks } from './todoist.js';

/**
 * An event as it arrives; `data` differs from event to event.
 * @typedef {{ event: string, timestamp: string, data: any, webhook_id: string }} WebhookEvent
 */

/**
 * Does something with an event, and fails where that fails. It may be called again for the same delivery.
 * @typedef {(event: WebhookEvent, deliveryId: string) => Promise<void>} Integration
 */

/**
 * The integrations whose outside service is told in the environment.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Integration[]}
 */
export function chooseIntegrations(env) {
  const { SLACK_WEBHOOK_URL, TODOIST_API_URL, TODOIST_API_TOKEN, TODOIST_PROJECT_ID } = env;
  const { ANALYTICS_URL, ANALYTICS_WRITE_KEY } = env;
  /** @type {Integration[]} */
  const chosen = [];
  if (SLACK_WEBHOOK_URL) chosen.push(notifySlack(SLACK_WEBHOOK_URL));
  if (TODOIST_API_TOKEN) {
    chosen.push(createTodoistTasks(TODOIST_API_TOKEN, TODOIST_PROJECT_ID, TODOIST_API_URL));
  }
  if (ANALYTICS_WRITE_KEY) chosen.push(trackInAnalytics(ANALYTICS_WRITE_KEY, ANALYTICS_URL));
  return chosen;
}
