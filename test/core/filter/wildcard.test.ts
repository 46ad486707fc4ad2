import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileWildcard, isWildcard } from '../../../core/filter/wildcard.ts';

/** What a pattern says, without looking for more than one character at a time. */
function matchesNaively(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first = '', second = ''] = pattern;
  if (first === '*') {
    return matchesNaively(pattern.slice(1), text) || (text !== '' && matchesNaively(pattern, text.slice(1)));
  }
  const [meant, length] = first === '\\' ? [second, 2] : [first, 1];
  return text.startsWith(meant) && text !== '' && matchesNaively(pattern.slice(length), text.slice(1));
}

describe('a wildcard', () => {
  test.each([
    ['dir/*.png', 'dir/a/b.png', true],
    ['dir/*.png', 'dir/.png', true],
    ['dir/*.png', 'dir/a.jpg', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['*b*', 'abc', true],
    ['ab*ab*ab', 'abab', false],
    ['100\\*', '100*', true],
    ['100\\*', '1000', false],
    ['a\\\\b', 'a\\b', true],
    ['', '', true],
    ['', 'a', false],
  ])('%j of %j: %s', (pattern, text, matches) => {
    expect(isWildcard(pattern)).toBe(true);
    expect(compileWildcard(pattern)(text)).toBe(matches);
  });

  test.each(['**', 'a**b', 'a\\b', 'a\\'])('%j is none', (pattern) => {
    expect(isWildcard(pattern)).toBe(false);
  });

  const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), maxLength: 8 });

  test('matches what it says, character by character', () => {
    fc.assert(
      fc.property(few, few, (pattern, text) => {
        fc.pre(isWildcard(pattern));
        expect(compileWildcard(pattern)(text)).toBe(matchesNaively(pattern, text));
      }),
      { numRuns: 5000 },
    );
  });
});
