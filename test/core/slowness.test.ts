import { expect, test } from 'vitest';
import { isQuickAgain } from '../../core/slowness.ts';

const SINCE = Date.UTC(2026, 0, 15, 10);

test.each([
  [0, false],
  [59_999, false],
  [60_000, true],
  [86_400_000, true],
])('a webhook that answers quickly %i ms after it was slow is quick again: %s', (ms, expected) => {
  expect(isQuickAgain(SINCE, SINCE + ms)).toBe(expected);
});
