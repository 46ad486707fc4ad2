import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { postpone } from '../../core/retry-after.ts';

const AT = Date.UTC(2026, 0, 15, 10, 30, 0, 250);
const ANSWERED_AT = AT + 500;
const DAY_MS = 86_400_000;

/** The wait, in ms, after an answer of half a second, where the schedule says `scheduledMs`. */
const whenAsked = (retryAfter: string | undefined, scheduledMs = 0, statusCode: number | null = 429) =>
  postpone(scheduledMs, { at: AT, responseTimeMs: 500, statusCode }, retryAfter);

describe('Retry-After', () => {
  test.each([
    ['120', '2026-01-15T10:32:01Z'],
    ['1', '2026-01-15T10:30:02Z'],
    ['00120', '2026-01-15T10:32:01Z'],
    ['Thu, 15 Jan 2026 10:45:00 GMT', '2026-01-15T10:45:00Z'],
    ['Thursday, 15-Jan-26 10:45:00 GMT', '2026-01-15T10:45:00Z'],
    ['Thu Jan 15 10:45:00 2026', '2026-01-15T10:45:00Z'],
    ['Fri Jan  9 10:45:00 2026', undefined],
  ])('of %s is waited for, to the second that it names: until %s', (retryAfter, until) => {
    expect(whenAsked(retryAfter)).toBe(until === undefined ? 0 : Date.parse(until) - ANSWERED_AT);
  });

  test.each([429, 503])('is heard with a %i', (statusCode) => {
    expect(whenAsked('600', 300_000, statusCode)).toBe(600_250);
  });

  test.each([null, 200, 301, 400, 404, 500, 502, 504])('is not heard with %s', (statusCode) => {
    expect(whenAsked('600', 300_000, statusCode)).toBe(300_000);
  });

  test.each([
    undefined,
    '',
    '0',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '12 0',
    '120s',
    'soon',
    '١٢٠',
    'NaN',
    'Infinity',
    'Wed, 14 Jan 2026 10:45:00 GMT',
    '2026-01-15T10:45:00Z',
    'Thu, 15 Jan 2026 10:45:00 +0100',
    'Thu, 99 Foo 2026 10:45:00 GMT',
    '120, 240',
    'Thu, 15 Jan 2026 10:45:00 GMT; x',
  ])('that is malformed or past asks for nothing: %j', (retryAfter) => {
    expect(whenAsked(retryAfter)).toBe(0);
    expect(whenAsked(retryAfter, 300_000)).toBe(300_000);
  });

  test('asks for a day at most, and never shortens what the schedule says', () => {
    const anyDate = fc.date({ noInvalidDate: true }).map((date) => date.toUTCString());
    const anyRetryAfter = fc.oneof(
      fc.nat().map(String),
      fc.bigInt({ min: 0n }).map(String),
      anyDate,
      fc.string(),
    );
    const anyScheduled = fc.constantFrom(0, 300_000, DAY_MS, 7 * DAY_MS);
    fc.assert(
      fc.property(anyRetryAfter, anyScheduled, (retryAfter, scheduledMs) => {
        const waitMs = whenAsked(retryAfter, scheduledMs);
        expect(waitMs).toBeGreaterThanOrEqual(scheduledMs);
        expect(waitMs).toBeLessThanOrEqual(Math.max(scheduledMs, DAY_MS));
      }),
      { numRuns: 1000 },
    );
  });

  test('of so many seconds is waited for in full, and less than one more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_399 }), fc.nat(999), (seconds, ms) => {
        const at = AT + ms;
        const waitMs = postpone(0, { at, responseTimeMs: 0, statusCode: 503 }, String(seconds));
        expect(waitMs - seconds * 1000).toBeGreaterThanOrEqual(0);
        expect(waitMs - seconds * 1000).toBeLessThan(1000);
        expect((at + waitMs) % 1000).toBe(0);
      }),
    );
  });
});
