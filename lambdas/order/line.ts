import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { isHopeless } from '../../core/failure.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import { type HeldTurn, isLost, isOver, settlingSeconds } from '../../core/order.ts';
import { takesNote, type Webhook } from '../../core/webhook.ts';
import type { deadLetter } from '../aws/dead-letters.ts';
import { isPutBack } from '../aws/dead-letters.ts';
import type {
  getFirstWaiting,
  getTurn,
  getWaiting,
  giveBackTurn,
  giveTurn,
  joinLine,
  leaveLine,
} from '../aws/line-store.ts';
import { type Assignment, assign, isStillWanted } from '../delivery/assignment.ts';
import { type AttemptServices, type Batch, deliver } from '../delivery/attempt.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import { createLimiter, type RateServices } from '../delivery/rate-limit.ts';
import { isOutOfLane } from '../delivery/slow-lane.ts';
import type { Ending } from '../delivery/turn-off.ts';
import { logger } from '../logger.ts';
import { composeNext, waitingOf } from './waiting.ts';

export type LineServices = AttemptServices &
  RateServices & {
    /** How long rows are kept. */
    readonly retentionDays: number;
    readonly getWebhook: (userId: string, webhookId: string) => Promise<Webhook | undefined>;
    readonly deadLetter: ReturnType<typeof deadLetter>;
    readonly joinLine: ReturnType<typeof joinLine>;
    readonly getWaiting: ReturnType<typeof getWaiting>;
    readonly getFirstWaiting: ReturnType<typeof getFirstWaiting>;
    readonly leaveLine: ReturnType<typeof leaveLine>;
    readonly getTurn: ReturnType<typeof getTurn>;
    readonly giveTurn: ReturnType<typeof giveTurn>;
    readonly giveBackTurn: ReturnType<typeof giveBackTurn>;
  };

/** One record's work at the line of its webhook. */
type Work = Assignment & {
  readonly services: LineServices;
  readonly batch: Batch;
  /** When it attempts no further delivery, and calls the next by a message: epoch ms. */
  readonly until: number;
};

/** Who is to be attempted, by its message; and the giving of the turn to it, where it has it. */
type Place = { readonly message: DeliveryMessage; readonly turn: HeldTurn | undefined };

/** An ending, and how the line goes on once its webhook was turned off. */
export type LineEnding = {
  readonly record: SQSRecord;
  readonly ending: Ending;
  readonly goOn: () => Promise<unknown>;
};

/** Where an attempt leaves its place: it is over, or goes on by a message of its own; and what it has ended with. */
type Made = { readonly isOver: boolean; readonly endings: readonly Ending[] };
const WAITS: Made = { isOver: false, endings: [] };
const OVER: Made = { isOver: true, endings: [] };

const DAY_MS = 86_400_000;
/** For how long one invocation goes on with a line, whose next it calls by a message then: ms. */
const WORK_MS = 5000;

/**
 * Whether a message may be the one that gave the turn away and died: it was received before, here or, as one that was
 * passed on or put back, elsewhere.
 */
const wasReceived = ({ message: { ordered, repeat }, record, receiveCount }: Assignment): boolean =>
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
function isUnquestioned({ services, message, webhook, ...rest }: Work, turn: HeldTurn): boolean {
  if (message.ordered === 'next' || wasReceived({ message, webhook, ...rest })) return false;
  const isWanted = webhook !== undefined && turn.generation >= message.generation;
  return isWanted && !isLost(turn, undefined, services.now());
}

