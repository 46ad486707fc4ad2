import type { Api } from './api.ts';
import type { Statistics } from './types.ts';

export type Period = 'day' | 'week' | 'month';

export const PERIODS: readonly { readonly value: Period; readonly label: string }[] = [
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
  { value: 'month', label: 'Month' },
];

/** The quantiles that charts and tables tell of. */
const QUANTILES = [0.5, 0.9, 0.99] as const;

/** One span of a chart: how attempts ended, and how long answers took. */
export type Bucket = {
  /** Epoch ms. */
  readonly start: number;
  readonly succeeded: number;
  /** Failed, and tried again (or a test). */
  readonly retried: number;
  /** Failed for the last time: the delivery was given up. */
  readonly exhausted: number;
  /** Of `QUANTILES`, in ms; null where nothing was answered. */
  readonly responseTimes: readonly (number | null)[];
};

/** Statistics as charts show them: of one webhook, or of several together. */
export type Summary = {
  readonly period: Period;
  readonly bucketSeconds: number;
  readonly buckets: readonly Bucket[];
  readonly attempts: number;
  readonly succeeded: number;
  readonly exhausted: number;
  /** Deliveries that were not sent, or not sent again, though their attempts were not used up: cancelled or skipped. */
  readonly unsent: number;
  readonly responseTimes: readonly (number | null)[];
  /** Deliveries of all that are kept that have not reached their receivers; so many at least where it is not exact. */
  readonly undelivered: { readonly count: number; readonly isExact: boolean };
};

/** How many answers of the API are waited for at the same time. */
const AT_ONCE = 6;

const pathOf = (webhookId: string, period: Period) => `/webhooks/${webhookId}/stats?period=${period}`;

/** The statistics of several webhooks over a period, summed. @throws ApiError */
export async function loadSummary(
  api: Api,
  webhookIds: readonly string[],
  period: Period,
  signal?: AbortSignal,
): Promise<Summary> {
  const waiting = [...webhookIds];
  const all: Statistics[] = [];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      all.push(await api<Statistics>('GET', pathOf(id, period), undefined, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return summarize(all, period);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Adds up statistics of one period, bucket by bucket: those whose first bucket is another one are of another hour. */
export function summarize(all: readonly Statistics[], period: Period): Summary {
  const latest = all
    .map(({ since }) => since)
    .sort()
    .at(-1);
  const [first, ...others] = all.filter(({ since }) => since === latest);
  if (!first) {
    const none = QUANTILES.map(() => null);
    return {
      period,
      bucketSeconds: 0,
      buckets: [],
      attempts: 0,
      succeeded: 0,
      exhausted: 0,
      unsent: 0,
      responseTimes: none,
      undelivered: { count: 0, isExact: true },
    };
  }
  const same = [first, ...others];
  const bounds = first.response_time_bounds_ms;
  const histograms = first.buckets.map((_, index) =>
    addHistograms(same.map(({ buckets }) => buckets[index]?.response_times ?? [])),
  );
  const buckets = first.buckets.map(({ start }, index): Bucket => {
    const parts = same.flatMap((one) => one.buckets[index] ?? []);
    const exhausted = sum(parts.map((part) => part.exhausted));
    return {
      start: Date.parse(start),
      succeeded: sum(parts.map((part) => part.succeeded)),
      retried: Math.max(0, sum(parts.map((part) => part.failed)) - exhausted),
      exhausted,
      responseTimes: quantilesOf(histograms[index] ?? [], bounds),
    };
  });
  return {
    period,
    bucketSeconds: first.bucket_seconds,
    buckets,
    attempts: sum(same.map(({ totals }) => totals.attempts)),
    succeeded: sum(same.map(({ totals }) => totals.succeeded)),
    exhausted: sum(same.map(({ totals }) => totals.exhausted)),
    unsent: sum(same.map(({ totals }) => totals.cancelled + totals.skipped)),
    responseTimes: quantilesOf(addHistograms(histograms), bounds),
    undelivered: {
      count: sum(same.map(({ undelivered }) => undelivered.count)),
      isExact: same.every(({ undelivered }) => undelivered.relation === 'eq'),
    },
  };
}

function addHistograms(histograms: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...histograms.map((counts) => counts.length));
  return Array.from({ length }, (_, index) => sum(histograms.map((counts) => counts[index] ?? 0)));
}

const quantilesOf = (counts: readonly number[], bounds: readonly number[]) =>
  QUANTILES.map((quantile) => quantileOf(counts, bounds, quantile));

/**
 * The value that a part of what was counted does not exceed, taken evenly between the bounds it lies in; the last
 * bound where it lies above all of them; null where nothing was counted.
 */
export function quantileOf(
  counts: readonly number[],
  bounds: readonly number[],
  quantile: number,
): number | null {
  const total = sum(counts);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const [from, to] = [bounds[index - 1] ?? 0, bounds[index]];
      return to === undefined ? from : from + ((rank - below) / count) * (to - from);
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
