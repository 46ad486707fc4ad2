import { MissingError } from '../../core/failure.ts';
import type { Waiting } from '../aws/line-store.ts';
import type { DeliveryMessage } from '../delivery/message.ts';

/**
 * What of a message waits in line.
 * @throws MissingError where the message carries no event
 */
export function waitingOf({ delivery_id, generation, event }: DeliveryMessage): Waiting {
  if (!event) throw new MissingError('the event of a delivery that joins a line is not in its message');
  const { payload, ...rest } = event;
  return {
    deliveryId: delivery_id,
    generation,
    event: { ...rest, payload: payload === undefined ? undefined : Buffer.from(payload, 'base64') },
  };
}

/** The event of a delivery in line, as messages carry it. */
export function eventOf({ event: { payload, ...rest } }: Waiting): DeliveryMessage['event'] {
  return { ...rest, payload: payload && Buffer.from(payload).toString('base64') };
}

/** The message of a delivery whose turn has come at `now` (epoch ms), made from that of another of its webhook. */
export function composeNext(
  { user_id, webhook_id }: Pick<DeliveryMessage, 'user_id' | 'webhook_id'>,
  waiting: Waiting,
  now: number,
): DeliveryMessage {
  return {
    user_id,
    webhook_id,
    generation: waiting.generation,
    delivery_id: waiting.deliveryId,
    run: 1,
    attempt: 1,
    ordered: 'next',
    run_started_at: now,
    event: eventOf(waiting),
  };
}
