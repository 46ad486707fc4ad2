import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addFigures,
  type Figures,
  figuresOf,
  NO_FIGURES,
  percentilesOf,
  RESPONSE_TIME_BOUNDS_MS,
} from '../../core/figures.ts';

const answered = (responseTimeMs: number): Figures =>
  figuresOf({ at: 0, responseTimeMs, statusCode: 200 }, false);
const failed = (statusCode: number | null, responseTimeMs: number): Figures =>
  figuresOf({ at: 0, responseTimeMs, statusCode, error: 'failed' }, true);

const countTimes = (times: readonly number[]) =>
  times.map(answered).reduce(addFigures, NO_FIGURES).responseTimes;
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** The bounds between which a time is counted; what is above all lies at the last. */
function boundsOf(time: number): [number, number] {
  const place = RESPONSE_TIME_BOUNDS_MS.findIndex((bound) => time <= bound);
  const last = RESPONSE_TIME_BOUNDS_MS.at(-1) ?? 0;
  return place === -1
    ? [last, last]
    : [RESPONSE_TIME_BOUNDS_MS[place - 1] ?? 0, RESPONSE_TIME_BOUNDS_MS[place] ?? 0];
}

/** The time that a share of the times did not exceed. */
const exact = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1] ?? 0;

const anyTimes = fc.array(fc.nat({ max: 35_000 }), { minLength: 1, maxLength: 300 });

describe('figures', () => {
  test.each([
    ['at once', 0, 0],
    ['at a bound', 10, 0],
    ['past it', 11, 1],
    ['at the last bound', 30_000, 12],
    ['past the last', 30_001, 13],
  ])('count a response %s', (_, time, place) => {
    expect(answered(time).responseTimes).toEqual(NO_FIGURES.responseTimes.with(place, 1));
  });

  test('count what failed, with its response time where there was a response', () => {
    expect(failed(500, 5)).toEqual({
      ...NO_FIGURES,
      attempts: 1,
      failed: 1,
      exhausted: 1,
      responseTimes: answered(5).responseTimes,
    });
    expect(failed(null, 30_000)).toEqual({ ...NO_FIGURES, attempts: 1, failed: 1, exhausted: 1 });
  });

  test('add up in any order to as many as there are', () => {
    fc.assert(
      fc.property(anyTimes, fc.nat(), (times, seed) => {
        const figures = times.map((time, index) => (index % 3 === 0 ? failed(null, time) : answered(time)));
        const at = seed % figures.length;
        const halves = [figures.slice(0, at), figures.slice(at)].map((half) =>
          half.reduce(addFigures, NO_FIGURES),
        );
        const total = figures.reduce(addFigures, NO_FIGURES);
        expect(halves.toReversed().reduce(addFigures)).toEqual(total);
        expect(total.attempts).toBe(times.length);
        expect(sum(total.responseTimes)).toBe(total.attempts - total.failed);
      }),
    );
  });
});

describe('percentiles', () => {
  test('of nothing are null', () => {
    expect(percentilesOf(NO_FIGURES.responseTimes)).toEqual({ p50: null, p90: null, p99: null });
  });

  test('are spread evenly within their bound', () => {
    expect(percentilesOf(NO_FIGURES.responseTimes.with(4, 100))).toEqual({ p50: 120, p90: 152, p99: 159 });
  });

  test('above the last bound are that', () => {
    expect(percentilesOf(NO_FIGURES.responseTimes.with(13, 3))).toEqual({
      p50: 30_000,
      p90: 30_000,
      p99: 30_000,
    });
  });

  test('rise, and lie between the same bounds as the times that they stand for', () => {
    fc.assert(
      fc.property(anyTimes, (times) => {
        const { p50, p90, p99 } = percentilesOf(countTimes(times));
        expect([p50, p90, p99]).toEqual([p50, p90, p99].toSorted((a, b) => Number(a) - Number(b)));
        for (const [found, share] of [
          [p50, 0.5],
          [p90, 0.9],
          [p99, 0.99],
        ] as const) {
          const [from, to] = boundsOf(exact(times, share));
          expect(found).toBeGreaterThanOrEqual(from);
          expect(found).toBeLessThanOrEqual(to);
        }
      }),
    );
  });

  test('of more slow answers are no lower', () => {
    fc.assert(
      fc.property(anyTimes, (times) => {
        const before = percentilesOf(countTimes(times));
        const after = percentilesOf(countTimes([...times, 40_000]));
        expect(after.p50).toBeGreaterThanOrEqual(before.p50 ?? 0);
        expect(after.p99).toBeGreaterThanOrEqual(before.p99 ?? 0);
      }),
    );
  });
});
