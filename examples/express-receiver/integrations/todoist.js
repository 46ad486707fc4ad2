import { createHash } from 'node:crypto';
import { postJson } from './post-json.js';

const TODOIST_API_URL = 'https://api.todoist.com/api/v1';

/**
 * Makes a task in Todoist of each reminder that was found in a thought: https://developer.todoist.com/api/v1
 *
 * @param {string} token
 * @param {string} [projectId] the project for the tasks; the inbox where absent
 * @param {string} [apiUrl]
 * @returns {import('./choose.js').Integration}
 */
export const createTodoistTasks =
  (token, projectId, apiUrl = TODOIST_API_URL) =>
  async (event, deliveryId) => {
    if (event.event !== 'ai.processing_completed') return;

    const reminders = event.data.results.reminder_extraction?.reminders_found ?? [];
    for (const [index, reminder] of reminders.entries()) {
      const task = {
        content: reminder.content,
        ...(reminder.due_date ? { due_datetime: reminder.due_date } : {}),
        ...(projectId ? { project_id: projectId } : {}),
      };
      await postJson(`${apiUrl}/tasks`, task, {
        Authorization: `Bearer ${token}`,
        'X-Request-Id': requestIdOf(deliveryId, index),
      });
    }
  };

/**
 * The same for every repeat of a request, so that Todoist makes one task of them: 36 characters at most.
 * @param {string} deliveryId
 * @param {number} index
 */
const requestIdOf = (deliveryId, index) =>
  createHash('sha256').update(`${deliveryId} ${index}`).digest('hex').slice(0, 36);
