import { isGivenUp } from '../../core/delivery.ts';
import { kindOfFailure } from '../../core/failure.ts';
import { FAILURE_KINDS, type Measures, measuresOf } from '../../core/metrics.ts';
import type { MadeAttempt } from './tally.ts';

/** The ms that customers have waited for us: of first attempts, as what comes later is their receivers' time, and not of those that their own rate limit held up. */
const timesToDelivery = (attempts: readonly MadeAttempt[]): number[] =>
  attempts
    .filter(
      ({ delivery, result, isRated }) => delivery.attempt === 1 && result.error === undefined && !isRated,
    )
    .map(({ delivery, result }) => Math.max(0, result.at + result.responseTimeMs - delivery.runStartedAt));

/** How attempts ended: both figures where there is one, as an alarm takes their ratio. */
function measureEndings(attempts: readonly MadeAttempt[]): Measures {
  if (attempts.length === 0) return {};
  const kinds = attempts.flatMap(({ result }) => kindOfFailure(result) ?? []);
  const ofKinds = FAILURE_KINDS.map((kind) => [`Failed${kind}`, kinds.filter((one) => one === kind).length]);
  return {
    Delivered: [attempts.length - kinds.length],
    Failed: [kinds.length],
    ...measuresOf(Object.fromEntries(ofKinds)),
  };
}

/** What a batch of deliveries comes to, in numbers: its attempts, deliveries kept, webhooks turned off, messages sent back. */
export function measureDeliveries(
  attempts: readonly MadeAttempt[],
  { skipped, disabled, sentBack }: { skipped: number; disabled: number; sentBack: number },
): Measures {
  const deliveries = attempts.map(({ delivery }) => delivery);
  return {
    ...measureEndings(attempts),
    ...measuresOf({
      Retried: deliveries.filter(({ attempt }) => attempt > 1).length,
      Exhausted: deliveries.filter(isGivenUp).length,
      Skipped: skipped,
      Disabled: disabled,
      SentBack: sentBack,
    }),
    TimeToDelivery: timesToDelivery(attempts),
  };
}
