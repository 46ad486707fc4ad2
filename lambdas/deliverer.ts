import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { TargetPolicy } from '../core/address-policy.ts';
import { isHopeless } from '../core/failure.ts';
import { announceDisabled } from './aws/bus.ts';
import { deadLetter } from './aws/dead-letters.ts';
import { sendDelivery } from './aws/deliveries-queue.ts';
import { getDelivery, recordAttempt, recordDelivery } from './aws/delivery-store.ts';
import { getPayload } from './aws/event-store.ts';
import { scheduleDelivery } from './aws/schedules.ts';
import { SDK_CONFIG } from './aws/sdk.ts';
import { addStatistics, getLastSuccessAt } from './aws/statistics-store.ts';
import { openTable } from './aws/table.ts';
import { disableWebhook, getWebhook } from './aws/webhook-store.ts';
import { type AttemptServices, deliver } from './delivery/attempt.ts';
import { createTally, type Tally } from './delivery/tally.ts';
import { type TurnOffServices, turnOff } from './delivery/turn-off.ts';
import { readEnv } from './env.ts';
import { logger } from './logger.ts';
import { createPost } from './outbound/post.ts';
import { remember } from './remember.ts';

export type Services = AttemptServices &
  TurnOffServices & {
    readonly addStatistics: ReturnType<typeof addStatistics>;
    readonly deadLetter: ReturnType<typeof deadLetter>;
  };

function buildServices(env: ReturnType<typeof readEnv<'deliverer'>>): Services {
  const table = openTable(env.TABLE_NAME);
  const sqs = new SQSClient(SDK_CONFIG);
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    retryDelaysSeconds: env.RETRY_DELAYS_SECONDS.split(',').map(Number),
    post: createPost(env.TARGET_POLICY as TargetPolicy),
    getWebhook: getWebhook(table),
    disableWebhook: disableWebhook(table),
    getDelivery: getDelivery(table),
    getPayload: getPayload(table),
    recordAttempt: recordAttempt(table, retentionDays),
    recordDelivery: recordDelivery(table, retentionDays),
    addStatistics: addStatistics(table),
    getLastSuccessAt: getLastSuccessAt(table),
    sendDelivery: sendDelivery(sqs, env.DELIVERIES_QUEUE_URL),
    scheduleDelivery: scheduleDelivery(new SchedulerClient(SDK_CONFIG), {
      groupName: env.SCHEDULE_GROUP_NAME,
      roleArn: env.SCHEDULE_ROLE_ARN,
      deadLetterQueueArn: env.SCHEDULES_DEAD_LETTER_QUEUE_ARN,
      queueUrl: env.DELIVERIES_QUEUE_URL,
    }),
    announceDisabled: announceDisabled(new EventBridgeClient(SDK_CONFIG), env.BUS_NAME),
    deadLetter: deadLetter(sqs, env.DELIVERIES_DEAD_LETTER_QUEUE_URL),
  };
}

/**
 * Makes the attempts of a batch in parallel. A message that can never be processed ends as a dead letter with the
 * reason; one that met trouble on our side goes back to the queue; neither harms its neighbours.
 */
export async function deliverBatch(
  services: Services,
  records: readonly SQSRecord[],
): Promise<SQSBatchResponse> {
  const tally = createTally();
  const failed = new Set<string>();
  const goBack = ({ messageId }: SQSRecord, error: unknown) => {
    logger.warn('delivery goes back to the queue', { error: error as Error, message_id: messageId });
    failed.add(messageId);
  };
  const attemptServices = { ...services, getWebhook: remember(services.getWebhook) };
  const endings = await Promise.all(
    records.map(async (record) => {
      try {
        return (await deliver(attemptServices, record, tally)).map((ending) => ({ record, ending }));
      } catch (error) {
        await putAside(services, record, error).catch(() => goBack(record, error));
        return [];
      }
    }),
  );
  const forgotten = await addUp(services, tally, goBack);
  await Promise.all(
    endings.flat().map(async ({ record, ending }) => {
      const trouble = forgotten.get(ending.ref.id);
      if (trouble) goBack(record, trouble);
      else await turnOff(services, ending).catch((error: unknown) => goBack(record, error));
    }),
  );
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/**
 * Makes a dead letter of a message that can never be processed.
 * @throws what it met otherwise
 */
async function putAside({ deadLetter: put }: Services, record: SQSRecord, error: unknown): Promise<void> {
  if (!isHopeless(error, Number(record.attributes.ApproximateReceiveCount))) throw error;
  await put(record, error.message);
}

/**
 * Adds up a batch. Counts are not worth a second delivery: what cannot be added is left out. That a webhook has
 * accepted something decides whether it is turned off: the records that tell of it go back, and are found delivered.
 * @returns the webhooks of which it could not be noted that they have accepted something, and why
 */
async function addUp(
  services: Services,
  tally: Tally,
  goBack: (record: SQSRecord, error: unknown) => void,
): Promise<ReadonlyMap<string, Error>> {
  const forgotten = new Map<string, Error>();
  await Promise.all(
    [...tally.entries()].map(async ([webhookId, { added, successes }]) => {
      try {
        await services.addStatistics(webhookId, added);
      } catch (cause) {
        const error = new Error('statistics could not be added', { cause });
        logger.warn('statistics left out', { error, webhook_id: webhookId });
        for (const record of successes) goBack(record, error);
        if (successes.length > 0) forgotten.set(webhookId, error);
      }
    }),
  );
  return forgotten;
}

const services = buildServices(readEnv('deliverer', process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => deliverBatch(services, event.Records);
