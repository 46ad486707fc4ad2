import { ASKED_SECONDS, begunAt, type Received } from './receivers.ts';
import { deliveryIdOf } from './requests.ts';
import type { LogEntry } from './rows.ts';
import type { Move } from './system.ts';
import type { Limit } from './world.ts';

/**
 * Attempts that came before a busy receiver had asked for them. As it asks for the same wait whenever it refuses, the
 * nth attempt is due n - 1 of these waits after the first request at the earliest, whichever of them were repeated; those
 * apart that never came to it, as a machine that is too busy has their time run out, and that asked for nothing.
 */
export function findHaste(logs: readonly LogEntry[], requests: readonly Received[]): string[] {
  const firstAt = new Map(requests.toReversed().map((request) => [deliveryIdOf(request), begunAt(request)]));
  const isBefore = ({ delivery_id: id, timestamp }: LogEntry) =>
    Date.parse(timestamp) < (firstAt.get(id) ?? 0);
  const unheard = new Map<string, number>();
  for (const { delivery_id: id } of logs.filter(isBefore)) unheard.set(id, (unheard.get(id) ?? 0) + 1);
  const isHasty = (entry: LogEntry) => {
    const { delivery_id: id, attempt, timestamp } = entry;
    const asked = attempt - 1 - (unheard.get(id) ?? 0);
    return !isBefore(entry) && Date.parse(timestamp) < (firstAt.get(id) ?? 0) + asked * ASKED_SECONDS * 1000;
  };
  return logs
    .filter(isHasty)
    .map(({ delivery_id: id, attempt }) => `attempt ${attempt} of ${id} was made before it was asked for`);
}

/** Requests are counted in windows of so long. */
const WINDOW_SECONDS = 2;
/** So far ahead a request may be given its turn, which it waits for at the spot. Source: docs/decisions/rate-limit.md */
const HORIZON_SECONDS = 2;
/** So long one may be held up between its turn and its receiver, by calls gone wrong and a busy machine. */
const DELAY_SECONDS = 2;

/**
 * How many requests may come in a window: those whose turn is in it, and in the time before it by which they may be late.
 * A move of the clock makes all turns the next ones, while those that were given before it are still waited for.
 */
function countAllowed(from: number, perSecond: number, moves: readonly Move[]): number {
  const since = from - (HORIZON_SECONDS + DELAY_SECONDS) * 1000;
  const until = from + WINDOW_SECONDS * 1000;
  const moved = moves.filter((move) => move.to >= since && move.from <= until).length;
  const inTurn = 1 + perSecond * (WINDOW_SECONDS + DELAY_SECONDS);
  return inTurn + moved * (1 + perSecond * HORIZON_SECONDS);
}

/** The first window in which a webhook was sent more than its rate limit allows. */
export function findCrowd(
  requests: readonly Received[],
  { perSecond, since }: Limit,
  moves: readonly Move[],
): string[] {
  const times = requests.map(({ at }) => at).filter((at) => at >= since);
  const counts = times.map((from, index) => {
    const end = times.findIndex((at) => at > from + WINDOW_SECONDS * 1000);
    return { count: (end < 0 ? times.length : end) - index, allowed: countAllowed(from, perSecond, moves) };
  });
  const crowd = counts.find(({ count, allowed }) => count > allowed);
  if (!crowd) return [];
  return [`was sent ${crowd.count} requests in ${WINDOW_SECONDS} s, where its limit allows ${crowd.allowed}`];
}
