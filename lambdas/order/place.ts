import { randomUUID } from 'node:crypto';
import type { Delivery } from '../../core/delivery.ts';
import { type HeldTurn, INVOCATION_MS, isHeld, isLost, isOver, type Turn } from '../../core/order.ts';
import { isPutBack } from '../aws/dead-letters.ts';
import type { Waiting } from '../aws/line-store.ts';
import { isStillWanted } from '../delivery/assignment.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import { logger } from '../logger.ts';
import { comeAgain, handsOf } from './call.ts';
import { composeNext, eventOf } from './waiting.ts';
import type { Work } from './work.ts';

/** Who is to be attempted, by its message; and its turn, where it has it. */
export type Place = { readonly message: DeliveryMessage; readonly turn: HeldTurn | undefined };

/** Whether the turn is in the hands of this message: as another receive of it, or whoever has called it, has given it. */
const isInHands = (work: Work, { hands }: HeldTurn): boolean =>
  hands !== undefined && [handsOf(work), work.message.called_by].includes(hands);

/** Whether this message is to see to it that the line goes on. One that was put back has another id than it had. */
const isResponsible = (work: Work, turn: HeldTurn): boolean =>
  isInHands(work, turn) || isPutBack(work.record);

/**
 * Where another was first to give the turn that was `previous`'s, or nobody's. Whoever had it in hands, or has by now, does
 * not leave for that: the other may be an invocation whose message is not there any more, as it came twice at once and
 * was done with once. Nor does it go on itself, of which the same may be so.
 */
async function giveWay(work: Work, previous: Turn | undefined): Promise<undefined> {
  const turn = await work.services.getTurn(work.message.webhook_id);
  if (isHeld(previous) || (isHeld(turn) && isInHands(work, turn))) await comeAgain(work, turn);
}

/** Gives the turn back, as nobody waits, and looks at the line once more: who has joined meanwhile has seen it taken. */
async function giveBack(work: Work, previous: HeldTurn): Promise<Place | undefined> {
  const { services, message } = work;
  const nobodys: Turn = { at: services.now(), by: randomUUID() };
  const isGiven = await services.giveTurn(message.webhook_id, previous, nobodys);
  if (!isGiven) return giveWay(work, previous);
  const late = await services.getFirstWaiting(message.webhook_id);
  return late && passTo(work, nobodys, late);
}

/** Whether a delivery has ended: it was attempted meanwhile, or has joined once more, as its message came twice. */
async function hasEnded({ services, message }: Work, { deliveryId }: Waiting): Promise<boolean> {
  const found = await services.getDelivery(message.webhook_id, deliveryId);
  return found !== undefined && isOver(found.delivery);
}

/**
 * Where a record goes on when the first in line, who has ended, has left it: the turn may have been given meanwhile. Who
 * has ended has come twice: where that is this very message, it may be gone, and another is to come again for it.
 */
async function lookAgain(work: Work, { deliveryId }: Waiting): Promise<Place | undefined> {
  if (deliveryId === work.message.delivery_id) await comeAgain(work, undefined);
  await work.services.leaveLine(work.message.webhook_id, deliveryId);
  return findPlace(work);
}

/**
 * Gives the turn, `previous`'s or nobody's, to the first in line. What has ended is not to take one that is nobody's: no
 * message may be left that would go on from there. For the same reason whoever takes it otherwise than is usual (who
 * joins, one that is nobody's; any other, one that it has in hands) sends before what comes again: its own message may
 * be gone, as its other receive was let go.
 * @returns undefined where another goes on
 */
async function passTo(work: Work, previous: Turn | undefined, first: Waiting): Promise<Place | undefined> {
  const { services, message } = work;
  if (!isHeld(previous) && (await hasEnded(work, first))) return lookAgain(work, first);
  const { deliveryId: holder, generation } = first;
  const at = services.now();
  const next = composeNext(message, first, at);
  // A wait for the rate limit is the webhook's, whoever makes the request in the end.
  const place = { message: message.ordered === 'next' ? { ...next, rate: message.rate } : next };
  if (isHeld(previous) && previous.holder === holder) return { ...place, turn: previous };
  const isUsual = isHeld(previous) ? isInHands(work, previous) : message.ordered === 'joins';
  if (!isUsual) await comeAgain(work, previous);
  const turn: HeldTurn = { holder, generation, at, by: randomUUID(), hands: handsOf(work) };
  const isGiven = await services.giveTurn(message.webhook_id, previous, turn);
  return isGiven ? { ...place, turn } : giveWay(work, previous);
}

