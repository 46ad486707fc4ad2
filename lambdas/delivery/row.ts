import { type Delivery, mergeRefs } from '../../core/delivery.ts';
import { MissingError } from '../../core/failure.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import type { DeliveryRow } from '../aws/delivery-store.ts';
import type { DeliveryMessage } from './message.ts';

/**
 * The row of a delivery before its first attempt, from the message that carries its event.
 * @throws MissingError where it carries none, as the row is to tell the rest
 */
export function readFirstRow(message: DeliveryMessage): DeliveryRow {
  const { event } = message;
  if (!event) throw new MissingError('the row of a delivery that was attempted before is not in the table');
  const delivery: Delivery = {
    id: message.delivery_id,
    webhookId: message.webhook_id,
    eventId: event.id,
    eventType: event.type,
    timestamp: event.timestamp,
    status: 'pending',
    run: message.run,
    runStartedAt: message.run_started_at ?? acceptedAtOf(message.delivery_id),
    generation: message.generation,
    attempt: 0,
    attempts: message.attempts,
    lastAttempt: message.last_attempt,
    isTest: message.test,
  };
  return {
    delivery,
    payload: event.payload === undefined ? undefined : Buffer.from(event.payload, 'base64'),
  };
}

/** What begins when a delivery is made anew: a replay (`startedAt` is epoch ms). */
export type NextRun = { readonly run: number; readonly generation: number; readonly startedAt: number };

/** The row of a delivery as its next run begins. */
export function beginRun(row: DeliveryRow, { run, generation, startedAt }: NextRun): DeliveryRow {
  const { lastAttempt, nextAttemptAt, ...delivery } = row.delivery;
  return {
    ...row,
    delivery: { ...delivery, status: 'pending', run, generation, runStartedAt: startedAt, attempt: 0 },
  };
}

/** Where a delivery stands before the attempt that a message asks for. */
export function rowBefore(message: DeliveryMessage, found: DeliveryRow | undefined): DeliveryRow {
  if (!found) return readFirstRow(message);
  const { run, generation, run_started_at: startedAt = acceptedAtOf(message.delivery_id) } = message;
  const isSameRun = found.delivery.run === run && found.delivery.generation === generation;
  return withAttempts(isSameRun ? found : beginRun(found, { run, generation, startedAt }), message);
}

/** The row with the attempts that a message tells of, which may have overtaken the record of the last. */
function withAttempts(row: DeliveryRow, { attempts: told = [], last_attempt }: DeliveryMessage): DeliveryRow {
  const { attempts = [], lastAttempt } = row.delivery;
  const all = mergeRefs(attempts, told);
  if (all.length === attempts.length) return row;
  const isNewer = last_attempt !== undefined && last_attempt.at > (lastAttempt?.at ?? 0);
  return {
    ...row,
    delivery: { ...row.delivery, attempts: all, lastAttempt: isNewer ? last_attempt : lastAttempt },
  };
}
