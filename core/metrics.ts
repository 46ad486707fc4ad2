/** What made an attempt fail, as metrics tell it. */
export const FAILURE_KINDS = ['Timeout', 'Dns', 'Connection', 'Tls', 'Address', '3xx', '4xx', '5xx'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/**
 * The metrics of the system itself, by their names in CloudWatch. Each is paid for by the month: none is of one
 * customer or webhook.
 *
 * - `Delivered`, `Failed`, `Failed<kind>`: attempts, by how they ended
 * - `Retried`: attempts past the first of a run
 * - `Exhausted`: deliveries given up, tests apart
 * - `Skipped`: deliveries kept, and not sent, as their webhook was off or the line of its rate limit full
 * - `Disabled`: webhooks turned off
 * - `SentBack`: messages that met trouble of ours and went back to their queue
 * - `TimeToDelivery`: ms from an event's acceptance (or a replay's) to the receiver's answer, where the first
 *   attempt was accepted: what customers wait for us, and not for their own receivers
 */
export type MetricName =
  | 'Delivered'
  | 'Failed'
  | `Failed${FailureKind}`
  | 'Retried'
  | 'Exhausted'
  | 'Skipped'
  | 'Disabled'
  | 'SentBack'
  | 'TimeToDelivery';

/** What one batch comes to: the values of each metric, none where there is nothing to tell. */
export type Measures = Partial<Record<MetricName, readonly number[]>>;

/** Counts as measures: what is zero is left out, as each figure is paid for by the byte. */
export function measuresOf(counts: Partial<Record<MetricName, number>>): Measures {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return Object.fromEntries(some.map(([name, count]) => [name, [count]]));
}
