import * as z from 'zod';
import type { StatisticsAnswer } from './answers.ts';
import { HOUR_MS } from './duration.ts';
import {
  type Figures,
  type HourFigures,
  hourOf,
  percentilesOf,
  RESPONSE_TIME_BOUNDS_MS,
  sumFigures,
} from './figures.ts';
import type { Total } from './pagination.ts';
import { showTime } from './show-time.ts';

/** The spans that statistics are told of: so many buckets of so many hours, the last of them under way. */
const PERIODS = {
  day: { buckets: 24, bucketHours: 1 },
  week: { buckets: 28, bucketHours: 6 },
  month: { buckets: 30, bucketHours: 24 },
} as const;

type Period = keyof typeof PERIODS;
const PERIOD_NAMES = Object.keys(PERIODS) as Period[];

/** The query of `GET /webhooks/{webhook_id}/stats`. */
export const statisticsQuerySchema = z.strictObject({
  period: z
    .enum(PERIOD_NAMES, { error: `takes one of ${PERIOD_NAMES.join(', ')}` })
    .default('day')
    .describe('How far back: a day by the hour, a week by six hours, or 30 days by the day.'),
});

/** A span of hours: `from` included, `to` not. Its buckets begin where days (UTC) and their parts do. */
export type Span = { readonly from: number; readonly to: number; readonly bucketHours: number };

/** The span of a period that ends with the bucket of `now` (epoch ms). */
export function spanOf(period: Period, now: number): Span {
  const { buckets, bucketHours } = PERIODS[period];
  const last = Math.floor(hourOf(now) / bucketHours) * bucketHours;
  return { from: last - (buckets - 1) * bucketHours, to: last + bucketHours, bucketHours };
}

/** The figures of each bucket of a span, by its first hour; of hours outside of it nothing. */
export function foldHours(hours: readonly HourFigures[], { from, to, bucketHours }: Span): HourFigures[] {
  return Array.from({ length: (to - from) / bucketHours }, (_, index) => {
    const hour = from + index * bucketHours;
    const own = hours.filter((one) => one.hour >= hour && one.hour < hour + bucketHours);
    return { hour, figures: sumFigures(own) };
  });
}

const showHour = (hour: number) => showTime(hour * HOUR_MS);

const showEndings = ({ attempts, failed, exhausted, cancelled, skipped }: Figures) => ({
  succeeded: attempts - failed,
  failed,
  exhausted,
  cancelled,
  skipped,
});

const showBucket = ({ hour, figures }: HourFigures) => ({
  start: showHour(hour),
  ...showEndings(figures),
  response_times: [...figures.responseTimes],
});

/** What is known of a webhook: its hours, and how many deliveries are undelivered now. */
export type Statistics = { readonly hours: readonly HourFigures[]; readonly undelivered: Total };

/** The statistics of one webhook over a span, as the API shows them. */
export function showStatistics(
  period: Period,
  span: Span,
  { hours, undelivered }: Statistics,
): StatisticsAnswer {
  const buckets = foldHours(hours, span);
  const total = sumFigures(buckets);
  const { succeeded, ...endings } = showEndings(total);
  return {
    period,
    since: showHour(span.from),
    until: showHour(span.to),
    bucket_seconds: (span.bucketHours * HOUR_MS) / 1000,
    response_time_bounds_ms: [...RESPONSE_TIME_BOUNDS_MS],
    buckets: buckets.map(showBucket),
    totals: {
      attempts: total.attempts,
      succeeded,
      ...endings,
      success_rate: total.attempts === 0 ? null : succeeded / total.attempts,
      response_time: percentilesOf(total.responseTimes),
    },
    undelivered: { count: undelivered.count, relation: undelivered.isExact ? 'eq' : 'gte' },
  };
}
