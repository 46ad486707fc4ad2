import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Counters,
  isLineOpen,
  planPlaces,
  planSlots,
  splitWait,
  type Taking,
  timesFrom,
} from '../../core/rate-limit.ts';

const NOW = Date.UTC(2026, 0, 15, 10, 30);

/** Counters as the table keeps them: what is taken is taken where the counter still stands on the side that was read. */
function givenCounters() {
  const counters: { gate?: number; line?: number } = {};
  const take = ({ counter, isAhead, from, span, latest = Number.POSITIVE_INFINITY }: Taking) => {
    const stands = counters[counter];
    const isStillAhead = stands !== undefined && stands > from;
    if (isStillAhead !== isAhead || (isAhead && (stands ?? 0) > latest)) return undefined;
    const first = isStillAhead ? stands : from;
    counters[counter] = first + span;
    return first;
  };
  return { counters, take };
}

describe('slots of the gate', () => {
  test('begin now where the webhook was idle, and are an interval apart', () => {
    const plan = planSlots({}, { limit: 4, now: NOW, wanted: 3 });
    expect(plan).toMatchObject({ count: 3, isAhead: false, from: NOW * 1000, span: 750_000 });
    expect(timesFrom(NOW * 1000, 4, 3)).toEqual([NOW, NOW + 250, NOW + 500]);
  });

  test('are at most two seconds ahead: more there are not', () => {
    expect(planSlots({}, { limit: 4, now: NOW, wanted: 100 })?.count).toBe(9);
    expect(planSlots({ gate: (NOW + 1900) * 1000 }, { limit: 4, now: NOW, wanted: 2 })?.count).toBe(1);
    expect(planSlots({ gate: (NOW + 2001) * 1000 }, { limit: 4, now: NOW, wanted: 1 })).toBeUndefined();
    expect(planSlots({}, { limit: 4, now: NOW, wanted: 0 })).toBeUndefined();
  });

  test('are never closer than the limit, whoever asks when, by counters read long ago', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(
          fc.record({
            afterMs: fc.oneof(fc.nat(50), fc.nat(5000)),
            wanted: fc.integer({ min: 1, max: 10 }),
            staleBy: fc.nat(3),
          }),
          { minLength: 1, maxLength: 60 },
        ),
        (limit, requests) => {
          const { counters, take } = givenCounters();
          const history: Counters[] = [{}];
          const slots: number[] = [];
          let now = NOW;
          for (const { afterMs, wanted, staleBy } of requests) {
            now += afterMs;
            const read = history.at(-1 - staleBy) ?? {};
            const plan = planSlots(read, { limit, now, wanted });
            const first = plan && take(plan);
            if (first !== undefined) {
              const times = timesFrom(first, limit, plan?.count ?? 0);
              expect(Math.min(...times)).toBeGreaterThanOrEqual(now);
              expect(Math.max(...times)).toBeLessThanOrEqual(now + 2000);
              slots.push(...times);
            }
            history.push({ ...counters });
          }
          const sorted = slots.toSorted((a, b) => a - b);
          const gaps = sorted.slice(1).map((at, n) => at - (sorted[n] ?? 0));
          for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1000 / limit - 0.001);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('places in the line', () => {
  test('begin where the gate ends, and are an interval apart, behind those who wait', () => {
    const { counters, take } = givenCounters();
    const whenTaken = (wanted: number) => {
      const plan = planPlaces(counters, { limit: 2, now: NOW, entitled: 0, newcomers: wanted });
      const first = plan && take(plan);
      return timesFrom(first ?? 0, 2, wanted).map((at) => at - NOW);
    };
    expect(isLineOpen(counters, { limit: 2, now: NOW })).toBe(false);
    expect(whenTaken(3)).toEqual([2000, 2500, 3000]);
    expect(whenTaken(2)).toEqual([3500, 4000]);
    expect(isLineOpen(counters, { limit: 2, now: NOW + 4499 })).toBe(true);
    expect(isLineOpen(counters, { limit: 2, now: NOW + 4500 })).toBe(false);
  });

  test('of a long line are given out once each', () => {
    const { counters, take } = givenCounters();
    const places = Array.from({ length: 1000 }, () => {
      const plan = planPlaces(counters, { limit: 7, now: NOW, entitled: 3, newcomers: 7 });
      return timesFrom((plan && take(plan)) ?? 0, 7, 10);
    }).flat();
    expect(new Set(places).size).toBe(10_000);
    expect((places.at(-1) ?? 0) - NOW).toBeCloseTo(2000 + (9999 * 1000) / 7, -2);
  });
});

describe('a line that ends a day ahead', () => {
  const lineIn = (seconds: number) => ({ line: (NOW + seconds * 1000) * 1000 });
  const countOf = (seconds: number, entitled: number, newcomers: number) =>
    planPlaces(lineIn(seconds), { limit: 1, now: NOW, entitled, newcomers })?.count ?? 0;

  test('has places for newcomers up to there, and for the others behind it', () => {
    expect(countOf(86_397, 0, 10)).toBe(4);
    expect(countOf(86_397, 3, 10)).toBe(4);
    expect(countOf(86_397, 7, 10)).toBe(7);
    expect(countOf(86_401, 0, 10)).toBe(0);
    expect(countOf(200_000, 2, 10)).toBe(2);
    expect(countOf(0, 0, 0)).toBe(0);
  });

  test('never grows past it by newcomers, whoever comes when', () => {
    const arrival = fc.record({
      afterSeconds: fc.nat(20_000),
      newcomers: fc.integer({ min: 1, max: 40_000 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(arrival), (limit, arrivals) => {
        const { counters, take } = givenCounters();
        let now = NOW;
        for (const { afterSeconds, newcomers } of arrivals) {
          now += afterSeconds * 1000;
          const plan = planPlaces(counters, { limit, now, entitled: 0, newcomers });
          if (plan) take(plan);
          expect((counters.line ?? 0) / 1000 - now).toBeLessThanOrEqual(86_401_000);
          const isLeftOut = (plan?.count ?? 0) < newcomers;
          if (isLeftOut) expect((counters.line ?? 0) / 1000 - now).toBeGreaterThan(86_399_000);
        }
      }),
    );
  });
});

test('a wait is cut into delays of ten minutes, and is never shorter than it was', () => {
  expect(splitWait(0.2)).toEqual({ delaySeconds: 1, restSeconds: 0 });
  expect(splitWait(600)).toEqual({ delaySeconds: 600, restSeconds: 0 });
  expect(splitWait(600.5)).toEqual({ delaySeconds: 600, restSeconds: 1 });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1_000_000, noNaN: true }), (seconds) => {
      let [rest, waited, rounds] = [seconds, 0, 0];
      do {
        const { delaySeconds, restSeconds } = splitWait(rest);
        expect(delaySeconds).toBeLessThanOrEqual(600);
        [rest, waited, rounds] = [restSeconds, waited + delaySeconds, rounds + 1];
      } while (rest > 0);
      expect(waited - seconds).toBeGreaterThanOrEqual(0);
      expect(waited - seconds).toBeLessThanOrEqual(1);
      expect(rounds).toBeLessThanOrEqual(seconds / 600 + 2);
    }),
  );
});
