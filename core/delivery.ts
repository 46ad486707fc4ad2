import type { DeliveryAnswer } from './answers.ts';
import type { CustomHeaders } from './custom-headers.ts';
import type { EventType } from './event-catalogue.ts';
import { acceptedAtOf, showDeliveryId } from './ids.ts';
import { postpone } from './retry-after.ts';
import { delayAfterAttempt } from './retry-schedule.ts';
import { showTime, showTimeIfAny } from './show-time.ts';
import type { Signatures } from './signature.ts';

/** Where a delivery stands. All but the first two are final for the run. */
export const DELIVERY_STATUSES = [
  'pending',
  'retrying',
  'succeeded',
  'exhausted',
  'cancelled',
  'skipped',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What came of one attempt: the receiver's response, or why there was none. Times are epoch ms. */
export type AttemptResult = {
  /** When the request was begun. */
  readonly at: number;
  /** Milliseconds from the DNS lookup to the response's headers, or to the failure. */
  readonly responseTimeMs: number;
  /** Null where no response came. */
  readonly statusCode: number | null;
  /** In words, where the attempt failed. */
  readonly error?: string | undefined;
};

/** Which attempt of a delivery, and when it was begun (epoch ms). */
export type AttemptRef = { readonly at: number; readonly run: number; readonly attempt: number };

/** Of some attempts and more, each once. */
export function mergeRefs(some: readonly AttemptRef[], more: readonly AttemptRef[]): AttemptRef[] {
  const isSame = (a: AttemptRef, b: AttemptRef) =>
    a.at === b.at && a.run === b.run && a.attempt === b.attempt;
  return [...some, ...more.filter((ref) => !some.some((known) => isSame(known, ref)))];
}

/** What an attempt sent and what came back, as the log tells it. */
export type Exchange = {
  readonly url: string;
  /** What the request was signed with; its other headers follow from the delivery. */
  readonly signatures: Signatures;
  /** The customer's own headers, masked. */
  readonly headers?: CustomHeaders | undefined;
  readonly response?:
    | { readonly headers: Readonly<Record<string, string>>; readonly body: string }
    | undefined;
};

/** One attempt of a delivery, as the log tells it. */
export type Attempt = AttemptRef &
  AttemptResult & {
    readonly deliveryId: string;
    readonly eventType: EventType;
    readonly nextAttemptAt?: number | undefined;
    readonly exchange: Exchange;
  };

/** The row of one delivery: one event for one webhook, and where it stands. Times are epoch ms. */
export type Delivery = {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: EventType;
  readonly timestamp: string;
  readonly status: DeliveryStatus;
  /** One passage through the schedule: 1 for the first, one more with each replay. */
  readonly run: number;
  /** When the run began. */
  readonly runStartedAt: number;
  /** Of the webhook, as the run began. */
  readonly generation: number;
  /** The attempts of this run that were made; 0 before the first. */
  readonly attempt: number;
  readonly lastAttempt?: AttemptResult | undefined;
  /** The attempts of all runs that have items of their own, oldest first. */
  readonly attempts?: readonly AttemptRef[] | undefined;
  readonly nextAttemptAt?: number | undefined;
  /** Of the webhook as the attempt found it for which it is to be turned off. */
  readonly webhookVersion?: number | undefined;
  /** A test: one attempt, which never disables the webhook. */
  readonly isTest?: boolean | undefined;
};

/** What follows from an attempt. */
export type Outcome = {
  readonly status: 'retrying' | 'succeeded' | 'exhausted';
  /** From this attempt's failure to the next attempt, where there is one: ms; 0 is at once. */
  readonly nextDelayMs?: number;
  /** Why the webhook is to be turned off: `gone` at once, `dead` unless it has accepted something since. */
  readonly disable?: 'gone' | 'dead';
};

const GONE = 410;

/** Whether a response counts as accepted: 2xx, and nothing else. */
export function isAccepted(statusCode: number): boolean {
  return statusCode >= 200 && statusCode <= 299;
}

/**
 * What follows from attempt `attempt` (from 1) of a run.
 * @param retryDelaysSeconds the waits before attempts 3, 4, …
 * @param retryAfter the value of that header of the response
 */
export function decideOutcome(
  { attempt, isTest }: { attempt: number; isTest?: boolean | undefined },
  result: AttemptResult,
  retryDelaysSeconds: readonly number[],
  retryAfter?: string,
): Outcome {
  if (result.error === undefined) return { status: 'succeeded' };
  if (isTest) return { status: 'exhausted' };
  if (result.statusCode === GONE) return { status: 'exhausted', disable: 'gone' };
  const scheduledSeconds = delayAfterAttempt(attempt, retryDelaysSeconds);
  return scheduledSeconds === undefined
    ? { status: 'exhausted', disable: 'dead' }
    : { status: 'retrying', nextDelayMs: postpone(scheduledSeconds * 1000, result, retryAfter) };
}

/** Whether a delivery's run has ended without an attempt: it is not sent any more, or was not sent at all. */
export function isUnsent({ status }: Pick<Delivery, 'status'>): boolean {
  return status === 'cancelled' || status === 'skipped';
}

/** Whether a delivery's run is over. */
export function isFinished({ status }: Pick<Delivery, 'status'>): boolean {
  return status === 'succeeded' || status === 'exhausted' || isUnsent({ status });
}

/** Whether a delivery was given up: a test is not one that anybody waits for. */
export function isGivenUp({ status, isTest }: Pick<Delivery, 'status' | 'isTest'>): boolean {
  return status === 'exhausted' && !isTest;
}

/** How a list is asked for the deliveries that are not delivered, whatever their status. */
export const UNDELIVERED = 'undelivered';

/**
 * Whether a delivery has not reached its receiver, as far as its latest run tells, tests apart: one that waits for its
 * first attempt, whose row a replay has made, has not either.
 */
export function isUndelivered({ status, isTest }: Pick<Delivery, 'status' | 'isTest'>): boolean {
  return status !== 'succeeded' && !isTest;
}

/** Which attempt a message asks for: of which run, and of the webhook in which generation. */
export type AskedAttempt = { readonly run: number; readonly generation: number; readonly attempt: number };

/**
 * Whether the row already tells of this attempt, or of something later, so that it is not to be made again. A later
 * run comes before an earlier one, and within a run a later generation of the webhook, but for what it has accepted
 * or given up for good.
 */
export function isSuperseded(row: Delivery, { run, generation, attempt }: AskedAttempt): boolean {
  if (row.run !== run) return row.run > run;
  if (row.status === 'succeeded' || row.status === 'exhausted') return true;
  if (row.generation !== generation) return row.generation > generation;
  return isFinished(row) || row.attempt >= attempt;
}

/** A delivery as the API lists it, by its latest attempt. Source: the contract, "Monitoring Delivery Status". */
export function showDelivery(delivery: Delivery): DeliveryAnswer {
  const { lastAttempt: last, nextAttemptAt } = delivery;
  return {
    id: showDeliveryId(delivery.id),
    timestamp: delivery.timestamp,
    event: delivery.eventType,
    event_id: delivery.eventId,
    accepted_at: showTime(acceptedAtOf(delivery.id)),
    status: delivery.status,
    status_code: last?.statusCode ?? null,
    response_time: last?.responseTimeMs ?? null,
    run: delivery.run,
    attempt: delivery.attempt,
    success: delivery.status === 'succeeded',
    ...(last?.error === undefined ? {} : { error: last.error }),
    next_attempt_at: showTimeIfAny(nextAttemptAt),
  };
}
