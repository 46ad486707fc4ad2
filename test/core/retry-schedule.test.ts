import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delayAfterAttempt, SCHEDULING_LEAD_SECONDS, scheduledTimeOf } from '../../core/retry-schedule.ts';

const [MINUTE, HOUR] = [60, 3600];
/** The contract's backoff: 5 minutes, 15 minutes, 1 hour, 6 hours, 24 hours. */
const CONTRACT_DELAYS = [5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];

describe('the schedule of retries', () => {
  test('is the contract: at once, then five backoff retries, and no eighth attempt', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => delayAfterAttempt(attempt, CONTRACT_DELAYS));
    expect(delays).toEqual([0, 300, 900, 3600, 21_600, 86_400, undefined]);
  });

  test('of a stage without backoff is the immediate retry alone', () => {
    expect([1, 2, 3].map((attempt) => delayAfterAttempt(attempt, []))).toEqual([0, undefined, undefined]);
  });
});

test('what is scheduled is to come, and is due when it was to be where it can', () => {
  const lead = SCHEDULING_LEAD_SECONDS * 1000;
  const times = fc.tuple(fc.nat(1e9), fc.nat(1e9));
  fc.assert(
    fc.property(times, ([dueAt, now]) => {
      const at = scheduledTimeOf(dueAt, now);
      expect(at).toBeGreaterThanOrEqual(now + lead);
      expect(at === dueAt || at === now + lead).toBe(true);
      expect(at).toBeGreaterThanOrEqual(dueAt);
    }),
  );
});
