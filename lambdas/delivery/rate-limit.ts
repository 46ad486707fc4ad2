import type { SQSRecord } from 'aws-lambda';
import { splitWait } from '../../core/rate-limit.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { sendDeliveries } from '../aws/deliveries-queue.ts';
import type { RatedWebhook } from '../aws/rate-store.ts';
import { logger } from '../logger.ts';
import { takeFulfilled } from '../parallel.ts';
import type { Assignment } from './assignment.ts';
import type { DeliveryMessage } from './message.ts';
import { type CounterServices, type Delayed, takePlaces, takeSlots } from './rate-counters.ts';
import { isOutOfLane, type SlowLaneServices } from './slow-lane.ts';

export type RateServices = SlowLaneServices &
  CounterServices & {
    readonly sleep: (ms: number) => Promise<unknown>;
    /** Puts messages onto the deliveries queue; those that it did not take. */
    readonly sendDeliveries: ReturnType<typeof sendDeliveries>;
  };

/**
 * What becomes of a record: when its attempt may be made; that it waits on the queue; that its delivery is not made, as the
 * line is full; or that it goes back, and why.
 */
type Decision = { readonly at: number } | { readonly trouble: unknown } | 'waits' | 'skipped';
type Decisions = readonly (readonly [SQSRecord, Decision])[];

const decisionsOf = (assignments: readonly Assignment[], decision: Decision): Decisions =>
  assignments.map(({ record }) => [record, decision]);

const isRated = (webhook: Webhook): webhook is Webhook & RatedWebhook => webhook.rateLimit !== undefined;

/** The webhook of an assignment whose attempt needs a slot. A test goes out at once, and takes none. */
function ratedWebhookOf({ webhook, message }: Assignment): RatedWebhook | undefined {
  return webhook && !message.test && isRated(webhook) ? webhook : undefined;
}

/** Puts messages back to come again, as new ones: no receive is burnt. They are repeats, whose row is read first. */
async function putBack(
  services: RateServices,
  { rateEpoch: epoch }: RatedWebhook,
  delayed: readonly Delayed[],
): Promise<Decisions> {
  const [first] = delayed;
  if (!first) return [];
  const delays = new Map<DeliveryMessage, number>();
  const waiting = delayed.map(({ assignment: { record, message }, waitSeconds }) => {
    const { delaySeconds, restSeconds } = splitWait(waitSeconds);
    const again = { ...message, repeat: true, rate: { epoch, rest_seconds: restSeconds } };
    delays.set(again, delaySeconds);
    return { record, again };
  });
  // All of a batch come from one queue, and go back onto it: what waits in the slow lane waits there.
  const isSlow = services.isSlowLane(first.assignment.record.eventSourceARN);
  const send = isSlow ? services.sendToSlowLane : services.sendDeliveries;
  const messages = waiting.map(({ again }) => again);
  const refused = new Set(await send(messages, (message) => delays.get(message)));
  const trouble = new Error('the queue did not take a delivery that is to wait');
  return waiting.map(({ record, again }) => [record, refused.has(again) ? { trouble } : 'waits']);
}

/** Has the others of a batch wait: what it meets concerns them alone, and not those that have a slot. */
async function haveWait(
  services: RateServices,
  webhook: RatedWebhook,
  {
    resting,
    entitled,
    newcomers,
  }: { resting: readonly Delayed[] } & Record<'entitled' | 'newcomers', Assignment[]>,
): Promise<Decisions> {
  const { delayed, skipped, failed } = await takePlaces(services, webhook, { entitled, newcomers })
    .then((places) => ({ ...places, failed: [] }))
    .catch((trouble: unknown) => ({
      delayed: [],
      skipped: [],
      failed: decisionsOf([...entitled, ...newcomers], { trouble }),
    }));
  if (skipped.length > 0)
    logger.warn('line of a rate limit full', { webhook_id: webhook.id, skipped: skipped.length });
  const waiting = [...resting, ...delayed];
  const decisions = await putBack(services, webhook, waiting).catch((trouble: unknown) =>
    decisionsOf(
      waiting.map(({ assignment }) => assignment),
      { trouble },
    ),
  );
  return [...decisions, ...decisionsOf(skipped, 'skipped'), ...failed];
}

/** Decides on all that a batch has for one webhook. */
async function decide(
  services: RateServices,
  webhook: RatedWebhook,
  assignments: readonly Assignment[],
): Promise<ReadonlyMap<SQSRecord, Decision>> {
  // What waited under another limit asks anew.
  const restOf = ({ message: { rate } }: Assignment) =>
    rate?.epoch === webhook.rateEpoch ? rate?.rest_seconds : undefined;
  const resting = assignments.flatMap((assignment): Delayed[] => {
    const waitSeconds = restOf(assignment);
    return waitSeconds ? [{ assignment, waitSeconds }] : [];
  });
  const called = assignments.filter((assignment) => restOf(assignment) === 0);
  const newcomers = assignments.filter((assignment) => restOf(assignment) === undefined);
  const admitted = await takeSlots(services, webhook, { called, newcomers });
  const times = new Map(admitted.map(({ assignment, at }) => [assignment, at]));
  const left = [...called, ...newcomers].filter((assignment) => !times.has(assignment));
  // One that begins may be done without. Of an ordered webhook one alone is here, and all others wait behind it.
  const mayBeSkipped = (assignment: Assignment) =>
    restOf(assignment) === undefined && assignment.message.attempt === 1 && !assignment.message.ordered;
  const waiting = await haveWait(services, webhook, {
    resting,
    entitled: left.filter((assignment) => !mayBeSkipped(assignment)),
    newcomers: left.filter(mayBeSkipped),
  });
  return new Map<SQSRecord, Decision>([
    ...waiting,
    ...admitted.map(({ assignment: { record }, at }) => [record, { at }] as const),
  ]);
}

/**
 * Creates what keeps the attempts of one batch to the rate limits of their webhooks: all messages of one webhook are
 * decided on together, but for those of an ordered one, which ask one by one. Other webhooks have no part in it: they are
 * not waited for, and nothing is read or written.
 */
export function createLimiter(services: RateServices, readings: readonly Promise<Assignment>[]) {
  const decided = new Map<string, Promise<ReadonlyMap<SQSRecord, Decision>>>();

  const decideFor = async (webhook: RatedWebhook, { message: { ordered } }: Assignment) => {
    const assignments = (await takeFulfilled(readings))
      .filter((one) => ratedWebhookOf(one)?.id === webhook.id && one.message.ordered === ordered)
      .filter((one) => !isOutOfLane(services, one));
    return decide(services, webhook, assignments);
  };

  /**
   * Waits until an attempt may be made, where that is soon.
   * @returns what is to be done now: the attempt, or the end of a delivery for which the line has no place; undefined where
   * its message waits on the queue
   * @throws what it met that was trouble of ours
   */
  return async (assignment: Assignment): Promise<Assignment | undefined> => {
    const webhook = ratedWebhookOf(assignment);
    if (!webhook) return assignment;
    const deciding = decided.get(webhook.id) ?? decideFor(webhook, assignment);
    decided.set(webhook.id, deciding);
    const decision = (await deciding).get(assignment.record);
    if (!decision) throw new Error('a delivery was left out of the decision on its webhook');
    if (decision === 'waits') return undefined;
    if (decision === 'skipped')
      return { ...assignment, message: { ...assignment.message, skipped: true }, webhook: undefined };
    if ('trouble' in decision) throw decision.trouble;
    await services.sleep(Math.max(0, decision.at - services.now()));
    return assignment;
  };
}
