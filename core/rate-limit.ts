import { DAY_SECONDS } from './duration.ts';

/**
 * The rate limit of a webhook as two counters, both the epoch µs from which on nothing is taken yet:
 * - the gate: a request goes out when it has a slot there. No two slots are closer than the limit's interval, and a slot
 *   is at most `HORIZON_MS` ahead, which is waited for at the spot.
 * - the line: where the gate is full, a place in it says when to come back to the gate.
 * Places are as far apart as slots, so that those who come back find the gate open. One who comes late, or with many
 * others (the queue stood still), finds it full and takes another place: the limit is kept by the gate alone.
 *
 * The line ends a day ahead: who comes for the first time finds no place behind that. Those who have waited, and retries,
 * get one nevertheless. They are no more than have found a place, or the gate, before.
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

/** How far ahead a place may be for who comes for the first time: what waits longer is of no use to most. */
export const MAX_LINE_SECONDS = DAY_SECONDS;

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

/** How many fit between where a counter stands, or `from` where that is later, and `end`: epoch µs, all of them. */
const countFitting = (stands: number, { from, end }: { from: number; end: number }, interval: number) =>
  Math.max(0, Math.floor((end - Math.max(stands, from)) / interval) + 1);

/** As many of `wanted` slots as the gate has; undefined where it is full. */
export function planSlots(
  { gate = 0 }: Counters,
  { limit, now, wanted }: Circumstances & { readonly wanted: number },
): (Taking & { readonly count: number }) | undefined {
  const interval = intervalOf(limit);
  const from = toMicroseconds(now);
  const end = from + toMicroseconds(HORIZON_MS);
  const count = Math.min(wanted, countFitting(gate, { from, end }, interval));
  if (count === 0) return undefined;
  const span = count * interval;
  return { counter: 'gate', count, isAhead: gate > from, from, span, latest: end - span + interval };
}

/** Places in the line: for all who are entitled to one, and for as many newcomers as there are. */
export function planPlaces(
  { line = 0 }: Counters,
  {
    limit,
    now,
    entitled,
    newcomers,
  }: Circumstances & { readonly entitled: number; readonly newcomers: number },
): (Taking & { readonly count: number }) | undefined {
  const interval = intervalOf(limit);
  const from = toMicroseconds(now + HORIZON_MS);
  const end = toMicroseconds(now + MAX_LINE_SECONDS * 1000);
  const count = Math.min(
    entitled + newcomers,
    Math.max(entitled, countFitting(line, { from, end }, interval)),
  );
  if (count === 0) return undefined;
  return { counter: 'line', count, isAhead: line > from, from, span: count * interval };
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
