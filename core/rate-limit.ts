/**
 * The rate limit of a webhook as two counters, both the epoch µs from which on nothing is taken yet:
 * - the gate: a request goes out when it has a slot there. No two slots are closer than the limit's interval, and a slot
 *   is at most `HORIZON_MS` ahead, which is waited for at the spot.
 * - the line: where the gate is full, a place in it says when to come back to the gate.
 * Places are as far apart as slots, so that those who come back find the gate open. One who comes late, or with many
 * others (the queue stood still), finds it full and takes another place: the limit is kept by the gate alone.
 */
export type Counters = { readonly gate?: number | undefined; readonly line?: number | undefined };

/** What is to be taken from a counter: so many µs from when it stands, or from `from` where that is later. */
export type Taking = {
  readonly counter: keyof Counters;
  /** Whether it stood later than `from` when it was read. */
  readonly isAhead: boolean;
  readonly from: number;
  readonly span: number;
  /** The latest that it may stand, where there is such: it may have been moved on meanwhile. */
  readonly latest?: number | undefined;
};

/** The limits that there may be: requests a second. A request that waits holds a place of an invocation. */
export const MIN_RATE_LIMIT = 1;
export const MAX_RATE_LIMIT = 100;

/** How far ahead a slot may be: a second for what one second's places bring at once, another for who comes late. */
const HORIZON_MS = 2000;

/**
 * The longest that one message is delayed: seconds. SQS takes 900, after which an alarm goes off for messages that wait
 * too long; and a limit that is changed or lifted is noticed no sooner.
 */
const MAX_DELAY_SECONDS = 600;

/** µs between two requests; rounded up, so that the limit is never passed. */
const intervalOf = (limit: number) => Math.ceil(1_000_000 / limit);

const toMicroseconds = (ms: number) => Math.round(ms * 1000);

/** What a decision goes by: the limit in requests a second, and the time in epoch ms. */
type Circumstances = { readonly limit: number; readonly now: number };

/** Whether somebody has a place in the line: who comes for the first time stands behind. */
export function isLineOpen({ line = 0 }: Counters, { now }: Circumstances): boolean {
  return line > toMicroseconds(now);
}

/** As many of `wanted` slots as the gate has; undefined where it is full. */
export function planSlots(
  { gate = 0 }: Counters,
  { limit, now, wanted }: Circumstances & { readonly wanted: number },
): (Taking & { readonly count: number }) | undefined {
  const interval = intervalOf(limit);
  const from = toMicroseconds(now);
  const end = from + toMicroseconds(HORIZON_MS);
  const fitting = Math.floor((end - Math.max(gate, from)) / interval) + 1;
  const count = Math.min(wanted, fitting);
  if (count <= 0) return undefined;
  const span = count * interval;
  return { counter: 'gate', count, isAhead: gate > from, from, span, latest: end - span + interval };
}

/** Places in the line for so many. */
export function planPlaces(
  { line = 0 }: Counters,
  { limit, now, wanted }: Circumstances & { readonly wanted: number },
): Taking {
  const from = toMicroseconds(now + HORIZON_MS);
  return { counter: 'line', isAhead: line > from, from, span: wanted * intervalOf(limit) };
}

/** The times of slots or places, epoch ms, where a counter stood at `first` (epoch µs) when they were taken. */
export function timesFrom(first: number, limit: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => (first + n * intervalOf(limit)) / 1000);
}

/** How long a message is delayed at once, and how long it waits beyond that: whole seconds. */
export function splitWait(seconds: number): { readonly delaySeconds: number; readonly restSeconds: number } {
  const delaySeconds = Math.min(Math.max(Math.ceil(seconds), 1), MAX_DELAY_SECONDS);
  return { delaySeconds, restSeconds: Math.max(0, Math.ceil(seconds) - delaySeconds) };
}
