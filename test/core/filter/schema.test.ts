import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterSchema } from '../../../core/filter/schema.ts';
import { findFaults } from '../../../core/validation.ts';

const fieldsOf = (filter: unknown) => findFaults(filterSchema(), filter).map(({ field }) => field);
const nested = (levels: number): object =>
  JSON.parse(`${'{"a":'.repeat(levels - 1)}["x"]${'}'.repeat(levels - 1)}`);

describe('a filter', () => {
  test('becomes its JSON text, null stays null', () => {
    expect(filterSchema().parse({ b: ['x'], a: [1] })).toBe('{"b":["x"],"a":[1]}');
    expect(filterSchema().parse(null)).toBeNull();
    expect(filterSchema().parse(undefined)).toBeUndefined();
  });

  test('keeps names that objects inherit', () => {
    const text = '{"__proto__":{"constructor":["a"]},"toString":[{"exists":false}]}';
    expect(filterSchema().parse(JSON.parse(text))).toBe(text);
  });

  test.each<[unknown, string[]]>([
    [[], ['body']],
    ['thought', ['body']],
    [{}, ['body']],
    [{ thought: {} }, ['thought']],
    [{ thought: 'x' }, ['thought']],
    [{ thought: [] }, ['thought']],
    [{ thought: null, b: 1 }, ['thought', 'b']],
    [{ thought: { tags: [['a']] } }, ['thought.tags[0]']],
    [{ a: ['x', {}, { prefix: 'a', suffix: 'b' }] }, ['a[1]', 'a[2]']],
    [{ a: [{ prefx: 'x' }, { toString: 'x' }] }, ['a[0].prefx', 'a[1].toString']],
    [JSON.parse('{"a":[{"__proto__":"x"}]}'), ['a[0].__proto__']],
    [
      { a: [{ prefix: 1 }, { suffix: null }, { 'equals-ignore-case': ['a'] }] },
      ['a[0].prefix', 'a[1].suffix', 'a[2].equals-ignore-case'],
    ],
    [
      { a: [{ wildcard: '**' }, { wildcard: 'a\\b' }, { wildcard: 1 }] },
      ['a[0].wildcard', 'a[1].wildcard', 'a[2].wildcard'],
    ],
    [{ a: [{ exists: 'yes' }] }, ['a[0].exists']],
    [{ a: { exists: true } }, ['a.exists']],
    [
      { a: [{ numeric: '>' }, { numeric: ['>'] }, { numeric: ['!', 1] }, { numeric: ['>', '1'] }] },
      ['a[0].numeric', 'a[1].numeric', 'a[2].numeric', 'a[3].numeric'],
    ],
    [
      { a: [{ numeric: ['<', 1, '>', 0] }, { numeric: ['>', 5, '<', 5] }, { numeric: ['>', 0, '<'] }] },
      ['a[0].numeric', 'a[1].numeric', 'a[2].numeric'],
    ],
    [{ a: [{ numeric: ['toString', 1] }] }, ['a[0].numeric']],
    [
      { a: [{ 'anything-but': [] }, { 'anything-but': ['a', 1] }, { 'anything-but': null }] },
      ['a[0].anything-but', 'a[1].anything-but', 'a[2].anything-but'],
    ],
    [
      { a: [{ 'anything-but': { exists: true } }, { 'anything-but': { prefix: [] } }] },
      ['a[0].anything-but', 'a[1].anything-but'],
    ],
    [JSON.parse('{"a":[1e400,-1e400,{"numeric":["<",1e400]}]}'), ['a[0]', 'a[1]', 'a[2].numeric']],
    [{ $or: { a: ['x'] } }, ['$or']],
    [{ $or: [{ a: ['x'] }] }, ['$or']],
    [{ $or: [{ a: ['x'] }, {}, 'x', { b: { $or: [] } }] }, ['$or[1]', '$or[2]', '$or[3].b.$or']],
  ])('%j has all at fault named: %j', (filter, fields) => {
    expect(fieldsOf(filter)).toEqual(fields);
  });

  test('says which operators there are', () => {
    expect(findFaults(filterSchema(), { a: [{ cidr: '10.0.0.0/8' }] })).toEqual([
      {
        field: 'a[0].cidr',
        detail:
          'is not an operator; there are prefix, suffix, equals-ignore-case, wildcard, numeric, anything-but, exists',
      },
    ]);
  });

  test('takes 12 levels, 4096 bytes and 100 conditions, and no more', () => {
    expect(fieldsOf(nested(12))).toEqual([]);
    expect(findFaults(filterSchema(), nested(13))[0]?.detail).toContain('12 levels');
    expect(fieldsOf({ a: ['x'.repeat(4096 - 10)] })).toEqual([]);
    expect(findFaults(filterSchema(), { a: ['é'.repeat(2048 - 4)] })[0]?.detail).toContain('4096 bytes');
    const conditions = (n: number) => ({ $or: [{ a: Array.from({ length: n - 3 }, () => 1) }, { b: [1] }] });
    expect(fieldsOf(conditions(100))).toEqual([]);
    expect(findFaults(filterSchema(), conditions(101))[0]?.detail).toContain('100 values');
  });

  test('of any size and depth is looked at without harm', () => {
    const levels = 100_000;
    const deep = JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    for (const filter of [deep, { a: deep }, { a: [{ 'anything-but': deep }] }, { $or: [deep, deep] }]) {
      expect(findFaults(filterSchema(), filter)[0]?.detail).toContain('levels');
    }
    const wide = { a: Array.from({ length: 100_000 }, () => ({})) };
    expect(fieldsOf(wide)).toEqual(['body']);
  });

  test('is refused or taken whatever it is, and what is taken is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const { data, success } = filterSchema().safeParse(value);
        if (success && data !== null) expect(JSON.parse(data ?? '')).toEqual(value);
      }),
    );
  });
});
