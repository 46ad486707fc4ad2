import { expect, test } from 'vitest';
import { isMarkDue, isQuickAgain } from '../../core/slowness.ts';

const SINCE = Date.UTC(2026, 0, 15, 10);

test.each([
  [0, false],
  [59_999, false],
  [60_000, true],
  [86_400_000, true],
])('a webhook that answers quickly %i ms after it was slow is quick again: %s', (ms, expected) => {
  expect(isQuickAgain(SINCE, SINCE + ms)).toBe(expected);
});

test.each([
  [0, false],
  [29_999, false],
  [30_000, true],
])('a webhook that is slow %i ms after its mark is marked anew: %s', (ms, expected) => {
  expect(isMarkDue(SINCE, SINCE + ms)).toBe(expected);
});

test('a webhook that is slow is marked where it was not', () => {
  expect(isMarkDue(undefined, SINCE)).toBe(true);
});
