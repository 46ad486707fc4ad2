import { randomUUID } from 'node:crypto';
import { type HeldTurn, isLost, isOver } from '../../core/order.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { deadLetter } from '../aws/dead-letters.ts';
import { isPutBack } from '../aws/dead-letters.ts';
import type { LineStore } from '../aws/line-store.ts';
import { type Assignment, isStillWanted } from '../delivery/assignment.ts';
import type { AttemptServices, Batch } from '../delivery/attempt.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import type { RateServices } from '../delivery/rate-limit.ts';
import { logger } from '../logger.ts';
import { composeNext, eventOf } from './waiting.ts';

export type LineServices = AttemptServices &
  RateServices &
  LineStore & {
    /** How long rows are kept. */
    readonly retentionDays: number;
    readonly getWebhook: (userId: string, webhookId: string) => Promise<Webhook | undefined>;
    readonly deadLetter: ReturnType<typeof deadLetter>;
  };

/** One record's work at the line of its webhook. */
export type Work = Assignment & {
  readonly services: LineServices;
  readonly batch: Batch;
  /** When it attempts no further delivery, and calls the next by a message: epoch ms. */
  readonly until: number;
};

/** Who is to be attempted, by its message; and the giving of the turn to it, where it has it. */
export type Place = { readonly message: DeliveryMessage; readonly turn: HeldTurn | undefined };

/**
 * Whether a message may be the one that gave the turn away and died: it was received before, here or, as one that was
 * passed on or put back, elsewhere.
 */
export const wasReceived = ({ message: { ordered, repeat }, record, receiveCount }: Assignment): boolean =>
  receiveCount > 1 || isPutBack(record) || (ordered === 'next' && repeat === true);

/**
 * Gives the turn of `previous`, or nobody's, to the first in line. Where nobody waits it is given back, and the line is
 * looked at once more: who has joined in between has seen the turn taken, and has let its message go.
 * @returns undefined where nobody waits, or another has given it
 */
async function pass(work: Work, previous: HeldTurn | undefined): Promise<Place | undefined> {
  const { services, message } = work;
  const { webhook_id: webhookId } = message;
  const at = services.now();
  const first = await services.getFirstWaiting(webhookId);
  if (!first) {
    if (!previous) return undefined;
    await services.giveBackTurn(webhookId, previous);
    return pass(work, undefined);
  }
  const { deliveryId: holder, generation } = first;
  const turn = { holder, generation, at, by: randomUUID() };
  const isGiven = holder === previous?.holder || (await services.giveTurn(webhookId, previous, turn));
  if (!isGiven) return undefined;
  const next = composeNext(message, first, at);
  // A wait for the rate limit is the webhook's, whoever makes the request in the end.
  return { turn, message: message.ordered === 'next' ? { ...next, rate: message.rate } : next };
}

/** Whether who has the turn need not be asked after: it was given lately, to a delivery that is still wanted. */
function isUnquestioned(work: Work, turn: HeldTurn): boolean {
  const { services, message, webhook } = work;
  if (message.ordered === 'next' || wasReceived(work)) return false;
  const isWanted = webhook !== undefined && turn.generation >= message.generation;
  return isWanted && !isLost(turn, undefined, services.now());
}

/** Where a record goes on with the line: undefined where another does. */
export async function findPlace(work: Work): Promise<Place | undefined> {
  const { services, message } = work;
  const { webhook_id: webhookId, user_id: userId } = message;
  const turn = await services.getTurn(webhookId);
  if (!turn) return pass(work, undefined);
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
  if (!row) {
    const isOurs = message.ordered === 'next' && message.delivery_id === turn.holder;
    return isOurs || isStuck || wasReceived(work) ? pass(work, turn) : undefined;
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
  if (message.event || (await services.getDelivery(webhookId, deliveryId))) return { message, turn };
  const waiting = await services.getWaiting(webhookId, deliveryId);
  return { message: waiting ? { ...message, event: eventOf(waiting) } : message, turn };
}
