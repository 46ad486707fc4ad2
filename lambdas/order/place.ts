import { type HeldTurn, isLost, isOver, settlingSeconds } from '../../core/order.ts';
import { isPutBack } from '../aws/dead-letters.ts';
import { handsOf, isStillWanted } from '../delivery/assignment.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import { logger } from '../logger.ts';
import { call, comeAgain, handOn } from './call.ts';
import { composeNext, eventOf } from './waiting.ts';
import type { Work } from './work.ts';

/** Who is to be attempted, by its message; and the giving of the turn to it, where it has it. */
export type Place = { readonly message: DeliveryMessage; readonly turn: HeldTurn | undefined };

/** Whether the turn was given by this message, or has come to it: it goes on, unless another does. */
const isInHands = (work: Work, { holder, by }: HeldTurn): boolean =>
  by === handsOf(work) || (by === work.message.called_by && work.message.delivery_id === holder);

/** Where another was first to give the turn, or to give it back: whoever had it in hands sees to it that it goes on. */
async function giveWay(work: Work): Promise<undefined> {
  const turn = await work.services.getTurn(work.message.webhook_id);
  await (turn ? comeAgain(work, turn) : take(work));
}

/**
 * Takes the turn that is nobody's for the first in line, where somebody waits. That one is called first, so that the line
 * goes on whoever dies: the message of this invocation may not be there any more, as it was received twice at once.
 */
async function take(work: Work): Promise<void> {
  const { services, message, webhook } = work;
  const { webhook_id: webhookId } = message;
  const at = services.now();
  const first = await services.getFirstWaiting(webhookId);
  if (!first) return;
  const next = handOn(work, composeNext(message, first, at));
  await call(work, { message: next, webhook }, Math.max(settlingSeconds(first.deliveryId, at), 1));
  const { deliveryId: holder, generation } = first;
  await services.giveTurn(webhookId, undefined, { holder, generation, at, by: handsOf(work) });
}

/**
 * Gives the turn of `previous` to the first in line. Where nobody waits it is given back, and the line is looked at once
 * more: who has joined in between has seen the turn taken, and has let its message go.
 * @returns undefined where nobody waits, or another goes on
 */
async function pass(work: Work, previous: HeldTurn): Promise<Place | undefined> {
  const { services, message } = work;
  const { webhook_id: webhookId } = message;
  const at = services.now();
  const first = await services.getFirstWaiting(webhookId);
  if (!first) {
    const isGivenBack = await services.giveBackTurn(webhookId, previous);
    await (isGivenBack ? take(work) : giveWay(work));
    return undefined;
  }
  const { deliveryId: holder, generation } = first;
  const turn = { holder, generation, at, by: handsOf(work) };
  const hasIt = holder === previous.holder && isInHands(work, previous);
  if (!hasIt && !(await services.giveTurn(webhookId, previous, turn))) return giveWay(work);
  const next = composeNext(message, first, at);
  // A wait for the rate limit is the webhook's, whoever makes the request in the end.
  return { turn, message: message.ordered === 'next' ? { ...next, rate: message.rate } : next };
}

/** Whether a message goes on for whoever has the turn: one that was put back has another id than it had. */
const mayGoOn = (work: Work, turn: HeldTurn): boolean => isInHands(work, turn) || isPutBack(work.record);

/** Whether who has the turn need not be asked after: it was given lately, to a delivery that is still wanted. */
function isUnquestioned(work: Work, turn: HeldTurn): boolean {
  const { services, message, webhook } = work;
  if (message.ordered === 'next' || mayGoOn(work, turn)) return false;
  const isWanted = webhook !== undefined && turn.generation >= message.generation;
  return isWanted && !isLost(turn, undefined, services.now());
}

/** Where a record goes on with the line: undefined where another does. */
export async function findPlace(work: Work): Promise<Place | undefined> {
  const { services, message } = work;
  const { webhook_id: webhookId, user_id: userId } = message;
  const turn = await services.getTurn(webhookId);
  if (!turn) {
    await take(work);
    return undefined;
  }
  if (isUnquestioned(work, turn)) return undefined;
  const waiting = await services.getWaiting(webhookId, turn.holder);
  if (!waiting) return pass(work, turn);

  const now = services.now();
  const row = (await services.getDelivery(webhookId, turn.holder))?.delivery;
  const next = composeNext(message, waiting, now);
  if (row && isOver(row)) return { turn, message: { ...next, attempt: Math.max(row.attempt, 1) } };
  const isStuck = isLost(turn, row, now);
  if (isStuck)
    logger.error('an ordered delivery was lost', { webhook_id: webhookId, delivery_id: turn.holder });
  if (!row && (isStuck || mayGoOn(work, turn))) return pass(work, turn);
  if (!row) {
    if (turn.by === message.called_by) await comeAgain(work, turn);
    return undefined;
  }
  if (isStuck) return { turn, message: { ...next, attempt: row.attempt + 1 } };
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
  const turn = held?.holder === deliveryId ? held : undefined;
  const waiting = message.event ? undefined : await services.getWaiting(webhookId, deliveryId);
  return { message: waiting ? { ...message, event: eventOf(waiting) } : message, turn };
}
