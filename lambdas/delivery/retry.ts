import type { AttemptResult, Delivery, Exchange } from '../../core/delivery.ts';
import { scheduledTimeOf } from '../../core/retry-schedule.ts';
import type { sendDelivery } from '../aws/deliveries-queue.ts';
import type { DeliveryRow, logAttempt, recordDelivery } from '../aws/delivery-store.ts';
import type { scheduleDelivery } from '../aws/schedules.ts';
import type { Assignment } from './assignment.ts';

export type RetryServices = {
  /** The time: epoch ms. */
  readonly now: () => number;
  readonly logAttempt: ReturnType<typeof logAttempt>;
  readonly recordDelivery: ReturnType<typeof recordDelivery>;
  readonly sendDelivery: ReturnType<typeof sendDelivery>;
  readonly scheduleDelivery: ReturnType<typeof scheduleDelivery>;
};

type Services = Pick<RetryServices, 'now' | 'sendDelivery' | 'scheduleDelivery'>;

/**
 * Whether a retry goes straight back onto the queue. That of a message that came again is scheduled, though it is due at
 * once: as its first receive may have sent one, and a schedule has a name, by which a second one is none.
 */
const isSentOn = ({ receiveCount }: Assignment, delayMs: number) => delayMs === 0 && receiveCount === 1;

/** When the next attempt is made, `delayMs` after this one failed: epoch ms. */
export function nextAttemptTimeOf(
  { now }: Pick<RetryServices, 'now'>,
  assignment: Assignment,
  { at, responseTimeMs }: AttemptResult,
  delayMs: number,
): number {
  const dueAt = at + responseTimeMs + delayMs;
  return isSentOn(assignment, delayMs) ? dueAt : scheduledTimeOf(dueAt, now());
}

/**
 * Sees to the next attempt. It is told of the attempts so far, as it may come before the row that tells of them, or
 * without it; the immediate retry, which may be there before any row, carries the event as well.
 */
async function prepareNext(
  services: Services,
  assignment: Assignment,
  { eventId, attempts = [], lastAttempt, nextAttemptAt }: Delivery,
  delayMs: number,
): Promise<void> {
  const { rate, repeat, ...again } = assignment.message;
  const next = { ...again, attempt: again.attempt + 1, attempts: [...attempts], last_attempt: lastAttempt };
  if (isSentOn(assignment, delayMs)) return services.sendDelivery(next);
  const { event, ...rest } = next;
  // The log may have taken its time.
  const scheduledAt = scheduledTimeOf(nextAttemptAt ?? 0, services.now());
  return services.scheduleDelivery({ ...rest, event_id: eventId }, scheduledAt);
}

/** An attempt that failed: what was sent and what came of it, and how long after it the next is due: ms. */
type Failed = {
  readonly result: AttemptResult;
  readonly exchange: Exchange;
  readonly delayMs: number;
};

/**
 * Records an attempt that failed and that another follows. The log tells of it first, then the next is seen to, then the
 * row tells of both: whoever dies in between leaves a repeat behind, and not a delivery that nobody goes on with, nor an
 * attempt that the next one knows of, and nobody else.
 * @returns false where the delivery's row had moved on
 */
export async function recordFailed(
  services: RetryServices,
  assignment: Assignment,
  row: DeliveryRow,
  { result, exchange, delayMs }: Failed,
): Promise<boolean> {
  const logged = await services.logAttempt(row, result, exchange);
  await prepareNext(services, assignment, logged.delivery, delayMs);
  return services.recordDelivery(logged);
}
