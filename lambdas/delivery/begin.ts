import type { CathcrEvent } from '../../core/event.ts';
import { deriveDeliveryId } from '../../core/ids.ts';
import type { Webhook } from '../../core/webhook.ts';
import { MAX_INLINE_PAYLOAD_BYTES } from '../aws/delivery-store.ts';
import type { putPayload } from '../aws/event-store.ts';
import { pack } from '../aws/packing.ts';
import type { DeliveryMessage } from './message.ts';

/**
 * Makes an event's payload ready for its deliveries: packed, to ride in their messages and rows; or stored in an
 * item of its own, and so undefined here, where it is too large for that.
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

/** What there is to say of a delivery that begins, beside its event and its webhook. */
type Beginning = {
  readonly payload: Uint8Array | undefined;
} & Pick<DeliveryMessage, 'repeat' | 'skipped' | 'test'>;

/** The message that begins the delivery of an event to a webhook: in order where that asks for it, and it is no test. */
export function composeFirstMessage(
  event: CathcrEvent,
  { id, userId, generation, ordered }: Pick<Webhook, 'id' | 'userId' | 'generation' | 'ordered'>,
  { payload, repeat, skipped, test }: Beginning,
): DeliveryMessage {
  return {
    user_id: userId,
    webhook_id: id,
    generation,
    delivery_id: deriveDeliveryId(event.acceptedAt, event.id, id),
    run: 1,
    attempt: 1,
    repeat,
    ordered: ordered && !skipped && !test ? 'joins' : undefined,
    skipped,
    test,
    event: {
      id: event.id,
      type: event.type,
      timestamp: event.timestamp,
      payload: payload && Buffer.from(payload).toString('base64'),
    },
  };
}
