import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveDeliveryId } from '../../core/ids.ts';
import { type HeldTurn, isLost, isOver, SETTLE_MS, settlingSeconds } from '../../core/order.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 0, 15, 10, 30);

test('a delivery has settled when its wait is over, and never waits longer, however clocks differ', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 10_000 }), (ageMs) => {
      const seconds = settlingSeconds(deriveDeliveryId(NOW - ageMs, 'event', 'webhook'), NOW);
      expect(seconds).toBeLessThanOrEqual(SETTLE_MS / 1000);
      if (ageMs >= 0) expect(ageMs + seconds * 1000).toBeGreaterThanOrEqual(SETTLE_MS);
      if (ageMs >= SETTLE_MS) expect(seconds).toBe(0);
    }),
  );
});

test.each([
  ['is retried', { run: 1, status: 'retrying' }, false],
  ['has succeeded', { run: 1, status: 'succeeded' }, true],
  ['was given up', { run: 1, status: 'exhausted' }, true],
  ['was cancelled', { run: 1, status: 'cancelled' }, true],
  ['was skipped', { run: 1, status: 'skipped' }, true],
  ['is replayed', { run: 2, status: 'pending' }, true],
] as const)('a delivery that %s needs its place no longer, or does', (_, row, expected) => {
  expect(isOver(row)).toBe(expected);
});

test('who has the turn is lost an hour after it should have gone on', () => {
  const turn: HeldTurn = { holder: 'delivery', generation: 1, at: NOW, by: 'a' };
  const row = (nextAttemptAt: number) => ({ nextAttemptAt }) as Parameters<typeof isLost>[1];
  expect(isLost(turn, undefined, NOW + HOUR_MS)).toBe(false);
  expect(isLost(turn, undefined, NOW + HOUR_MS + 1)).toBe(true);
  expect(isLost(turn, row(NOW + HOUR_MS), NOW + 2 * HOUR_MS)).toBe(false);
  expect(isLost(turn, row(NOW + HOUR_MS), NOW + 2 * HOUR_MS + 1)).toBe(true);
});
