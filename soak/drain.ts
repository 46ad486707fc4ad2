import { setTimeout } from 'node:timers/promises';
import type { System } from './system.ts';

/** How often a system is looked at: ms. */
const LOOK_MS = 100;
/** How many looks without a change mean that nothing more happens by itself, and how many where nothing is to be had. */
const LOOKS_AT_REST = 3;
const LOOKS_IDLE = 2;
/** How many schedules are looked at: there may be thousands, and those that are not due are none that fire. */
const SCHEDULES_SEEN = 10;
/** Longer than any message of the stack is hidden from its other receivers. */
const VISIBILITY_SECONDS = 300;
/** What is due within a minute is done together. */
const MIN_MOVE_SECONDS = 60;
/** More moves of the clock than the whole schedule takes, whatever goes wrong on the way. */
const MAX_MOVES = 2000;

/** A system, and how many requests its receivers have got: a line is worked on with no message that comes or goes. */
type Drained = { readonly system: System; readonly countRequests: () => number };

/** What waits: messages on queues that are worked on, and schedules, the next one first; and what has come of others. */
async function look({ system, countRequests }: Drained) {
  const [queues, schedules] = await Promise.all([system.countQueues(), system.schedules(SCHEDULES_SEEN)]);
  const working = queues.filter(({ name }) => !name.includes('DeadLetters'));
  const visible = working.reduce((sum, queue) => sum + queue.visible, 0);
  const messages = working.reduce((sum, { hidden }) => sum + hidden, visible);
  const [next] = schedules;
  return {
    visible,
    messages,
    next,
    isEmpty: messages === 0 && !next,
    text: JSON.stringify([queues, schedules, countRequests()]),
  };
}

/**
 * A look at a system that waits for time to pass. That it is too early does no harm, as a move of the clock waits for
 * what is being done; but that all is over is to be certain.
 */
async function lookAtRest(drained: Drained) {
  let last = await look(drained);
  const isAtRest = (same: number) => same >= (last.isEmpty || last.visible > 0 ? LOOKS_AT_REST : LOOKS_IDLE);
  for (let same = 0; !isAtRest(same); ) {
    await setTimeout(LOOK_MS);
    const now = await look(drained);
    same = now.text === last.text ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** Until messages that were left behind are visible again, or else until the next schedule is due. */
async function secondsToMove(system: System, { messages, next }: Awaited<ReturnType<typeof look>>) {
  if (messages > 0 || !next) return VISIBILITY_SECONDS;
  const dueInSeconds = Math.ceil((Date.parse(next.when) - (await system.now())) / 1000);
  return Math.max(MIN_MOVE_SECONDS, dueInSeconds);
}

/**
 * Lets time pass until no message and no schedule waits.
 * @param duringMove what is done each time while the clock is moved, told how often it was
 * @throws Error where there is no end to it
 */
export async function drain(drained: Drained, duringMove: (moves: number) => Promise<void>): Promise<void> {
  const { system } = drained;
  for (let moves = 0; moves < MAX_MOVES; moves += 1) {
    const seen = await lookAtRest(drained);
    if (seen.isEmpty) return;
    const seconds = await secondsToMove(system, seen);
    await Promise.all([system.advance(seconds), duringMove(moves)]);
  }
  throw new Error(`after ${MAX_MOVES} moves of the clock there is still something waiting`);
}
