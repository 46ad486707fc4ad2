import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { BodyTooLargeError, ProblemError } from '../core/errors.ts';
import {
  acceptEvent,
  type CathcrEvent,
  hashPublished,
  MAX_EVENT_BYTES,
  readBusDetail,
} from '../core/event.ts';
import { deriveDeliveryId, deriveEventId } from '../core/ids.ts';
import { parseJson, sliceMembers } from '../core/json.ts';
import { validate } from '../core/validation.ts';
import { isSubscribed, type Webhook } from '../core/webhook.ts';
import { deadLetter } from './aws/dead-letters.ts';
import { sendDeliveries } from './aws/deliveries-queue.ts';
import { MAX_INLINE_PAYLOAD_BYTES } from './aws/delivery-store.ts';
import { claimEventId, putPayload } from './aws/event-store.ts';
import { pack } from './aws/packing.ts';
import { openTable } from './aws/table.ts';
import { listWebhooks } from './aws/webhook-store.ts';
import type { DeliveryMessage } from './delivery/message.ts';
import { readEnv } from './env.ts';
import { logger } from './logger.ts';
import { remember } from './remember.ts';

/** What is read of an EventBridge envelope. */
const envelopeSchema = z.object({ id: z.string(), time: z.iso.datetime(), detail: z.unknown() });

export type Services = {
  readonly listWebhooks: (userId: string) => Promise<readonly Webhook[]>;
  readonly claimEventId: ReturnType<typeof claimEventId>;
  readonly putPayload: ReturnType<typeof putPayload>;
  readonly sendDeliveries: ReturnType<typeof sendDeliveries>;
  readonly deadLetter: ReturnType<typeof deadLetter>;
};

function buildServices(env: ReturnType<typeof readEnv<'dispatcher'>>): Services {
  const table = openTable(env.TABLE_NAME);
  const sqs = new SQSClient({});
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    listWebhooks: listWebhooks(table),
    claimEventId: claimEventId(table, retentionDays),
    putPayload: putPayload(table, retentionDays),
    sendDeliveries: sendDeliveries(sqs, env.DELIVERIES_QUEUE_URL),
    deadLetter: deadLetter(sqs, env.EVENTS_DEAD_LETTER_QUEUE_URL),
  };
}

/**
 * The event in a message of the events queue, its id and time of acceptance settled.
 * @throws ProblemError where it is no event of Cathcr, or its id was given to another
 */
async function readEvent(services: Services, body: string): Promise<CathcrEvent> {
  const envelope = validate(envelopeSchema, parseJson(body));
  const detail = sliceMembers(body).get('detail') ?? '';
  const published = readBusDetail(detail, envelope.detail);
  const isSettled = published.id !== undefined && published.acceptedAt !== undefined;
  if (!isSettled && Buffer.byteLength(detail) > MAX_EVENT_BYTES) throw new BodyTooLargeError(MAX_EVENT_BYTES);

  const arrivedAt = Date.parse(envelope.time);
  if (published.id === undefined) {
    return acceptEvent(published, deriveEventId(arrivedAt, envelope.id), arrivedAt);
  }
  const acceptedAt =
    published.acceptedAt ??
    (await services.claimEventId(published.id, { acceptedAt: arrivedAt, hash: hashPublished(published) }));
  return acceptEvent(published, published.id, acceptedAt);
}

/** The messages that deliver an event to `webhooks`; its payload rides in them, or is stored where it is large. */
async function fanOut(
  services: Services,
  event: CathcrEvent,
  webhooks: readonly Webhook[],
): Promise<DeliveryMessage[]> {
  if (webhooks.length === 0) return [];
  const packed = pack(event.payload);
  const isInline = packed.length <= MAX_INLINE_PAYLOAD_BYTES;
  if (!isInline) await services.putPayload(event.id, event.acceptedAt, packed);
  const payload = isInline ? Buffer.from(packed).toString('base64') : undefined;
  return webhooks.map(({ id, userId, generation }) => ({
    user_id: userId,
    webhook_id: id,
    generation,
    delivery_id: deriveDeliveryId(event.acceptedAt, event.id, id),
    run: 1,
    attempt: 1,
    event: { id: event.id, type: event.type, timestamp: event.timestamp, payload },
  }));
}

/**
 * Fans a batch of events out to the webhooks subscribed to them. What is no event of Cathcr ends as a dead letter
 * with the reason; an event that could not be passed on whole goes back, and is passed on again whole.
 */
export async function dispatch(services: Services, records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  const origins = new Map<DeliveryMessage, string>();
  const webhooksOf = remember(services.listWebhooks);

  const readRecord = async ({ messageId, body }: SQSRecord) => {
    const event = await readEvent(services, body);
    const subscribed = (await webhooksOf(event.userId)).filter((webhook) =>
      isSubscribed(webhook, event.type),
    );
    for (const message of await fanOut(services, event, subscribed)) origins.set(message, messageId);
  };
  await Promise.all(
    records.map((record) =>
      readRecord(record)
        .catch(async (error) => {
          if (!(error instanceof ProblemError)) throw error;
          await services.deadLetter(record.body, error.message);
        })
        .catch((error) => {
          logger.error('event goes back to the queue', { error, message_id: record.messageId });
          failed.add(record.messageId);
        }),
    ),
  );
  for (const message of await services.sendDeliveries([...origins.keys()])) {
    failed.add(origins.get(message) ?? '');
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

const services = buildServices(readEnv('dispatcher', process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => dispatch(services, event.Records);
