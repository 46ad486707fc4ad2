import type { DeliveryMessage } from '../delivery/message.ts';

/** A message, in the name of one of its deliveries, that asks after a line: where who has the turn has ended, it goes on. */
export const composeInquiry = ({
  user_id,
  webhook_id,
  generation,
  delivery_id,
}: Pick<DeliveryMessage, 'user_id' | 'webhook_id' | 'generation' | 'delivery_id'>): DeliveryMessage => ({
  user_id,
  webhook_id,
  generation,
  delivery_id,
  run: 1,
  attempt: 1,
  ordered: 'next',
});
