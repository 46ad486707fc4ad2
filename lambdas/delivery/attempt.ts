import {
  type AttemptResult,
  type Delivery,
  decideOutcome,
  isSuperseded,
  isUnsent,
  type Outcome,
} from '../../core/delivery.ts';
import { InvalidRequestError } from '../../core/errors.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import { maskHeaders } from '../../core/mask.ts';
import { composeBody, requestHeadersOf } from '../../core/request.ts';
import { signingSecretsAt } from '../../core/secret-rotation.ts';
import { signRequest } from '../../core/signature.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { DeliveryRow, getDelivery, recordAttempt } from '../aws/delivery-store.ts';
import type { getPayload } from '../aws/event-store.ts';
import { unpack } from '../aws/packing.ts';
import { wasReceivedBefore } from '../aws/records.ts';
import { logger } from '../logger.ts';
import type { Post } from '../outbound/post.ts';
import type { Assignment } from './assignment.ts';
import type { DeliveryMessage } from './message.ts';
import { nextAttemptTimeOf, type RetryServices, recordFailed } from './retry.ts';
import { rowBefore } from './row.ts';
import type { Tally } from './tally.ts';
import type { Ending } from './turn-off.ts';
import type { Watch } from './watch.ts';

export type AttemptServices = RetryServices & {
  /** The waits before attempts 3, 4, …, in seconds. */
  readonly retryDelaysSeconds: readonly number[];
  readonly post: Post;
  readonly getDelivery: ReturnType<typeof getDelivery>;
  readonly getPayload: ReturnType<typeof getPayload>;
  readonly recordAttempt: ReturnType<typeof recordAttempt>;
};

/** What the attempts of one batch share. */
export type Batch = { readonly tally: Tally; readonly watch: Watch };

/** Whether the row must be read before the request: the first message of a first attempt is the only one without. */
const mayBeRepeat = ({ message: { run, attempt, repeat, ordered }, record }: Assignment) =>
  run > 1 || attempt > 1 || repeat === true || ordered !== undefined || wasReceivedBefore(record);

/** A repeat of an attempt that ended its run: what follows from the end may not have been done. */
function repeatEnding(
  services: AttemptServices,
  { message, record }: Assignment,
  { tally }: Batch,
  row: Delivery,
): Delivered {
  const { lastAttempt } = row;
  const isSame =
    row.run === message.run && row.generation === message.generation && row.attempt === message.attempt;
  if (!lastAttempt || !isSame) return { delivery: row, endings: [] };
  const outcome = decideOutcome(row, lastAttempt, services.retryDelaysSeconds);
  if (outcome.status === 'succeeded') tally.noteSuccess(row.webhookId, lastAttempt.at, record);
  return { delivery: row, endings: endingOf(message, row, outcome) };
}

/** The ending of a delivery for which its webhook, as the last attempt found it, is to be turned off. */
function endingOf(
  { user_id: userId, generation }: DeliveryMessage,
  delivery: Delivery,
  { disable: why }: Outcome,
) {
  const { webhookId: id, webhookVersion: version } = delivery;
  return why && version !== undefined ? [{ ref: { id, userId, generation, version }, delivery, why }] : [];
}

/** @throws InvalidRequestError where the payload that came with a message is none */
function unpackPayload(payload: Uint8Array): string {
  try {
    return unpack(payload);
  } catch {
    throw new InvalidRequestError([{ field: 'event.payload', detail: 'cannot be unpacked' }]);
  }
}

/** Posts the delivery, signed. The bytes that are signed are the bytes that are sent. */
async function post(
  services: AttemptServices,
  webhook: Webhook,
  { delivery, payload }: DeliveryRow,
  { receiveCount, watch }: { readonly receiveCount: number; readonly watch: Watch },
) {
  const text = payload
    ? unpackPayload(payload)
    : await services.getPayload(delivery.eventId, acceptedAtOf(delivery.id));
  const body = composeBody(text, webhook.id);
  const at = services.now();
  const signatures = signRequest({ id: delivery.id, at, body }, signingSecretsAt(webhook, at));
  const headers = requestHeadersOf({ ...delivery, at }, signatures, webhook.headers);
  const request = { url: webhook.url, headers, body, at, receiveCount };
  const { result, retryAfter, response } = await watch(webhook, () => services.post(request));
  const shown = webhook.headers && maskHeaders(webhook.headers);
  return { result, retryAfter, exchange: { url: webhook.url, signatures, headers: shown, response } };
}