/** Where a record goes on with the line: undefined where another does. */
async function findPlace(work: Work): Promise<Place | undefined> {
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

/** The message as it finds its webhook: what was not begun when that was turned off is kept for it, or not at all. */
function assignPlace({ services, record }: Work, message: DeliveryMessage, found: Webhook | undefined) {
  const { retentionDays } = services;
  const acceptedAt = acceptedAtOf(message.delivery_id);
  const isOff = found !== undefined && !found.active && message.attempt === 1;
  const isKept = isOff && takesNote(found, acceptedAt, retentionDays);
  const isExpired = acceptedAt < services.now() - retentionDays * DAY_MS;
  return assign(record, isKept ? { ...message, skipped: true } : message, isExpired ? undefined : found);
}

/** Calls a delivery by a message, in so many seconds; the slow lane's, where its webhook is slow. */
async function call({ services }: Work, { message, webhook }: Assignment, delaySeconds: number) {
  const send = webhook?.slowSince === undefined ? services.sendDeliveries : services.sendToSlowLane;
  const refused = await send([message], () => delaySeconds);
  if (refused.length > 0) throw new Error('the queue did not take the next of a line');
}

/**
 * How long a delivery has to wait for those accepted before it: seconds, from when it was found to be the first. One whose
 * message has waited does not wait again.
 */
function delayOf({ message: own }: Work, { message, webhook }: Assignment, turn: HeldTurn | undefined) {
  const hasWaited = own.ordered === 'next' && message.delivery_id <= own.delivery_id;
  return hasWaited || !webhook || !turn ? 0 : settlingSeconds(message.delivery_id, turn.at);
}

/** Makes an attempt for who has the turn, or calls it where that is not to be here and now. */
async function attemptAt(work: Work, { message, turn }: Place): Promise<Made> {
  const { services, record, receiveCount, batch, until } = work;
  const found = await services.getWebhook(message.user_id, message.webhook_id);
  const assignment = assignPlace(work, message, found);
  const delaySeconds = delayOf(work, assignment, turn);
  if (delaySeconds > 0 || services.now() >= until || isOutOfLane(services, assignment)) {
    await call(work, { ...assignment, message }, delaySeconds);
    return WAITS;
  }
  const admitted = await createLimiter(services, [Promise.resolve(assignment)])(assignment);
  if (!admitted) return WAITS;
  try {
    const { delivery, endings } = await deliver(services, admitted, batch);
    // What is not wanted and was attempted before has a message of its own, by which it is cancelled.
    return { isOver: isOver(delivery) || !assignment.webhook, endings };
  } catch (error) {
    if (!isHopeless(error, receiveCount)) throw error;
    const again: DeliveryMessage = message.attempt === 1 ? { ...message, ordered: 'joins' } : message;
    await services.deadLetter({ ...record, body: JSON.stringify(again) }, error.message);
    return OVER;
  }
}

/** Who comes after a delivery that is over, which leaves the line. */
async function goOnFrom(work: Work, { message, turn }: Place): Promise<Place | undefined> {
  await work.services.leaveLine(message.webhook_id, message.delivery_id);
  return turn ? pass(work, turn) : findPlace(work);
}

/** Attempts one after the other, until another goes on, or a webhook is to be turned off before anybody does. */
async function goThrough(work: Work, start: Place | undefined): Promise<LineEnding[]> {
  let place = start;
  while (place) {
    const here = place;
    const { isOver: isDone, endings } = await attemptAt(work, here);
    const { record } = work;
    const goOn = async () => {
      const next = await goOnFrom(work, here);
      return next && attemptAt({ ...work, until: 0 }, next);
    };
    if (endings.length > 0) return endings.map((ending) => ({ record, ending, goOn }));
    if (!isDone) return [];
    place = await goOnFrom(work, here);
  }
  return [];
}

/** Where the record of a retry goes on: with its own delivery, which has the turn, unless it was put aside meanwhile. */
async function findOwnPlace({ services, message }: Work): Promise<Place> {
  const turn = await services.getTurn(message.webhook_id);
  return { message, turn: turn?.holder === message.delivery_id ? turn : undefined };
}

/**
 * Does what a message of an ordered webhook asks for: it joins the line, and goes on with it where nobody else does.
 * @returns the endings for which a webhook is to be turned off, before the line goes on
 */
export async function workLine(
  services: LineServices,
  assignment: Assignment,
  batch: Batch,
): Promise<LineEnding[]> {
  const { message } = assignment;
  const work = { ...assignment, services, batch, until: services.now() + WORK_MS };
  if (message.attempt > 1) return goThrough(work, await findOwnPlace(work));
  if (message.ordered === 'joins')
    await services.joinLine(message.webhook_id, waitingOf(message), services.now());
  return goThrough(work, await findPlace(work));
}
