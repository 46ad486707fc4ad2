import type { Schedule } from '../scheduler/schedule.ts';
import type { Schedules } from '../scheduler/schedules.ts';

/** The first schedules that wait, the next one first: `{name, when, input}`, the input parsed where it is JSON. */
export function describeWaitingSchedules(schedules: Schedules, limit: number): object[] {
  return schedules
    .all()
    .filter(({ enabled }) => enabled)
    .slice(0, limit)
    .map(({ name, dueAt, target }) => ({
      name,
      when: new Date(dueAt).toISOString(),
      input: parseInput(target),
    }));
}

function parseInput({ input = '' }: Schedule['target']): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
