import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileArn, compileWildcard } from '../../../local/iam/wildcard.ts';

/** The same by the definition: the first character of the pattern, then the rest. */
function matches([first, ...pattern]: string[], text: string[]): boolean {
  if (first === undefined) return text.length === 0;
  if (first === '*')
    return matches(pattern, text) || (text.length > 0 && matches([first, ...pattern], text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && matches(pattern, text.slice(1));
}

/** Few letters, so that patterns match now and then; and what means something to regular expressions. */
const letters = fc.constantFrom('a', 'b', '.', '+', '(', '[', '\\', '$', '^', '|', '{', '/', '-', '\n', '😀');
const texts = fc.array(letters, { maxLength: 8 });
const patterns = fc.array(
  fc.oneof({ arbitrary: letters, weight: 2 }, { arbitrary: fc.constantFrom('*', '?'), weight: 1 }),
  {
    maxLength: 6,
  },
);

describe('a wildcard', () => {
  test('means what its definition says', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(compileWildcard(pattern.join(''))(text.join(''))).toBe(matches(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  test('matches every text that it was made from', () => {
    const holes = fc.array(fc.tuple(letters, fc.constantFrom('keep', '?', '*')), { maxLength: 12 });
    fc.assert(
      fc.property(holes, (parts) => {
        const pattern = parts.map(([letter, hole]) => (hole === 'keep' ? letter : hole)).join('');
        expect(compileWildcard(pattern)(parts.map(([letter]) => letter).join(''))).toBe(true);
      }),
    );
  });
});

describe('a pattern of an ARN', () => {
  const ARN = 'arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/things';

  test.each([
    [ARN, true],
    ['arn:aws:execute-api:us-east-1:000000000000:api/*/*/things', true],
    ['arn:*:*:*:*:*', true],
    ['arn:aws:*:api/*', false],
    ['*', false],
    ['arn:aws:execute-api:us-east-1:000000000000:api/*/*/other', false],
  ])('%s is held against it part by part', (pattern, expected) => {
    expect(compileArn(pattern)(ARN)).toBe(expected);
  });

  test('the last part goes on over colons', () => {
    const matchesLog = compileArn('arn:aws:logs:*:*:log-group:one:*');
    expect(matchesLog('arn:aws:logs:us-east-1:000000000000:log-group:one:log-stream:1')).toBe(true);
    expect(matchesLog('arn:aws:logs:us-east-1:000000000000:log-group:two:log-stream:1')).toBe(false);
  });
});
