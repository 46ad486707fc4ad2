import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { TargetPolicy } from '../core/address-policy.ts';
import { announce } from './aws/bus.ts';
import { deadLetter } from './aws/dead-letters.ts';
import { isQueueOf, sendDeliveries, sendDelivery } from './aws/deliveries-queue.ts';
import { getDelivery, logAttempt, recordAttempt, recordDelivery } from './aws/delivery-store.ts';
import { getPayload } from './aws/event-store.ts';
import { openLineStore } from './aws/line-store.ts';
import { getCounters, takeFromCounter } from './aws/rate-store.ts';
import { createReturns, type GoBack, putAside } from './aws/records.ts';
import { scheduleDelivery } from './aws/schedules.ts';
import { SDK_CONFIG } from './aws/sdk.ts';
import { addStatistics, getLastSuccessAt } from './aws/statistics-store.ts';
import { openTable } from './aws/table.ts';
import { disableWebhook, gatherWebhooks, markSlow, unmarkSlow } from './aws/webhook-store.ts';
import { type AttemptServices, deliver } from './delivery/attempt.ts';
import { measureDeliveries } from './delivery/measures.ts';
import { identifyMessage } from './delivery/message.ts';
import { createLimiter } from './delivery/rate-limit.ts';
import { assignmentsOf, groupByWebhook, type Reading, readAll } from './delivery/reading.ts';
import { isToPassOn, passOn, type SlowLaneServices } from './delivery/slow-lane.ts';
import { createTally, type Tally } from './delivery/tally.ts';
import { type Ending, type TurnOffServices, tellExhausted, turnOff } from './delivery/turn-off.ts';
import { createWatch, type WatchServices } from './delivery/watch.ts';
import { readEnv } from './env.ts';
import { logger } from './logger.ts';
import { publishMeasures } from './metrics.ts';
import { type LineEnding, workLine } from './order/line.ts';
import type { LineServices } from './order/work.ts';
import { createPost } from './outbound/post.ts';

export type Services = AttemptServices &
  TurnOffServices &
  WatchServices &
  SlowLaneServices &
  LineServices & {
    readonly addStatistics: ReturnType<typeof addStatistics>;
    readonly publishMeasures: typeof publishMeasures;
  };

function buildServices(env: ReturnType<typeof readEnv<'deliverer'>>): Services {
  const table = openTable(env.TABLE_NAME);
  const sqs = new SQSClient(SDK_CONFIG);
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    now: Date.now,
    retentionDays,
    retryDelaysSeconds: env.RETRY_DELAYS_SECONDS.split(',').map(Number),
    post: createPost(env.TARGET_POLICY as TargetPolicy),
    getWebhook: gatherWebhooks(table),
    disableWebhook: disableWebhook(table),
    markSlow: markSlow(table),
    unmarkSlow: unmarkSlow(table),
    getDelivery: getDelivery(table),
    getPayload: getPayload(table),
    logAttempt: logAttempt(table, retentionDays),
    recordAttempt: recordAttempt(table, retentionDays),
    recordDelivery: recordDelivery(table, retentionDays),
    addStatistics: addStatistics(table, retentionDays),
    getLastSuccessAt: getLastSuccessAt(table),
    sleep: setTimeout,
    getCounters: getCounters(table),
    takeFromCounter: takeFromCounter(table),
    ...openLineStore(table, retentionDays),
    sendDeliveries: sendDeliveries(sqs, env.DELIVERIES_QUEUE_URL),
    sendDelivery: sendDelivery(sqs, env.DELIVERIES_QUEUE_URL),
    isSlowLane: (queueArn) => isQueueOf(env.SLOW_DELIVERIES_QUEUE_URL, queueArn),
    sendToSlowLane: sendDeliveries(sqs, env.SLOW_DELIVERIES_QUEUE_URL),
    scheduleDelivery: scheduleDelivery(new SchedulerClient(SDK_CONFIG), {
      groupName: env.SCHEDULE_GROUP_NAME,
      roleArn: env.SCHEDULE_ROLE_ARN,
      deadLetterQueueArn: env.SCHEDULES_DEAD_LETTER_QUEUE_ARN,
      queueUrl: env.DELIVERIES_QUEUE_URL,
    }),
    announce: announce(new EventBridgeClient(SDK_CONFIG), env.BUS_NAME),
    deadLetter: deadLetter(sqs, env.DELIVERIES_DEAD_LETTER_QUEUE_URL),
    publishMeasures,
  };
}

