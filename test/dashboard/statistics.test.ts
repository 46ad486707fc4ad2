import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantileOf, summarize } from '../../dashboard/data/statistics.ts';
import type { Statistics } from '../../dashboard/data/types.ts';

const BOUNDS = [10, 100, 1000];

type Ending = 'succeeded' | 'failed' | 'exhausted' | 'cancelled' | 'skipped';
type Count = Record<Ending, number> & { response_times: number[] };

const bucketOf = (start: string, count: Partial<Count> = {}) => ({
  start,
  succeeded: 0,
  failed: 0,
  exhausted: 0,
  cancelled: 0,
  skipped: 0,
  response_times: [0, 0, 0, 0],
  ...count,
});

function statisticsOf(counts: Partial<Count>[], since = '2024-01-15T00:00:00.000Z'): Statistics {
  const buckets = counts.map((count, hour) =>
    bucketOf(new Date(Date.parse(since) + hour * 3_600_000).toISOString(), count),
  );
  const total = (key: Ending) => buckets.reduce((sum, bucket) => sum + bucket[key], 0);
  return {
    period: 'day',
    since,
    until: since,
    bucket_seconds: 3600,
    response_time_bounds_ms: BOUNDS,
    buckets,
    totals: {
      attempts: total('succeeded') + total('failed'),
      succeeded: total('succeeded'),
      failed: total('failed'),
      exhausted: total('exhausted'),
      cancelled: total('cancelled'),
      skipped: total('skipped'),
      success_rate: null,
      response_time: { p50: null, p90: null, p99: null },
    },
    undelivered: { count: 2, relation: since.includes('T01') ? 'gte' : 'eq' },
  };
}

describe('statistics of several webhooks', () => {
  test('are added up, bucket by bucket', () => {
    const summary = summarize(
      [
        statisticsOf([{ succeeded: 5, failed: 3, exhausted: 1 }, { succeeded: 1 }]),
        statisticsOf([
          { succeeded: 2, skipped: 3 },
          { failed: 4, cancelled: 1 },
        ]),
      ],
      'day',
    );
    expect(summary).toMatchObject({
      attempts: 15,
      succeeded: 8,
      exhausted: 1,
      unsent: 4,
      bucketSeconds: 3600,
    });
    expect(summary.undelivered).toEqual({ count: 4, isExact: true });
    expect(summary.buckets).toMatchObject([
      { succeeded: 7, retried: 2, exhausted: 1 },
      { succeeded: 1, retried: 4, exhausted: 0 },
    ]);
  });

  test('leave out those that were asked for before the hour changed', () => {
    const summary = summarize(
      [
        statisticsOf([{ succeeded: 5 }], '2024-01-15T00:00:00.000Z'),
        statisticsOf([{ succeeded: 1 }], '2024-01-15T01:00:00.000Z'),
      ],
      'day',
    );
    expect(summary.attempts).toBe(1);
    expect(summary.undelivered).toEqual({ count: 2, isExact: false });
  });

  test('are of nothing where there are no webhooks', () => {
    expect(summarize([], 'week')).toMatchObject({
      attempts: 0,
      buckets: [],
      responseTimes: [null, null, null],
    });
  });
});

describe('a quantile of counts', () => {
  test('is taken evenly between the bounds that it lies in', () => {
    expect(quantileOf([0, 10, 0, 0], BOUNDS, 0.5)).toBe(55);
    expect(quantileOf([2, 2, 0, 0], BOUNDS, 0.5)).toBe(10);
    expect(quantileOf([0, 0, 0, 3], BOUNDS, 0.99)).toBe(1000);
    expect(quantileOf([0, 0, 0, 0], BOUNDS, 0.5)).toBeNull();
  });

  test('is within the bounds, and never less for a higher quantile', () => {
    const counts = fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 });
    const quantile = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(counts, quantile, quantile, (given, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) => quantileOf(given, BOUNDS, one));
        if (low === null || high === null || low === undefined || high === undefined) {
          return given.every((count) => count === 0);
        }
        return low >= 0 && low <= high && high <= 1000;
      }),
    );
  });
});
