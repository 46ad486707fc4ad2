import type { SQSRecord } from 'aws-lambda';
import { isOlder } from '../../core/duration.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import { isOver, settlingSeconds } from '../../core/order.ts';
import { takesNote } from '../../core/wanting.ts';
import type { Webhook } from '../../core/webhook.ts';
import { putAside } from '../aws/records.ts';
import { type Assignment, assign } from '../delivery/assignment.ts';
import { type Batch, deliver } from '../delivery/attempt.ts';
import type { DeliveryMessage } from '../delivery/message.ts';
import { createLimiter } from '../delivery/rate-limit.ts';
import { isOutOfLane } from '../delivery/slow-lane.ts';
import type { Ending } from '../delivery/turn-off.ts';
import { call, handOn } from './call.ts';
import { findOwnPlace, findPlace, goOnFrom, type Place } from './place.ts';
import { waitingOf } from './waiting.ts';
import type { LineServices, Work } from './work.ts';

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

/** For how long one invocation goes on with a line, whose next it calls by a message then: ms. */
const WORK_MS = 5000;

/** The message as it finds its webhook: what was not begun when that was turned off is kept for it, or not at all. */
function assignPlace({ services, record }: Work, message: DeliveryMessage, found: Webhook | undefined) {
  const { retentionDays } = services;
  const acceptedAt = acceptedAtOf(message.delivery_id);
  const isOff = found !== undefined && !found.active && message.attempt === 1;
  const isKept = isOff && takesNote(found, acceptedAt, retentionDays);
  const isExpired = isOlder(acceptedAt, { days: retentionDays, now: services.now() });
  const own = isKept ? { ...message, skipped: true } : message;
  return { ...assign(record, own, isExpired ? undefined : found), isGone: found === undefined };
}

/**
 * How long a delivery has to wait for those accepted before it: seconds, from when it was found to be the first. One whose
 * message has waited does not wait again.
 */
function delayOf({ message: own }: Work, { message, webhook }: Assignment) {
  const { delivery_id: id, run_started_at: foundAt = 0 } = message;
  const hasWaited = own.ordered === 'next' && id <= own.delivery_id;
  return hasWaited || !webhook ? 0 : settlingSeconds(id, foundAt);
}

/** A first attempt's message, as the Dispatcher would send it: put back from among the dead letters it joins the line. */
function joinAgain(message: DeliveryMessage): DeliveryMessage {
  const { in_place_of, called_by, rate, repeat, run_started_at, ...first } = message;
  return { ...first, ordered: 'joins' };
}

/** Makes an attempt for who has the turn, or calls it where that is not to be here and now. */
async function attemptAt(work: Work, place: Place): Promise<Made> {
  const { services, record, batch, until } = work;
  const message = handOn(work, place.message);
  const found = await services.getWebhook(message.user_id, message.webhook_id);
  const assignment = assignPlace(work, message, found);
  const delaySeconds = delayOf(work, assignment);
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
    const body = JSON.stringify(message.attempt === 1 ? joinAgain(message) : message);
    await putAside(services, { ...record, body }, error);
    return OVER;
  }
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