/**
 * Makes the attempts of a batch in parallel, and passes on what belongs into the slow lane. A message that can never
 * be processed ends as a dead letter with the reason; one that met trouble on our side goes back to the queue; neither
 * harms its neighbours.
 *
 * A webhook's attempts are added up once they are over, though others' still hang: until it is noted that it has accepted
 * something, another invocation may take it for dead.
 */
export async function deliverBatch(
  services: Services,
  records: readonly SQSRecord[],
): Promise<SQSBatchResponse> {
  const tally = createTally();
  const returns = createReturns(({ messageId, body }, error) =>
    logger.warn('delivery goes back to the queue', {
      error,
      message_id: messageId,
      ...identifyMessage(body),
    }),
  );
  const { goBack } = returns;
  let disabled = 0;
  const giveUp = async (ending: Ending) => {
    if (await turnOff(services, ending)) disabled += 1;
    await tellExhausted(services, ending);
  };
  const readings = readAll(services, records);
  const attempt = createAttempt(services, readings, { tally, goBack });
  const workOff = async ([webhookId, own]: readonly [string | undefined, readonly Reading[]]) => {
    const endings = (await Promise.all(own.map(attempt))).flat();
    if (webhookId === undefined) return;
    const trouble = await addUp(services, webhookId, tally, goBack);
    await Promise.all(
      endings.map(async ({ record, ending, goOn }) => {
        if (trouble) return goBack(record, trouble);
        await giveUp(ending)
          .then(goOn)
          .catch((error: unknown) => goBack(record, error));
      }),
    );
  };
  const works = [...groupByWebhook(readings)].map(workOff);
  await Promise.all([...works, passAllOn(services, readings, goBack)]);
  const others = { skipped: tally.skipped(), disabled, sentBack: returns.count() };
  services.publishMeasures(measureDeliveries(tally.attempts(), others));
  return returns.answer();
}

/** The ending of a record's delivery; and what is to be done once its webhook was turned off, in a line. */
type RecordEnding = Pick<LineEnding, 'record' | 'ending'> & Partial<LineEnding>;

/** A function that does what a record of the batch asks for, and tells how its deliveries end. It never rejects. */
function createAttempt(
  services: Services,
  readings: readonly Reading[],
  { tally, goBack }: { readonly tally: Tally; readonly goBack: GoBack },
) {
  const batch = { tally, watch: createWatch(services) };
  const admit = createLimiter(services, assignmentsOf(readings));
  return async ({ record, reading }: Reading): Promise<RecordEnding[]> => {
    try {
      const assignment = await reading;
      if (isToPassOn(services, assignment)) return [];
      if (assignment.message.ordered) return await workLine(services, assignment, batch);
      const admitted = await admit(assignment);
      if (!admitted) return [];
      return (await deliver(services, admitted, batch)).endings.map((ending) => ({ record, ending }));
    } catch (error) {
      await putAside(services, record, error).catch(() => goBack(record, error));
      return [];
    }
  };
}

/** Passes on what belongs into the slow lane, and sends back what that does not take. */
async function passAllOn(services: Services, readings: readonly Reading[], goBack: GoBack): Promise<void> {
  const refused = await passOn(services, assignmentsOf(readings));
  for (const record of refused) goBack(record, new Error('the slow lane did not take it'));
}

/**
 * Adds up a webhook's part of a batch. Counts are not worth a second delivery: what cannot be added is left out. That it
 * has accepted something decides whether it is turned off: the records that tell of it go back, and are found delivered.
 * @returns why it could not be noted that the webhook has accepted something, where it has
 */
async function addUp(
  services: Services,
  webhookId: string,
  tally: Tally,
  goBack: GoBack,
): Promise<Error | undefined> {
  const sum = tally.sumOf(webhookId);
  if (!sum) return undefined;
  try {
    await services.addStatistics(webhookId, sum.added);
    return undefined;
  } catch (cause) {
    const error = new Error('statistics could not be added', { cause });
    logger.warn('statistics left out', { error, webhook_id: webhookId });
    for (const record of sum.successes) goBack(record, error);
    return sum.successes.length > 0 ? error : undefined;
  }
}

const services = buildServices(readEnv('deliverer', process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => deliverBatch(services, event.Records);
