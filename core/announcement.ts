import type * as z from 'zod';
import type { Delivery } from './delivery.ts';
import type { PublishedEvent } from './event.ts';
import { EVENT_CATALOGUE, isOperational, type OperationalType } from './event-catalogue.ts';
import { acceptedAtOf, deriveOwnEventId, showDeliveryId } from './ids.ts';
import { type Recovery, showRecovery } from './recovery.ts';
import { showTime } from './show-time.ts';
import type { Disablement, WebhookRef } from './webhook.ts';

/** An operational event, as the system tells it: its id and time (epoch ms) follow from what it is of. */
export type Announcement = {
  readonly id: string;
  readonly acceptedAt: number;
  readonly event: PublishedEvent;
};

type DataOf<T extends OperationalType> = z.input<(typeof EVENT_CATALOGUE)[T]['data']> & { user_id: string };

/** `thing` and `at` are the same whenever the same is told again, so that repeats are one event and one delivery. */
function announce<T extends OperationalType>(
  type: T,
  data: DataOf<T>,
  { at, thing }: { at: number; thing: readonly string[] },
): Announcement {
  return {
    id: deriveOwnEventId(at, type, ...thing),
    acceptedAt: at,
    event: { type, userId: data.user_id, timestamp: showTime(at), data: JSON.stringify(data) },
  };
}

/** That the system has turned a webhook off. */
export function announceDisabled(
  { id, userId }: Pick<WebhookRef, 'id' | 'userId'>,
  { at, reason, deliveryId }: Disablement,
): Announcement {
  const data = {
    webhook_id: id,
    reason,
    disabled_at: showTime(at),
    delivery_id: showDeliveryId(deliveryId),
    user_id: userId,
  };
  return announce('webhook.disabled', data, { at, thing: [id, deliveryId] });
}

/** Whether it is told that a delivery was given up: not of a test, and not of what was itself told by the system. */
export function isExhaustionTold({ eventType, isTest }: Delivery): boolean {
  return !isTest && !isOperational(eventType);
}

/**
 * That a delivery of this user was given up, after its last attempt was recorded.
 * @throws Error where there was no attempt that failed
 */
export function announceExhausted(userId: string, delivery: Delivery): Announcement {
  const { id, webhookId, lastAttempt: last, run, attempt } = delivery;
  if (last?.error === undefined) throw new Error(`the last attempt of ${id} has not failed`);
  const data = {
    webhook_id: webhookId,
    delivery: {
      id: showDeliveryId(id),
      event: delivery.eventType,
      event_id: delivery.eventId,
      timestamp: delivery.timestamp,
      accepted_at: showTime(acceptedAtOf(id)),
      run,
      attempt,
      status_code: last.statusCode,
      error: last.error,
    },
    user_id: userId,
  };
  return announce('delivery.exhausted', data, {
    at: last.at + last.responseTimeMs,
    thing: [id, String(run)],
  });
}

/**
 * That a recovery of this user has replayed all of its range.
 * @throws Error where it is not over
 */
export function announceRecovered(userId: string, recovery: Recovery): Announcement {
  const { webhookId, number, finishedAt: at } = recovery;
  if (at === undefined) throw new Error(`recovery ${number} of ${webhookId} is not over`);
  const { id, since, until, status, found, replayed, delivered } = showRecovery(recovery);
  const data = {
    webhook_id: webhookId,
    recovery: { id, since, until, status, found, replayed, delivered },
    user_id: userId,
  };
  return announce('recovery.completed', data, { at, thing: [webhookId, String(number)] });
}
