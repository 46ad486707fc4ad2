import type { Delivery } from '../../core/delivery.ts';
import type { CathcrEvent } from '../../core/event.ts';
import { acceptedAtOf, deriveDeliveryId } from '../../core/ids.ts';
import type { Webhook } from '../../core/webhook.ts';
import { type DeliveryRow, MAX_INLINE_PAYLOAD_BYTES } from '../aws/delivery-store.ts';
import type { putPayload } from '../aws/event-store.ts';
import { pack } from '../aws/packing.ts';
import type { DeliveryMessage } from './message.ts';

/**
 * Makes an event's payload ready for its deliveries: packed, to ride in their messages and rows; or stored under the
 * event's id, and so undefined here, where it is too large for that.
 */
export async function preparePayload(
  { putPayload: store }: { readonly putPayload: ReturnType<typeof putPayload> },
  event: CathcrEvent,
): Promise<Uint8Array | undefined> {
  const packed = pack(event.payload);
  if (packed.length <= MAX_INLINE_PAYLOAD_BYTES) return packed;
  await store(event.id, event.acceptedAt, packed);
  return undefined;
}

/** The message that begins the delivery of an event to a webhook. */
export function composeFirstMessage(
  event: CathcrEvent,
  { id, userId, generation }: Webhook,
  payload: Uint8Array | undefined,
): DeliveryMessage {
  return {
    user_id: userId,
    webhook_id: id,
    generation,
    delivery_id: deriveDeliveryId(event.acceptedAt, event.id, id),
    run: 1,
    attempt: 1,
    event: {
      id: event.id,
      type: event.type,
      timestamp: event.timestamp,
      payload: payload && Buffer.from(payload).toString('base64'),
    },
  };
}

/** The row of a delivery before its first attempt, from the message that carries its event. */
export function readFirstRow(message: DeliveryMessage): DeliveryRow {
  const { event } = message;
  if (!event) throw new Error('the row of a delivery that was attempted before is not there');
  const delivery: Delivery = {
    id: message.delivery_id,
    webhookId: message.webhook_id,
    eventId: event.id,
    eventType: event.type,
    timestamp: event.timestamp,
    status: 'pending',
    run: message.run,
    runStartedAt: acceptedAtOf(message.delivery_id),
    generation: message.generation,
    attempt: 0,
    attempts: message.attempts,
    isTest: message.test,
  };
  return {
    delivery,
    payload: event.payload === undefined ? undefined : Buffer.from(event.payload, 'base64'),
  };
}

/** What begins when a delivery is made anew: a replay (`startedAt` is epoch ms). */
export type NextRun = { readonly run: number; readonly generation: number; readonly startedAt: number };

/** The row of a delivery as its next run begins. */
export function beginRun(row: DeliveryRow, { run, generation, startedAt }: NextRun): DeliveryRow {
  const { lastAttempt, nextAttemptAt, ...delivery } = row.delivery;
  return {
    ...row,
    delivery: { ...delivery, status: 'pending', run, generation, runStartedAt: startedAt, attempt: 0 },
  };
}
