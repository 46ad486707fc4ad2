import {
  type Counters,
  isLineOpen,
  planPlaces,
  planSlots,
  type Taking,
  timesFrom,
} from '../../core/rate-limit.ts';
import type { getCounters, RatedWebhook, takeFromCounter } from '../aws/rate-store.ts';
import type { Assignment } from './assignment.ts';

export type CounterServices = {
  /** The time: epoch ms. */
  readonly now: () => number;
  readonly getCounters: ReturnType<typeof getCounters>;
  readonly takeFromCounter: ReturnType<typeof takeFromCounter>;
};

/** An attempt that may be made then (epoch ms). */
type Admitted = { readonly assignment: Assignment; readonly at: number };
/** A message that is to come back in so many seconds. */
export type Delayed = { readonly assignment: Assignment; readonly waitSeconds: number };

/** How often a counter is asked again that others have moved on. */
const MAX_TRIES = 10;

/**
 * Takes from a counter what `plan` says; it is asked anew where others came in between.
 * @returns the plan that was carried out, and where the counter stood; undefined where there is none
 * @throws Error where others always come in between
 */
async function take<P extends Taking>(
  services: CounterServices,
  webhook: RatedWebhook,
  plan: (counters: Counters, now: number) => P | undefined,
): Promise<{ readonly plan: P; readonly first: number } | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const counters = await services.getCounters(webhook, { isConsistent: tries > 0 });
    const now = services.now();
    const planned = plan(counters, now);
    if (!planned) return undefined;
    const first = await services.takeFromCounter(webhook, planned, now);
    if (first !== undefined) return { plan: planned, first };
  }
  throw new Error('others always come first to the counters of a rate limit');
}

/** Slots for those whose wait is over, and for newcomers where nobody waits; those for whom there is one. */
export async function takeSlots(
  services: CounterServices,
  webhook: RatedWebhook,
  { called, newcomers }: { called: readonly Assignment[]; newcomers: readonly Assignment[] },
): Promise<Admitted[]> {
  if (called.length + newcomers.length === 0) return [];
  const limit = webhook.rateLimit;
  const taken = await take(services, webhook, (counters, now) => {
    const candidates = isLineOpen(counters, { limit, now }) ? called : [...called, ...newcomers];
    const slots = planSlots(counters, { limit, now, wanted: candidates.length });
    return slots && { ...slots, candidates };
  });
  if (!taken) return [];
  const { candidates, count } = taken.plan;
  const times = timesFrom(taken.first, limit, count);
  return candidates.slice(0, count).map((assignment, n) => ({ assignment, at: times[n] ?? 0 }));
}

/** Places in the line: when to ask again; and those of the newcomers for whom there is none. */
export async function takePlaces(
  services: CounterServices,
  webhook: RatedWebhook,
  { entitled, newcomers }: { entitled: readonly Assignment[]; newcomers: readonly Assignment[] },
): Promise<{ readonly delayed: readonly Delayed[]; readonly skipped: readonly Assignment[] }> {
  const all = [...entitled, ...newcomers];
  if (all.length === 0) return { delayed: [], skipped: [] };
  const limit = webhook.rateLimit;
  const taken = await take(services, webhook, (counters, now) => {
    const wanted = { entitled: entitled.length, newcomers: newcomers.length };
    const places = planPlaces(counters, { limit, now, ...wanted });
    return places && { ...places, now };
  });
  if (!taken) return { delayed: [], skipped: newcomers };
  const { count, now } = taken.plan;
  const delayed = timesFrom(taken.first, limit, count).flatMap((time, n): Delayed[] => {
    const assignment = all[n];
    return assignment ? [{ assignment, waitSeconds: (time - now) / 1000 }] : [];
  });
  return { delayed, skipped: all.slice(count) };
}
