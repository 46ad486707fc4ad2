import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../../../core/delivery.ts';
import { createTally } from '../../../lambdas/delivery/tally.ts';

const given = (at: number, error?: string): AttemptResult => ({
  at,
  responseTimeMs: 1,
  statusCode: null,
  error,
});

describe('a tally', () => {
  test('of nothing is empty', () => {
    expect([...createTally().entries()]).toEqual([]);
  });

  test('adds up attempts by webhook, keeping the latest times in whatever order they come', () => {
    const tally = createTally();
    tally.countAttempt('a', given(30));
    tally.countAttempt('a', given(20));
    tally.countAttempt('a', given(40, 'Response 500'));
    tally.countAttempt('b', given(10, 'Response 500'));
    expect(Object.fromEntries(tally.entries())).toEqual({
      a: { deliveryCount: 3, failureCount: 1, lastDeliveryAt: 40, lastSuccessAt: 30 },
      b: { deliveryCount: 1, failureCount: 1, lastDeliveryAt: 10, lastSuccessAt: undefined },
    });
  });

  test('notes a success of before without counting it', () => {
    const tally = createTally();
    tally.noteSuccess('a', 5);
    tally.countAttempt('a', given(3));
    expect(Object.fromEntries(tally.entries())).toEqual({
      a: { deliveryCount: 1, failureCount: 0, lastDeliveryAt: 3, lastSuccessAt: 5 },
    });
  });
});