/** Where a message has left its delivery, and the ending of that, where its webhook is to be turned off. */
export type Delivered = { readonly delivery: Delivery; readonly endings: readonly Ending[] };

/** Makes the attempt that a message asks for, unless it was made before or is not wanted any more. */
export async function deliver(
  services: AttemptServices,
  assignment: Assignment,
  batch: Batch,
): Promise<Delivered> {
  const { message, webhook, isGone } = assignment;
  // What is cancelled unread might be a newer chain of the same delivery.
  const found =
    webhook && !mayBeRepeat(assignment)
      ? undefined
      : await services.getDelivery(message.webhook_id, message.delivery_id);
  if (found && isSuperseded(found.delivery, message))
    return repeatEnding(services, assignment, batch, found.delivery);
  const row = rowBefore(message, found);
  if (webhook) return makeAttempt(services, { ...assignment, webhook }, batch, row);
  const delivery = endUnsent(row.delivery, message);
  const isRecorded = await services.recordDelivery({ ...row, delivery });
  const isCounted = found && isUnsent(found.delivery) && found.delivery.run === delivery.run;
  if (isRecorded && !isGone && !isCounted) batch.tally.countUnsent(delivery, services.now());
  return { delivery, endings: [] };
}

/** Makes an attempt, and records it. */
async function makeAttempt(
  services: AttemptServices,
  assignment: Assignment & { readonly webhook: Webhook },
  batch: Batch,
  row: DeliveryRow,
): Promise<Delivered> {
  const { message, receiveCount, record, webhook } = assignment;
  const { result, retryAfter, exchange } = await post(services, webhook, row, {
    receiveCount,
    watch: batch.watch,
  });
  const outcome = decideOutcome(
    { ...row.delivery, attempt: message.attempt },
    result,
    services.retryDelaysSeconds,
    retryAfter,
  );
  const { nextDelayMs: delayMs } = outcome;
  const delivery: Delivery = {
    ...row.delivery,
    status: outcome.status,
    attempt: message.attempt,
    lastAttempt: result,
    nextAttemptAt:
      delayMs === undefined ? undefined : nextAttemptTimeOf(services, assignment, result, delayMs),
    webhookVersion: outcome.disable && webhook.version,
  };
  const made = { ...row, delivery };
  const isRecorded = await (delayMs === undefined
    ? services.recordAttempt(made, result, exchange)
    : recordFailed(services, assignment, made, { result, exchange, delayMs }));
  batch.tally.countAttempt({ delivery, result, isRated: message.rate !== undefined }, record);
  tellOf(delivery, result);
  if (isRecorded) return { delivery, endings: endingOf(message, delivery, outcome) };
  // Another was first; or this one was, and the answer to its write was lost and the write tried again.
  const found = await services.getDelivery(webhook.id, delivery.id);
  return found ? repeatEnding(services, assignment, batch, found.delivery) : { delivery, endings: [] };
}

/** The delivery as it ends without the attempt that a message asks for. */
const endUnsent = (delivery: Delivery, { attempt: next, skipped }: DeliveryMessage): Delivery => ({
  ...delivery,
  status: skipped ? 'skipped' : 'cancelled',
  attempt: next - 1,
  nextAttemptAt: undefined,
});

/**
 * The one line that tells of an attempt, but for what is so for nearly all of them: that the run and the attempt are the
 * first, that the answer was a 200, and that the delivery has succeeded. No URL: customers put secrets into them.
 */
function tellOf(delivery: Delivery, result: AttemptResult) {
  logger.info('attempt', {
    event: delivery.eventType,
    event_id: delivery.eventId,
    webhook_id: delivery.webhookId,
    delivery_id: delivery.id,
    run: delivery.run > 1 ? delivery.run : undefined,
    attempt: delivery.attempt > 1 ? delivery.attempt : undefined,
    status: delivery.status === 'succeeded' ? undefined : delivery.status,
    status_code: result.statusCode === 200 ? undefined : result.statusCode,
    response_time: result.responseTimeMs,
    error: result.error,
    next_attempt_at: delivery.nextAttemptAt && new Date(delivery.nextAttemptAt).toISOString(),
  });
}
