import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statisticsAnswer } from '../../core/answers.ts';
import { type HourFigures, hourOf, NO_FIGURES } from '../../core/figures.ts';
import { foldHours, showStatistics, spanOf, statisticsQuerySchema } from '../../core/statistics.ts';
import { findFaults, validate } from '../../core/validation.ts';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const NONE = { count: 0, isExact: true };
const PERIODS = ['day', 'week', 'month'] as const;

const givenHour = (hour: number, attempts: number, failed = 0): HourFigures => ({
  hour,
  figures: { ...NO_FIGURES, attempts, failed, responseTimes: NO_FIGURES.responseTimes.with(4, attempts) },
});

describe('a period', () => {
  test.each([
    ['day', '2026-01-14T11:00:00.000Z', '2026-01-15T11:00:00.000Z', 3600, 24],
    ['week', '2026-01-08T12:00:00.000Z', '2026-01-15T12:00:00.000Z', 21_600, 28],
    ['month', '2025-12-17T00:00:00.000Z', '2026-01-16T00:00:00.000Z', 86_400, 30],
  ] as const)('of a %s has all its buckets, zeros included', (period, since, until, seconds, count) => {
    const shown = showStatistics(period, spanOf(period, NOW), { hours: [], undelivered: NONE });
    expect(shown).toMatchObject({ period, since, until, bucket_seconds: seconds });
    expect(shown.buckets).toHaveLength(count);
    expect(shown.buckets[0]?.start).toBe(since);
    expect(shown.totals).toEqual({
      attempts: 0,
      succeeded: 0,
      failed: 0,
      exhausted: 0,
      cancelled: 0,
      skipped: 0,
      success_rate: null,
      response_time: { p50: null, p90: null, p99: null },
    });
    expect(findFaults(statisticsAnswer, shown)).toEqual([]);
  });

  test('is a day unless it is said', () => {
    expect(validate(statisticsQuerySchema, {})).toEqual({ period: 'day' });
  });

  test.each([
    ['a year', { period: 'year' }, 'period', 'takes one of day, week, month'],
    ['a list', { period: ['day'] }, 'period', 'takes one of day, week, month'],
    ['nothing', { period: '' }, 'period', 'takes one of day, week, month'],
    ['another field', { since: '2026-01-01' }, 'since', 'is not a known field'],
  ])('of %s is refused', (_, query, field, detail) => {
    expect(findFaults(statisticsQuerySchema, query)).toEqual([{ field, detail }]);
  });

  test('ends with the bucket of now, and its buckets follow one another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PERIODS), fc.nat({ max: 2 ** 42 }), (period, now) => {
        const { from, to, bucketHours } = spanOf(period, now);
        expect(hourOf(now)).toBeLessThan(to);
        expect(hourOf(now)).toBeGreaterThanOrEqual(to - bucketHours);
        const starts = foldHours([], { from, to, bucketHours }).map(({ hour }) => hour);
        expect(starts).toEqual(starts.map((_, index) => from + index * bucketHours));
        expect((starts.at(-1) ?? 0) + bucketHours).toBe(to);
      }),
    );
  });
});

describe('hours', () => {
  test('come into their buckets, in however many parts, and those outside into none', () => {
    const { from, to } = spanOf('week', NOW);
    const hours = [givenHour(from, 1), givenHour(from + 5, 2), givenHour(from + 6, 4), givenHour(from, 8)];
    const outside = [givenHour(from - 1, 100), givenHour(to, 100)];
    const buckets = foldHours([...hours, ...outside], spanOf('week', NOW));
    expect(buckets.slice(0, 3).map(({ figures }) => figures.attempts)).toEqual([11, 4, 0]);
  });

  test('add up to the totals, whatever the bucket', () => {
    const anyHours = fc.array(
      fc.record({
        back: fc.nat({ max: 23 }),
        attempts: fc.nat({ max: 1000 }),
        failed: fc.nat({ max: 1000 }),
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...PERIODS), anyHours, (period, given) => {
        const hours = given.map(({ back, attempts, failed }) =>
          givenHour(hourOf(NOW) - back, attempts, Math.min(attempts, failed)),
        );
        const shown = showStatistics(period, spanOf(period, NOW), { hours, undelivered: NONE });
        const { totals, buckets } = shown;
        const expected = hours.reduce((sum, { figures }) => sum + figures.attempts, 0);
        expect(totals.attempts).toBe(expected);
        expect(totals.succeeded + totals.failed).toBe(expected);
        expect(buckets.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)).toBe(expected);
        expect(totals.success_rate).toBe(expected === 0 ? null : totals.succeeded / expected);
        expect(findFaults(statisticsAnswer, shown)).toEqual([]);
      }),
    );
  });
});

describe('what is undelivered', () => {
  test.each([
    [
      { count: 3, isExact: true },
      { count: 3, relation: 'eq' },
    ],
    [
      { count: 10_000, isExact: false },
      { count: 10_000, relation: 'gte' },
    ],
  ])('of %j is shown as %j', (undelivered, shown) => {
    const statistics = showStatistics('day', spanOf('day', NOW), { hours: [], undelivered });
    expect(statistics.undelivered).toEqual(shown);
  });
});
