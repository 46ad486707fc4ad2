import type { AttemptResult, Delivery } from './delivery.ts';
import { HOUR_MS } from './duration.ts';

/**
 * What response times are counted by: each bound (ms, included) is twice the one before, up to what a receiver has.
 * Figures are kept by the place of their bound: a bound that is put in or taken out needs other names for them.
 */
export const RESPONSE_TIME_BOUNDS_MS = [
  10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 30_000,
] as const;

/** What attempts and deliveries have come to, in numbers that can be added up. */
export type Figures = {
  readonly attempts: number;
  readonly failed: number;
  /** Deliveries given up, tests apart. */
  readonly exhausted: number;
  /** Deliveries, or what was left of their attempts, that were not sent as their webhook was turned off. */
  readonly cancelled: number;
  /** Deliveries that were kept, and not sent. */
  readonly skipped: number;
  /** The attempts that were answered, by their response times: a count for each bound, and one for what is above. */
  readonly responseTimes: readonly number[];
};

/** The hour of a time (epoch ms), as the number of hours since 1970. */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/** What came of the attempts that were begun, and the deliveries that ended unsent, in one hour (since 1970); or a part. */
export type HourFigures = { readonly hour: number; readonly figures: Figures };

/** What a batch adds to the statistics of one webhook. Times are epoch ms. */
export type AddedStatistics = {
  readonly hours: readonly HourFigures[];
  readonly lastDeliveryAt?: number | undefined;
  readonly lastSuccessAt?: number | undefined;
};

export const NO_FIGURES: Figures = {
  attempts: 0,
  failed: 0,
  exhausted: 0,
  cancelled: 0,
  skipped: 0,
  responseTimes: Array.from({ length: RESPONSE_TIME_BOUNDS_MS.length + 1 }, () => 0),
};

export function addFigures(a: Figures, b: Figures): Figures {
  return {
    attempts: a.attempts + b.attempts,
    failed: a.failed + b.failed,
    exhausted: a.exhausted + b.exhausted,
    cancelled: a.cancelled + b.cancelled,
    skipped: a.skipped + b.skipped,
    responseTimes: a.responseTimes.map((count, place) => count + (b.responseTimes[place] ?? 0)),
  };
}

export const sumFigures = (hours: readonly HourFigures[]): Figures =>
  hours.reduce((sum, { figures }) => addFigures(sum, figures), NO_FIGURES);

/** The hours with one more, which may be among them. */
export function addHour(hours: readonly HourFigures[], { hour, figures }: HourFigures): HourFigures[] {
  const others = hours.filter((one) => one.hour !== hour);
  const before = hours.find((one) => one.hour === hour)?.figures ?? NO_FIGURES;
  return [...others, { hour, figures: addFigures(before, figures) }];
}

/** The figures of one attempt; `isExhausted` where its delivery was given up with it. */
export function figuresOf(
  { error, statusCode, responseTimeMs }: AttemptResult,
  isExhausted: boolean,
): Figures {
  const bound = RESPONSE_TIME_BOUNDS_MS.findIndex((most) => responseTimeMs <= most);
  const place = bound === -1 ? RESPONSE_TIME_BOUNDS_MS.length : bound;
  const { responseTimes } = NO_FIGURES;
  return {
    ...NO_FIGURES,
    attempts: 1,
    failed: error === undefined ? 0 : 1,
    exhausted: isExhausted ? 1 : 0,
    responseTimes: statusCode === null ? responseTimes : responseTimes.with(place, 1),
  };
}

/** The figures of a delivery that ended without an attempt; none of others. */
export const figuresOfUnsent = ({ status }: Pick<Delivery, 'status'>): Figures => ({
  ...NO_FIGURES,
  cancelled: status === 'cancelled' ? 1 : 0,
  skipped: status === 'skipped' ? 1 : 0,
});

/** How much there is in figures: those that others were added to have more. */
export const countedIn = ({ attempts, cancelled, skipped }: Figures): number =>
  attempts + cancelled + skipped;

/** The response time (ms) that a share of the answered attempts did not exceed; null where none was answered. */
function percentileOf(responseTimes: readonly number[], share: number): number | null {
  const total = responseTimes.reduce((sum, count) => sum + count, 0);
  let rank = share * total;
  for (const [place, count] of responseTimes.entries()) {
    if (count > 0 && rank <= count) {
      const from = RESPONSE_TIME_BOUNDS_MS[place - 1] ?? 0;
      const to = RESPONSE_TIME_BOUNDS_MS[place] ?? from;
      return Math.round(from + ((to - from) * rank) / count);
    }
    rank -= count;
  }
  return null;
}

/**
 * Percentiles of response times, in ms: counts know no single times, so within a bound they are taken to be spread
 * evenly. What lies above the last bound counts as that.
 */
export const percentilesOf = (responseTimes: readonly number[]) => ({
  p50: percentileOf(responseTimes, 0.5),
  p90: percentileOf(responseTimes, 0.9),
  p99: percentileOf(responseTimes, 0.99),
});