/**
 * Goes on from the turn, `previous`'s or nobody's, with the first in line.
 * @returns undefined where nobody waits, or another goes on
 */
async function pass(work: Work, previous: Turn | undefined): Promise<Place | undefined> {
  const first = await work.services.getFirstWaiting(work.message.webhook_id);
  if (first) return passTo(work, previous, first);
  return isHeld(previous) ? giveBack(work, previous) : giveWay(work, previous);
}

/** Whether who has the turn need not be asked after: it was given lately, to a delivery that is still wanted. */
function isUnquestioned(work: Work, turn: HeldTurn): boolean {
  const { services, message, webhook } = work;
  if (message.ordered === 'next' || isResponsible(work, turn)) return false;
  const isWanted = webhook !== undefined && turn.generation >= message.generation;
  return isWanted && !isLost(turn, undefined, services.now());
}

/** Whether nobody has gone on with a turn for long, of which the log tells. */
function isStuck({ services, message }: Work, turn: HeldTurn, row?: Delivery): boolean {
  const isSo = isLost(turn, row, services.now());
  const ids = { webhook_id: message.webhook_id, delivery_id: turn.holder };
  if (isSo) logger.error('an ordered delivery was lost', ids);
  return isSo;
}

/** Where a record goes on with a turn whose delivery was never attempted, as far as its row tells. */
async function findUnattempted(work: Work, turn: HeldTurn): Promise<Place | undefined> {
  const { services, message } = work;
  const isHolders = message.ordered === 'next' && message.delivery_id === turn.holder;
  if (isHolders || isStuck(work, turn)) return pass(work, turn);
  if (!isResponsible(work, turn)) return undefined;
  if (services.now() - turn.at >= INVOCATION_MS) return pass(work, turn);
  await comeAgain(work, turn);
  return undefined;
}

/** Where a record goes on with the line: undefined where another does. */
export async function findPlace(work: Work): Promise<Place | undefined> {
  const { services, message } = work;
  const { webhook_id: webhookId, user_id: userId } = message;
  const turn = await services.getTurn(webhookId);
  if (!isHeld(turn)) return pass(work, turn);
  if (isUnquestioned(work, turn)) return undefined;
  const waiting = await services.getWaiting(webhookId, turn.holder);
  if (!waiting) return pass(work, turn);

  const row = (await services.getDelivery(webhookId, turn.holder))?.delivery;
  if (!row) return findUnattempted(work, turn);
  const next = composeNext(message, waiting, services.now());
  if (row.run > next.run) return goOnFrom(work, { turn, message: next });
  if (isOver(row)) return { turn, message: { ...next, attempt: Math.max(row.attempt, 1) } };
  if (isStuck(work, turn, row)) return { turn, message: { ...next, attempt: row.attempt + 1 } };
  const webhook = await services.getWebhook(userId, webhookId);
  return webhook && isStillWanted(turn, webhook) ? undefined : { turn, message: next };
}

/** Who comes after a delivery that is over, which leaves the line. */
export async function goOnFrom(work: Work, { message, turn }: Place): Promise<Place | undefined> {
  await work.services.leaveLine(message.webhook_id, message.delivery_id);
  return turn ? pass(work, turn) : findPlace(work);
}

/**
 * Where the record of a retry goes on: with its own delivery, which has the turn, unless it was put aside meanwhile. Where
 * whoever made the attempt before died without a row of it, the line still has the event.
 */
export async function findOwnPlace({ services, message }: Work): Promise<Place> {
  const { webhook_id: webhookId, delivery_id: deliveryId } = message;
  const held = await services.getTurn(webhookId);
  const turn = isHeld(held) && held.holder === deliveryId ? held : undefined;
  const waiting = message.event ? undefined : await services.getWaiting(webhookId, deliveryId);
  return { message: waiting ? { ...message, event: eventOf(waiting) } : message, turn };
}
