import { postJson } from './post-json.js';

const ANALYTICS_URL = 'https://api.segment.io/v1/track';

/**
 * Tracks thoughts and reminders by Segment's HTTP API, which many analytics services understand:
 * https://segment.com/docs/connections/sources/catalog/libraries/server/http-api
 *
 * @param {string} writeKey
 * @param {string} [url]
 * @returns {import('./choose.js').Integration}
 */
export const trackInAnalytics =
  (writeKey, url = ANALYTICS_URL) =>
  async (event, deliveryId) => {
    const tracked = describe(event);
    if (!tracked) return;
    const { user_id: userId } = event.data;
    // Segment drops what comes twice under one messageId.
    const body = { userId, ...tracked, timestamp: event.timestamp, messageId: deliveryId };
    await postJson(url, body, {
      Authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    });
  };

/**
 * What is tracked of an event, where it is one that is tracked.
 * @param {import('./choose.js').WebhookEvent} event
 */
function describe({ event, data }) {
  switch (event) {
    case 'thought.created': {
      const { category, tags } = data.thought;
      return {
        event: 'Thought Created',
        properties: { user_id: data.user_id, category: category?.name, has_tags: tags.length > 0 },
      };
    }
    case 'reminder.completed':
      return {
        event: 'Reminder Completed',
        properties: { user_id: data.user_id, completion_time: data.reminder.completed_at },
      };
    default:
      return undefined;
  }
}
