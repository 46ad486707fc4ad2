import type { getTurn } from '../aws/line-store.ts';
import type { DeliveryMessage } from '../delivery/message.ts';

type Ids = Pick<
  DeliveryMessage,
  'user_id' | 'webhook_id' | 'generation' | 'delivery_id' | 'event' | 'event_id'
>;

/** A message, in the name of one of its deliveries, that asks after a line: where who has the turn has ended, it goes on. */
export const composeInquiry = ({ event, event_id, ...message }: Ids): DeliveryMessage => ({
  user_id: message.user_id,
  webhook_id: message.webhook_id,
  generation: message.generation,
  delivery_id: message.delivery_id,
  event_id: event?.id ?? event_id,
  run: 1,
  attempt: 1,
  ordered: 'next',
});

export type InquiryServices = {
  readonly getTurn: ReturnType<typeof getTurn>;
  readonly sendDelivery: (message: DeliveryMessage) => Promise<void>;
};

/** Has the line go on that waits for a delivery of which a replay was begun by this message, if there is one. */
export async function goOnBeside(services: InquiryServices, replay: DeliveryMessage): Promise<void> {
  const turn = await services.getTurn(replay.webhook_id);
  if (turn?.holder === replay.delivery_id) await services.sendDelivery(composeInquiry(replay));
}
