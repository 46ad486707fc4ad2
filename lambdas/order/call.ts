import { INVOCATION_MS, isHeld, type Turn } from '../../core/order.ts';
import type { Assignment } from '../delivery/assignment.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import { composeInquiry } from './inquiry.ts';
import type { Work } from './work.ts';

/** In whose hands a turn is that this message gives: its own, or those of the one that it goes on for. */
export const handsOf = ({ message, record }: Pick<Assignment, 'message' | 'record'>): string =>
  message.in_place_of ?? record.messageId;

/** A message that goes on from here: it tells in whose hands the turn may be by then. */
export function handOn(work: Work, message: DeliveryMessage): DeliveryMessage {
  const hands = handsOf(work);
  return message.delivery_id === work.message.delivery_id
    ? { ...message, in_place_of: hands, called_by: work.message.called_by }
    : { ...message, called_by: hands };
}

/** Calls a delivery by a message, in so many seconds; the slow lane's, where its webhook is slow. */
export async function call(
  { services }: Work,
  { message, webhook }: Pick<Assignment, 'message' | 'webhook'>,
  delaySeconds: number,
): Promise<void> {
  const send = webhook?.slowSince === undefined ? services.sendDeliveries : services.sendToSlowLane;
  const refused = await send([message], () => delaySeconds);
  if (refused.length > 0) throw new Error('the queue did not take the next of a line');
}

/**
 * Asks after the line once more when whoever has given the turn lives no more, in that one's place.
 * @param turn as it was found
 */
export async function comeAgain(work: Work, turn: Turn | undefined): Promise<void> {
  const { called_by } = work.message;
  const own = handsOf(work);
  const hands = (isHeld(turn) ? turn.hands : undefined) ?? own;
  const known = { in_place_of: hands, called_by: hands === own ? called_by : own };
  await work.services.sendDelivery({ ...composeInquiry(work.message), ...known }, INVOCATION_MS / 1000);
}
