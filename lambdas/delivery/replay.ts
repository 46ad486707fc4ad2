import { acceptedAtOf } from '../../core/ids.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { DeliveryRow } from '../aws/delivery-store.ts';
import type { keepPayload } from '../aws/event-store.ts';
import type { DeliveryMessage } from './message.ts';
import { beginRun } from './row.ts';

/** A replay that is about to begin: the message that begins it, which is sent first, and the row of its delivery then. */
export type Replay = { readonly message: DeliveryMessage; readonly row: DeliveryRow };

/** The replay of a delivery as run `run`, begun at `startedAt` (epoch ms): the whole schedule, but for a test. */
export function composeReplay(
  { id: webhookId, userId, generation }: Webhook,
  found: DeliveryRow,
  { run, startedAt }: { run: number; startedAt: number },
): Replay {
  const row = beginRun(found, { run, generation, startedAt });
  const { id, eventId, isTest } = row.delivery;
  const message = {
    user_id: userId,
    webhook_id: webhookId,
    generation,
    delivery_id: id,
    run,
    attempt: 1,
    event_id: eventId,
    run_started_at: startedAt,
    test: isTest,
  };
  return { message, row };
}

/**
 * Keeps the payload of a delivery, where it has an item of its own, for as long as a run that begins now.
 * @returns false where it has expired
 */
export async function renewPayload(
  { keepPayload: keep }: { readonly keepPayload: ReturnType<typeof keepPayload> },
  { payload, delivery }: DeliveryRow,
  now: number,
): Promise<boolean> {
  return payload !== undefined || keep(delivery.eventId, acceptedAtOf(delivery.id), now);
}
