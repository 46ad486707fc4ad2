import { kindOfFailure } from '../../core/failure.ts';
import { FAILURE_KINDS, type Measures } from '../../core/metrics.ts';
import type { MadeAttempt } from './tally.ts';

/** The ms that customers have waited for us: of first attempts, as what comes later is their receivers' time. */
const timesToDelivery = (attempts: readonly MadeAttempt[]): number[] =>
  attempts
    .filter(({ delivery, result }) => delivery.attempt === 1 && result.error === undefined)
    .map(({ delivery, result }) => result.at + result.responseTimeMs - delivery.runStartedAt);

/** What a batch of deliveries comes to, in numbers: its attempts, webhooks turned off, messages sent back. */
export function measureDeliveries(
  attempts: readonly MadeAttempt[],
  { disabled, sentBack }: { disabled: number; sentBack: number },
): Measures {
  const kinds = attempts.flatMap(({ result }) => kindOfFailure(result) ?? []);
  return {
    Delivered: [attempts.length - kinds.length],
    Failed: [kinds.length],
    ...Object.fromEntries(
      FAILURE_KINDS.map((kind) => [`Failed${kind}`, [kinds.filter((other) => other === kind).length]]),
    ),
    Retried: [attempts.filter(({ delivery }) => delivery.attempt > 1).length],
    Exhausted: [
      attempts.filter(({ delivery }) => delivery.status === 'exhausted' && !delivery.isTest).length,
    ],
    Disabled: [disabled],
    SentBack: [sentBack],
    TimeToDelivery: timesToDelivery(attempts),
  };
}
