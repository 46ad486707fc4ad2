import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { codeOf } from './guide.ts';

const execute = promisify(execFile);

/** An outside service of this name, which prints what it is told. */
const printing = (name: string) => `const ${name} = (...told) => console.log(JSON.stringify(told));`;

/**
 * Runs the `handleWebhookEvent` of the guide under `heading` in a process of its own, with `services` for it to call.
 * @param shown the heading of the event to handle
 * @param change makes another event of it
 * @returns what the services were told; the empty text where it was nothing
 */
async function handle(
  heading: string,
  services: string,
  shown: string,
  change: (data: any) => void = () => {},
): Promise<unknown> {
  const event = JSON.parse(codeOf(shown, 'json'));
  change(event.data);
  const code = `${services}\n${codeOf(heading, 'javascript')}\nhandleWebhookEvent(${JSON.stringify(event)});`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', code]);
  return stdout && JSON.parse(stdout);
}

/** What runs the handlers of the guide, by heading and language. */
export const RUN_HANDLERS: Record<string, () => Promise<void>> = {
  'Slack, javascript': async () => {
    const tell = printing('sendSlackNotification');
    expect(await handle('Slack', tell, 'thought.created')).toBe('');
    const told = await handle('Slack', tell, 'thought.created', ({ thought }) => thought.tags.push('team'));
    const text = 'New team thought: This is a new thought';
    expect(told).toEqual([{ channel: '#team-thoughts', text, user: 'user_123' }]);
  },
  'Task management, javascript': async () => {
    const services = `${printing('createTodoistTask')} const getProjectFromThought = (id) => 'of ' + id;`;
    const told = await handle('Task management', services, 'ai.processing_completed');
    const task = { content: 'Follow up next week', due_date: '2024-01-22T09:00:00Z' };
    expect(told).toEqual([{ ...task, project: 'of thought_456' }]);
  },
  'Analytics, javascript': async () => {
    const services = `${printing('track')} const analytics = { track };`;
    expect(await handle('Analytics', services, 'thought.created')).toEqual([
      'Thought Created',
      { user_id: 'user_123', category: 'Work', has_tags: true },
    ]);
    expect(await handle('Analytics', services, 'reminder.completed')).toEqual([
      'Reminder Completed',
      { user_id: 'user_123', completion_time: '2024-01-20T15:30:00Z' },
    ]);
  },
};
