import { describe, expect, test } from 'vitest';
import type { DeliveryStatus } from '../../core/delivery.ts';
import type { Recovered } from '../../core/recovery.ts';
import { isRecovered } from '../../core/recovery.ts';
import { NOW } from '../lambdas/given.ts';
import { givenRecovery, givenRowAt } from '../lambdas/recovery/given-recovery.ts';

const GENERATION = 3;

const isTaken = (asked: Recovered, status: DeliveryStatus, generation = GENERATION, isTest?: true) => {
  const { delivery } = givenRowAt(0, { status, generation, isTest });
  return isRecovered(givenRecovery({ status: asked }, { generation: GENERATION }), delivery, NOW);
};

describe('a recovery', () => {
  test.each<[Recovered, DeliveryStatus[]]>([
    ['failed', ['exhausted', 'cancelled']],
    ['skipped', ['skipped']],
    ['missed', ['exhausted', 'cancelled', 'skipped']],
  ])('of what is %s takes what stands so, and leaves what goes on by itself', (asked, statuses) => {
    const all = ['pending', 'retrying', 'succeeded', 'exhausted', 'cancelled', 'skipped'] as const;
    expect(all.filter((status) => isTaken(asked, status))).toEqual(statuses);
    expect(all.filter((status) => isTaken(asked, status, GENERATION, true))).toEqual([]);
  });

  test.each(['pending', 'retrying'] as const)(
    'takes what was %s when its webhook was turned off for cancelled, as it will be',
    (status) => {
      expect(isTaken('missed', status, GENERATION - 2)).toBe(true);
      expect(isTaken('failed', status, GENERATION - 2)).toBe(true);
      expect(isTaken('skipped', status, GENERATION - 2)).toBe(false);
      expect(isTaken('missed', 'succeeded', GENERATION - 2)).toBe(false);
    },
  );
});
