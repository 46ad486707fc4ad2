import { DAY_SECONDS } from './duration.ts';

/** The longest wait that a receiver may ask for: seconds. */
export const MAX_RETRY_AFTER_SECONDS = DAY_SECONDS;

/** The statuses with which `Retry-After` is heard: Too Many Requests, and Service Unavailable. */
const HEARD_STATUSES: ReadonlySet<number | null> = new Set([429, 503]);

const SECOND_MS = 1000;

/** An HTTP date in its three forms; the last has no zone, and is UTC. Source: RFC 9110, 5.6.7. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/** When a `Retry-After` of `answeredAt` is over (epoch ms), not before the second that it names; NaN where it is none. */
function readRetryAfter(text: string, answeredAt: number): number {
  if (HTTP_DATE.test(text)) return Date.parse(text.replace(/(?<!GMT)$/, ' GMT'));
  if (!/^\d+$/.test(text)) return Number.NaN;
  const seconds = Math.min(Number(text), MAX_RETRY_AFTER_SECONDS);
  return seconds === 0 ? answeredAt : Math.ceil(answeredAt / SECOND_MS + seconds) * SECOND_MS;
}

/** An answer as it asks for a pause; `at` is epoch ms. */
type Answer = {
  readonly at: number;
  readonly responseTimeMs: number;
  readonly statusCode: number | null;
};

/**
 * The wait from an attempt's failure to the next attempt: what the schedule says, or what the receiver asks for if that
 * is longer, to a day. A `Retry-After` that is malformed or past asks for nothing. Source: RFC 9110, 10.2.3.
 * @param scheduledMs the wait of the schedule: ms
 * @param retryAfter the header's value
 * @returns ms
 */
export function postpone(scheduledMs: number, answer: Answer, retryAfter: string | undefined): number {
  if (retryAfter === undefined || !HEARD_STATUSES.has(answer.statusCode)) return scheduledMs;
  const answeredAt = answer.at + answer.responseTimeMs;
  const askedMs = readRetryAfter(retryAfter, answeredAt) - answeredAt;
  return Math.max(scheduledMs, Math.min(askedMs || 0, MAX_RETRY_AFTER_SECONDS * SECOND_MS));
}
