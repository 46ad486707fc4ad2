import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SHOWN_BODY_BYTES, showBody } from '../../core/body-text.ts';

const characters = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 8 })
  .filter((text) => text.isWellFormed());

test('a body is shown as its beginning, to the last whole character', () => {
  fc.assert(
    fc.property(fc.nat({ max: 3 }), characters, (shift, unit) => {
      const text = 'x'.repeat(shift) + unit.repeat(Math.ceil(SHOWN_BODY_BYTES / unit.length) + 1);
      const shown = showBody(Buffer.from(text));
      expect(text.startsWith(shown)).toBe(true);
      expect(shown.isWellFormed()).toBe(true);
      const size = Buffer.byteLength(shown);
      expect(size).toBeLessThanOrEqual(SHOWN_BODY_BYTES);
      expect(size).toBeGreaterThan(SHOWN_BODY_BYTES - 4);
    }),
    {
      examples: [
        [1, '🔗'],
        [2, '🔗'],
        [3, 'é'],
      ],
    },
  );
});

test.each([
  ['that is short', 'naïve 🔗', 'naïve 🔗'],
  ['that begins with a byte order mark', '\ufeff{}', '\ufeff{}'],
  ['that is exactly as long', 'ü'.repeat(SHOWN_BODY_BYTES / 2), 'ü'.repeat(SHOWN_BODY_BYTES / 2)],
])('a body %s is shown whole', (_, body, shown) => {
  expect(showBody(Buffer.from(body))).toBe(shown);
});

test('what ends within a character by itself says so', () => {
  expect(showBody(Buffer.from('x🔗').subarray(0, 3))).toBe('x\ufffd');
});
