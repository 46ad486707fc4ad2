import { setTimeout } from 'node:timers/promises';
import type { System } from './system.ts';

/** How often a system is looked at, and how many looks without a change mean that it waits for time to pass: ms. */
const LOOK_MS = 100;
const LOOKS_AT_REST = 3;
/** Longer than any message of the stack is hidden from its other receivers. */
const VISIBILITY_SECONDS = 300;
/** What is due within a minute is done together. */
const LEAST_MOVE_SECONDS = 60;
/** More moves of the clock than the whole schedule takes, whatever goes wrong on the way. */
const MAXIMUM_MOVES = 2000;

/** What waits: messages on queues that are worked on, and schedules, the next one first. */
async function look(system: System) {
  const [queues, schedules] = await Promise.all([system.countQueues(), system.schedules()]);
  const working = queues.filter(({ name }) => !name.includes('DeadLetters'));
  const messages = working.reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
  return { messages, schedules, text: JSON.stringify([queues, schedules]) };
}

/** Whether nothing waits once nothing changes any more by itself. */
async function isEmptyAtRest(system: System): Promise<boolean> {
  let last = await look(system);
  for (let same = 0; same < LOOKS_AT_REST; ) {
    await setTimeout(LOOK_MS);
    const now = await look(system);
    same = now.text === last.text ? same + 1 : 0;
    last = now;
  }
  return last.messages === 0 && last.schedules.length === 0;
}

/** Until messages that were left behind are visible again, or else until the next schedule is due. */
async function secondsToMove(system: System): Promise<number> {
  const { messages, schedules } = await look(system);
  const [next] = schedules;
  if (messages > 0 || !next) return VISIBILITY_SECONDS;
  const dueInSeconds = Math.ceil((Date.parse(next.when) - (await system.now())) / 1000);
  return Math.max(LEAST_MOVE_SECONDS, dueInSeconds);
}

type Steps = {
  /** What is done each time before the clock is moved, told how often it was. */
  readonly beforeMove: (moves: number) => Promise<void>;
  /** What is done while it is moved. */
  readonly duringMove: (moves: number) => Promise<void>;
};

/**
 * Lets time pass until no message and no schedule waits.
 * @throws Error where there is no end to it
 */
export async function drain(system: System, { beforeMove, duringMove }: Steps): Promise<void> {
  for (let moves = 0; moves < MAXIMUM_MOVES; moves += 1) {
    if (await isEmptyAtRest(system)) return;
    const seconds = await secondsToMove(system);
    await beforeMove(moves);
    await Promise.all([system.advance(seconds), duringMove(moves)]);
  }
  throw new Error(`after ${MAXIMUM_MOVES} moves of the clock there is still something waiting`);
}
