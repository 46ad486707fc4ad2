import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseJson } from '../core/json.ts';
import { measuresOf } from '../core/metrics.ts';
import { validate } from '../core/validation.ts';
import { announce } from './aws/bus.ts';
import { deadLetter } from './aws/dead-letters.ts';
import { sendDeliveries } from './aws/deliveries-queue.ts';
import { findUndelivered, getDeliveries, recordDelivery } from './aws/delivery-store.ts';
import { keepPayload } from './aws/event-store.ts';
import { createReturns, type DeadLetterServices, putAside, wasReceivedBefore } from './aws/records.ts';
import { sendStep } from './aws/recoveries-queue.ts';
import { getRecovery, replaceRecovery } from './aws/recovery-store.ts';
import { SDK_CONFIG } from './aws/sdk.ts';
import { openTable } from './aws/table.ts';
import { getWebhook } from './aws/webhook-store.ts';
import { readEnv } from './env.ts';
import { logger } from './logger.ts';
import { publishMeasures } from './metrics.ts';
import { stepMessageSchema } from './recovery/message.ts';
import { type StepServices, takeStep } from './recovery/step.ts';

export type Services = StepServices &
  DeadLetterServices & { readonly publishMeasures: typeof publishMeasures };

function buildServices(env: ReturnType<typeof readEnv<'recoverer'>>): Services {
  const table = openTable(env.TABLE_NAME);
  const sqs = new SQSClient(SDK_CONFIG);
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    now: Date.now,
    getWebhook: getWebhook(table),
    getRecovery: getRecovery(table),
    replaceRecovery: replaceRecovery(table, retentionDays),
    findUndelivered: findUndelivered(table),
    getDeliveries: getDeliveries(table, { isConsistent: true }),
    keepPayload: keepPayload(table, retentionDays),
    sendDeliveries: sendDeliveries(sqs, env.DELIVERIES_QUEUE_URL),
    recordDelivery: recordDelivery(table, retentionDays),
    sendStep: sendStep(sqs, env.RECOVERIES_QUEUE_URL),
    announce: announce(new EventBridgeClient(SDK_CONFIG), env.BUS_NAME),
    deadLetter: deadLetter(sqs, env.RECOVERIES_DEAD_LETTER_QUEUE_URL),
    publishMeasures,
  };
}

/** Takes the step that a record asks for. What cannot be understood ends as a dead letter with the reason. */
async function takeAsked(services: Services, record: SQSRecord): Promise<void> {
  try {
    const message = validate(stepMessageSchema, parseJson(record.body));
    await takeStep(services, message, wasReceivedBefore(record));
  } catch (error) {
    await putAside(services, record, error);
  }
}

/** Takes the steps of a batch, one after another, as each is much work; one that met trouble of ours goes back. */
export async function recover(services: Services, records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const returns = createReturns(({ messageId }, error) =>
    logger.error('step goes back to the queue', { error, message_id: messageId }),
  );
  for (const record of records)
    await takeAsked(services, record).catch((error) => returns.goBack(record, error));
  services.publishMeasures(measuresOf({ SentBack: returns.count() }));
  return returns.answer();
}

const services = buildServices(readEnv('recoverer', process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => recover(services, event.Records);
