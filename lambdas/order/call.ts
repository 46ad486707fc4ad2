import type { HeldTurn } from '../../core/order.ts';
import { type Assignment, handsOf } from '../delivery/assignment.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import type { Work } from './work.ts';

/** When who may have died is surely dead: seconds, more than an invocation of the Deliverer may take. */
const COMES_AGAIN_SECONDS = 300;

/** The message of a delivery that goes on from here, known by those in whose hands the turn may be. */
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
 * Comes again later, in the place of who has given the turn. That one may be an invocation whose message is not there any
 * more, as it was received twice at once and has been done with once: then nobody would go on for it where it dies.
 */
export async function comeAgain(work: Work, { by }: HeldTurn): Promise<void> {
  const { services, message } = work;
  const hands = handsOf(work);
  const called_by = by === hands ? message.called_by : hands;
  await services.sendDelivery(
    { ...message, ordered: 'next', in_place_of: by, called_by },
    COMES_AGAIN_SECONDS,
  );
}
