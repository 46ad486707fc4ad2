import type { SQSRecord } from 'aws-lambda';
import {
  type Counters,
  isLineOpen,
  planPlaces,
  planSlots,
  splitWait,
  type Taking,
  timesFrom,
} from '../../core/rate-limit.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { sendDeliveries } from '../aws/deliveries-queue.ts';
import type { getCounters, RatedWebhook, takeFromCounter } from '../aws/rate-store.ts';
import type { Assignment } from './assignment.ts';
import type { DeliveryMessage } from './message.ts';
import { isOutOfLane, type SlowLaneServices } from './slow-lane.ts';

export type RateServices = SlowLaneServices & {
  /** The time: epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly getCounters: ReturnType<typeof getCounters>;
  readonly takeFromCounter: ReturnType<typeof takeFromCounter>;
  /** Puts messages onto the deliveries queue; those that it did not take. */
  readonly sendDeliveries: ReturnType<typeof sendDeliveries>;
};

/** An attempt that may be made then (epoch ms). */
type Admitted = { readonly assignment: Assignment; readonly at: number };
/** A message that is to come back in so many seconds. */
type Delayed = { readonly assignment: Assignment; readonly waitSeconds: number };

/** What becomes of a record: when its attempt may be made, or whether the queue took it for later. */
type Turn = { readonly at: number } | { readonly isTaken: boolean };

/** How often a counter is asked again that others have moved on. */
const MAX_TRIES = 10;

const isRated = (webhook: Webhook): webhook is Webhook & RatedWebhook => webhook.rateLimit !== undefined;

/** The webhook of an assignment whose attempt needs a slot. A test goes out at once, and takes none. */
function ratedWebhookOf({ webhook, message }: Assignment): RatedWebhook | undefined {
  return webhook && !message.test && isRated(webhook) ? webhook : undefined;
}

/**
 * Takes from a counter what `plan` says; it is asked anew where others came in between.
 * @returns the plan that was carried out, and where the counter stood; undefined where there is none
 * @throws Error where others always come in between
 */
async function take<P extends Taking>(
  services: RateServices,
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
async function takeSlots(
  services: RateServices,
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

/** Places in the line: when to ask again. */
async function takePlaces(
  services: RateServices,
  webhook: RatedWebhook,
  assignments: readonly Assignment[],
): Promise<Delayed[]> {
  if (assignments.length === 0) return [];
  const limit = webhook.rateLimit;
  const taken = await take(services, webhook, (counters, now) => ({
    ...planPlaces(counters, { limit, now, wanted: assignments.length }),
    now,
  }));
  if (!taken) return [];
  const times = timesFrom(taken.first, limit, assignments.length);
  return assignments.map((assignment, n) => ({
    assignment,
    waitSeconds: ((times[n] ?? 0) - taken.plan.now) / 1000,
  }));
}

/** Puts messages back to come again, as new ones: no receive is burnt. They are repeats, whose row is read first. */
async function putBack(
  services: RateServices,
  { rateLimit: limit }: RatedWebhook,
  delayed: readonly Delayed[],
): Promise<ReadonlyMap<SQSRecord, Turn>> {
  const [first] = delayed;
  if (!first) return new Map();
  const delays = new Map<DeliveryMessage, number>();
  const waiting = delayed.map(({ assignment: { record, message }, waitSeconds }) => {
    const { delaySeconds, restSeconds } = splitWait(waitSeconds);
    const again = { ...message, repeat: true, rate: { limit, rest_seconds: restSeconds } };
    delays.set(again, delaySeconds);
    return { record, again };
  });
  // All of a batch come from one queue, and go back onto it: what waits in the slow lane waits there.
  const isSlow = services.isSlowLane(first.assignment.record.eventSourceARN);
  const send = isSlow ? services.sendToSlowLane : services.sendDeliveries;
  const messages = waiting.map(({ again }) => again);
  const refused = new Set(await send(messages, (message) => delays.get(message)));
  return new Map(waiting.map(({ record, again }) => [record, { isTaken: !refused.has(again) }]));
}

/** Decides on all that a batch has for one webhook. */
async function decide(
  services: RateServices,
  webhook: RatedWebhook,
  assignments: readonly Assignment[],
): Promise<ReadonlyMap<SQSRecord, Turn>> {
  // What waited under another limit asks anew.
  const restOf = ({ message: { rate } }: Assignment) =>
    rate?.limit === webhook.rateLimit ? rate.rest_seconds : undefined;
  const resting = assignments.flatMap((assignment): Delayed[] => {
    const waitSeconds = restOf(assignment);
    return waitSeconds ? [{ assignment, waitSeconds }] : [];
  });
  const called = assignments.filter((assignment) => restOf(assignment) === 0);
  const newcomers = assignments.filter((assignment) => restOf(assignment) === undefined);
  const admitted = await takeSlots(services, webhook, { called, newcomers });
  const times = new Map(admitted.map(({ assignment, at }) => [assignment, at]));
  const left = [...called, ...newcomers].filter((assignment) => !times.has(assignment));
  const delayed = [...resting, ...(await takePlaces(services, webhook, left))];
  return new Map([
    ...(await putBack(services, webhook, delayed)),
    ...admitted.map(({ assignment: { record }, at }): [SQSRecord, Turn] => [record, { at }]),
  ]);
}

/**
 * Creates what keeps the attempts of one batch to the rate limits of their webhooks: all messages of one webhook
 * are decided on together, but for those of an ordered one, which ask one by one. Other webhooks have no part in it: they are not waited for, and nothing is read or written.
 */
export function createLimiter(services: RateServices, readings: readonly Promise<Assignment>[]) {
  const decisions = new Map<string, Promise<ReadonlyMap<SQSRecord, Turn>>>();

  const decideFor = async (webhook: RatedWebhook, { message: { ordered } }: Assignment) => {
    const read = await Promise.allSettled(readings);
    const assignments = read
      .flatMap((reading) => (reading.status === 'fulfilled' ? [reading.value] : []))
      .filter((one) => ratedWebhookOf(one)?.id === webhook.id && one.message.ordered === ordered)
      .filter((one) => !isOutOfLane(services, one));
    return decide(services, webhook, assignments);
  };

  /**
   * Waits for an attempt's turn, where that is soon.
   * @returns whether it is to be made now; false where its message waits on the queue
   * @throws Error where the queue did not take it
   */
  return async (assignment: Assignment): Promise<boolean> => {
    const webhook = ratedWebhookOf(assignment);
    if (!webhook) return true;
    const decision = decisions.get(webhook.id) ?? decideFor(webhook, assignment);
    decisions.set(webhook.id, decision);
    const turn = (await decision).get(assignment.record);
    if (turn && 'at' in turn) {
      await services.sleep(Math.max(0, turn.at - services.now()));
      return true;
    }
    if (!turn?.isTaken) throw new Error('the queue did not take a delivery that is to wait');
    return false;
  };
}
