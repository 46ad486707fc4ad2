import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatcher, type Filter, findMismatches, MAX_STEPS } from '../../../core/filter/match.ts';
import { filterSchema } from '../../../core/filter/schema.ts';
import { findFaults } from '../../../core/validation.ts';

const THOUGHT = {
  thought: {
    id: 'thought_456',
    content: 'Ship it, by Friday: 100*',
    category_id: null,
    category: { name: 'Work', level: 3, shared: true },
    tags: ['important', 'team-a'],
    links: [
      { url: 'https://a.example/x.png', size: 300 },
      { url: 'http://b.example/y.jpg', size: 5 },
    ],
    empty: [],
  },
  user_id: 'user_123',
};

const matchesFilter = (filter: Filter, data: object) => createMatcher(data as never)(JSON.stringify(filter));

const ofThought = (rule: Filter): Filter => ({ thought: rule });

// "Comparison operators for use in event patterns in Amazon EventBridge", EventBridge User Guide: each kind of its
// examples, on the data above.
describe('a filter', () => {
  test.each<[string, Filter, boolean]>([
    ['a text', { id: ['thought_456'] }, true],
    ['another text', { id: ['thought_45'] }, false],
    ['one of several', { id: ['x', 'thought_456'] }, true],
    ['a number', { category: { level: [3] } }, true],
    ['a number as a text', { category: { level: ['3'] } }, false],
    ['true', { category: { shared: [true] } }, true],
    ['false', { category: { shared: [false] } }, false],
    ['null', { category_id: [null] }, true],
    ['null of what is missing', { parent_id: [null] }, false],
    ['one value of a list', { tags: ['team-a'] }, true],
    ['no value of a list', { tags: ['team-b'] }, false],
    ['two fields, both right', { id: ['thought_456'], tags: ['important'] }, true],
    ['two fields, one wrong', { id: ['thought_456'], tags: ['x'] }, false],
    ['prefix', { id: [{ prefix: 'thought_' }] }, true],
    ['prefix of another', { id: [{ prefix: 'Thought_' }] }, false],
    ['prefix of a number', { category: { level: [{ prefix: '3' }] } }, false],
    ['suffix', { id: [{ suffix: '456' }] }, true],
    ['suffix of another', { id: [{ suffix: '45' }] }, false],
    ['equals-ignore-case', { category: { name: [{ 'equals-ignore-case': 'wORK' }] } }, true],
    ['equals-ignore-case, longer', { category: { name: [{ 'equals-ignore-case': 'works' }] } }, false],
    ['wildcard', { content: [{ wildcard: 'Ship*Friday*' }] }, true],
    ['wildcard with an escape', { content: [{ wildcard: '*\\*' }] }, true],
    ['wildcard that does not', { content: [{ wildcard: '*Monday*' }] }, false],
    ['anything-but', { id: [{ 'anything-but': 'x' }] }, true],
    ['anything-but itself', { id: [{ 'anything-but': 'thought_456' }] }, false],
    ['anything-but a list', { id: [{ 'anything-but': ['x', 'thought_456'] }] }, false],
    ['anything-but numbers', { category: { level: [{ 'anything-but': [1, 2] }] } }, true],
    ['anything-but a prefix', { id: [{ 'anything-but': { prefix: 'thought_' } }] }, false],
    ['anything-but suffixes', { id: [{ 'anything-but': { suffix: ['7', '8'] } }] }, true],
    ['anything-but a wildcard', { content: [{ 'anything-but': { wildcard: '*Friday*' } }] }, false],
    [
      'anything-but a case',
      { category: { name: [{ 'anything-but': { 'equals-ignore-case': 'work' } }] } },
      false,
    ],
    ['anything-but of what is missing', { parent_id: [{ 'anything-but': 'x' }] }, false],
    [
      'anything-but of a list, of which any element may do',
      { tags: [{ 'anything-but': 'important' }] },
      true,
    ],
    ['numeric =', { category: { level: [{ numeric: ['=', 3] }] } }, true],
    ['numeric range', { category: { level: [{ numeric: ['>', 0, '<=', 3] }] } }, true],
    ['numeric range, excluded', { category: { level: [{ numeric: ['>=', 0, '<', 3] }] } }, false],
    ['numeric of a text', { id: [{ numeric: ['<', 1000] }] }, false],
    ['exists', { tags: [{ exists: true }] }, true],
    ['exists, of null', { category_id: [{ exists: true }] }, true],
    ['exists not', { parent_id: [{ exists: false }] }, true],
    ['exists not, of what does', { id: [{ exists: false }] }, false],
    ['exists, of an object: it is no value', { category: [{ exists: true }] }, false],
    ['exists, of an empty list: there is no value', { empty: [{ exists: true }] }, false],
    ['exists not, in what is missing', { parent: { name: [{ exists: false }] } }, true],
    ['exists not, or a value', { category_id: [{ exists: false }, null] }, true],
    ['a field of what is no object', { id: { x: ['y'] } }, false],
    ['objects in a list, of which one matches', { links: { url: [{ suffix: '.png' }], size: [300] } }, true],
    [
      'objects in a list, matched by two together',
      { links: { url: [{ suffix: '.png' }], size: [5] } },
      false,
    ],
    ['$or', { $or: [{ id: ['x'] }, { tags: ['team-a'] }] }, true],
    ['$or of none', { $or: [{ id: ['x'] }, { tags: ['team-b'] }] }, false],
    ['$or beside a field', { id: ['x'], $or: [{ tags: ['team-a'] }, { tags: ['x'] }] }, false],
    [
      '$or inside $or',
      { $or: [{ id: ['x'] }, { tags: ['team-a'], $or: [{ id: [1] }, { category: { level: [3] } }] }] },
      true,
    ],
  ])('%s', (_, rule, matches) => {
    const filter = ofThought(rule);
    expect(findFaults(filterSchema(), filter)).toEqual([]);
    expect(matchesFilter(filter, THOUGHT)).toBe(matches);
    expect(findMismatches(filter, THOUGHT).length > 0).toBe(!matches);
  });

  test('looks at nothing that an object inherits', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'length']) {
      const named = (value: unknown) => JSON.parse(`{"${name}":${JSON.stringify(value)}}`);
      expect(matchesFilter(named([{ exists: true }]), {})).toBe(false);
      expect(matchesFilter(named({ name: [{ exists: true }] }), {})).toBe(false);
      expect(matchesFilter(named(['a']), named('a'))).toBe(true);
      expect(matchesFilter(named({ x: ['a'] }), named({ x: 'a' }))).toBe(true);
    }
  });

  test('takes data of any depth', () => {
    const levels = 20_000;
    const deep = JSON.parse(`{"a":${'['.repeat(levels)}"x",{"b":"y"}${']'.repeat(levels)}}`);
    expect(matchesFilter({ a: ['x'] }, deep)).toBe(true);
    expect(matchesFilter({ a: { b: ['y'] } }, deep)).toBe(true);
    expect(findMismatches({ a: ['z'] }, deep)).toEqual([
      { field: 'data.a', detail: 'is "x"; the filter takes ["z"]' },
    ]);
  });
});

describe('an event that holds too much to be looked through', () => {
  const isLetThrough = (filter: Filter, data: object) => {
    expect(findFaults(filterSchema(), filter)).toEqual([]);
    expect(findMismatches(filter, data as never)).toEqual([]);
    return matchesFilter(filter, data);
  };
  const many = (length: number, value: unknown) => ({ a: Array.from({ length }, () => value) });

  test('is let through', () => {
    expect(isLetThrough({ a: ['x'] }, many(MAX_STEPS, 'y'))).toBe(true);
    expect(isLetThrough({ a: { b: ['x'] } }, many(MAX_STEPS, {}))).toBe(true);
    const $or = Array.from({ length: 45 }, () => ({ a: [{ wildcard: '*x*' }] }));
    expect(isLetThrough({ $or }, many(MAX_STEPS / 50, 'y'))).toBe(true);
    expect(isLetThrough({ b: { $or } }, { b: many(MAX_STEPS / 50, { a: 'y' }).a })).toBe(true);
  });

  test('unless something else is against it', () => {
    const data = { ...many(MAX_STEPS, 'y'), b: 'y' };
    expect(matchesFilter({ b: ['x'], a: ['x'] }, data)).toBe(false);
    expect(findMismatches({ b: ['x'], a: ['x'] }, data)).toHaveLength(1);
  });

  test('is one of tens of thousands of values', () => {
    expect(matchesFilter({ a: ['x'] }, many(MAX_STEPS / 2 - 100, 'y'))).toBe(false);
  });

  test('or a large text, where it is read from end to end more than a few times', () => {
    const data = { a: 'Ba'.repeat(120_000) };
    const wildcards = Array.from({ length: 40 }, (_, n) => ({ wildcard: `*Ba${n}*q*` }));
    expect(matchesFilter({ a: wildcards.slice(0, 5) }, data)).toBe(false);
    expect(isLetThrough({ a: wildcards }, data)).toBe(true);
    expect(isLetThrough({ a: [{ wildcard: `*${'a'.repeat(500)}b*` }] }, data)).toBe(true);
    expect(isLetThrough({ a: [{ 'equals-ignore-case': 'x' }, { 'equals-ignore-case': 'y' }] }, data)).toBe(
      true,
    );
    const but = { wildcard: wildcards.map(({ wildcard }) => wildcard) };
    expect(isLetThrough({ a: [{ 'anything-but': but }], b: ['x'] }, data)).toBe(true);
    const starts = Array.from({ length: 99 }, (_, n) => ({ prefix: `${n}` }));
    expect(matchesFilter({ a: starts }, data)).toBe(false);
  });

  test('or a list of objects, each of which has every choice to look at', () => {
    const choices = Array.from({ length: 90 }, (_, n) => ({ prefix: `${n}` }));
    expect(isLetThrough({ a: { b: choices } }, many(2000, {}))).toBe(true);
  });
});

describe('the filters of one event', () => {
  const halfOf = (value: string) => ({ a: Array.from({ length: MAX_STEPS / 4 }, () => value) });
  const text = (filter: Filter) => JSON.stringify(filter);

  test('have one budget of steps: what is left when it is used up matches', () => {
    const matches = createMatcher({ ...halfOf('y'), b: 'y' });
    const answers = ['1', '2', '3', '4'].map((value) => matches(text({ a: [value] })));
    expect(answers).toEqual([false, true, true, true]);
    expect(matches(text({ b: ['x'] }))).toBe(true);
    expect(matches('it is not even read')).toBe(true);
  });

  test('are looked at once where they are equal', () => {
    const matches = createMatcher({ ...halfOf('y'), b: 'y' });
    for (let n = 0; n < 1000; n += 1) expect(matches(text({ a: ['x'] }))).toBe(false);
    expect(matches(text({ b: ['x'] }))).toBe(false);
  });

  test('are enough for a thousand webhooks with one each, where an event is as events are', () => {
    const matches = createMatcher(THOUGHT);
    for (let n = 0; n < 1000; n += 1) {
      const filter = ofThought({ category: { name: [`${n}`] }, tags: [`${n}`, { prefix: `${n}-` }] });
      expect(matches(text(filter)), text(filter)).toBe(false);
    }
  });
});

describe('why a filter does not match', () => {
  test('is told of every field', () => {
    const filter = ofThought({
      id: ['x'],
      parent_id: ['y', { prefix: 'z' }],
      category: { name: [{ exists: false }], shared: [true] },
      tags: ['team-b'],
      empty: [1],
      links: { size: [7] },
      $or: [{ content: ['a'] }, { category_id: [{ 'anything-but': 'b' }], tags: ['b'] }],
    });
    expect(findMismatches(filter, THOUGHT)).toEqual([
      { field: 'data.thought.id', detail: 'is "thought_456"; the filter takes ["x"]' },
      { field: 'data.thought.parent_id', detail: 'is missing; the filter takes ["y",{"prefix":"z"}]' },
      { field: 'data.thought.category.name', detail: 'is "Work"; the filter takes [{"exists":false}]' },
      { field: 'data.thought.tags', detail: 'is "important", "team-a"; the filter takes ["team-b"]' },
      { field: 'data.thought.empty', detail: 'holds no value; the filter takes [1]' },
      { field: 'data.thought.links', detail: 'has 2 objects, of which none matches' },
      { field: 'data.thought.content', detail: 'is "Ship it, by Friday: 100*"; the filter takes ["a"]' },
      { field: 'data.thought.tags', detail: 'is "important", "team-a"; the filter takes ["b"]' },
    ]);
  });

  test('shows no more than a little of what is there', () => {
    const data = { a: ['x'.repeat(1000), ...Array.from({ length: 1000 }, (_, n) => n)] };
    const [mismatch] = findMismatches({ a: ['y'] }, data);
    expect(mismatch?.detail).toBe(`is "${'x'.repeat(63)}…, 0, 1 and 998 more; the filter takes ["y"]`);
  });
});

const NAMES = ['a', 'b', '__proto__', 'constructor'] as const;
const TEXTS = ['', 'a', 'A', 'ab', 'ba', 'b*'] as const;
const scalar = fc.oneof(
  fc.constantFrom<unknown[]>(...TEXTS),
  fc.constantFrom<unknown[]>(0, -0, 1, 2.5, true, false, null),
);
const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(-1, 0, 1, 2.5, 3);

/** An object with these members, as JSON makes it: `__proto__` is a name like any other. */
const objectOf = (members: readonly (readonly [string, unknown])[]): object =>
  JSON.parse(
    `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
  );

const { data } = fc.letrec<{ data: object; value: unknown }>((tie) => ({
  data: fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 4 }).map(objectOf),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    tie('data'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

const wildcard = fc.constantFrom('*', 'a*', '*a', '*b*', 'b\\*');
const textTest = fc.oneof(
  fc.record({ prefix: text }),
  fc.record({ suffix: text }),
  fc.record({ 'equals-ignore-case': text }),
  fc.record({ wildcard }),
);
const choice = fc.oneof(
  scalar,
  textTest,
  fc.record({ exists: fc.boolean() }),
  fc.record({ numeric: fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number) }),
  number.map((low) => ({ numeric: ['>=', low, '<', low + 2] })),
  fc.record({ 'anything-but': fc.oneof(text, number, fc.array(text, { minLength: 1 }), textTest) }),
);
const { filter: anyFilter } = fc.letrec<{ filter: object; rule: unknown }>((tie) => ({
  filter: fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }),
      fc.array(tie('rule'), { minLength: 2, maxLength: 2 }),
      fc.oneof(
        { maxDepth: 2 },
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.array(tie('filter'), { minLength: 2, maxLength: 2 }) },
      ),
    )
    .map(([names, rules, or]) =>
      objectOf([
        ...names.map((name, at) => [name, rules[at]] as const),
        ...(or ? [['$or', or] as const] : []),
      ]),
    ),
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.array(choice, { minLength: 1, maxLength: 3 }),
    tie('filter'),
  ),
}));

const aFilter = anyFilter.filter((filter) => findFaults(filterSchema(), filter).length === 0);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (object: unknown, name: string) =>
  Object.entries(object ?? {}).find(([key]) => key === name)?.[1];

/** The language in its plainest words. */
function expected(filter: unknown, value: unknown): boolean {
  return Object.entries(filter as object).every(([name, rule]) => {
    if (name === '$or') return (rule as unknown[]).some((one) => expected(one, value));
    const found = [own(value, name)].flat(Infinity).filter((one) => one !== undefined);
    const objects = found.filter(isPlain);
    if (!Array.isArray(rule)) return (objects.length > 0 ? objects : [{}]).some((one) => expected(rule, one));
    const values = found.filter((one) => !isPlain(one));
    return rule.some((one) =>
      isPlain(one) && 'exists' in one
        ? one.exists === values.length > 0
        : values.some((each) => expectedOf(one, each)),
    );
  });
}

function expectedOf(one: unknown, value: unknown): boolean {
  if (!isPlain(one)) return one === value;
  const [[name, argument] = ['', undefined]] = Object.entries(one);
  if (name === 'anything-but') {
    const [[inner, texts] = ['', undefined]] = isPlain(argument) ? Object.entries(argument) : [];
    return ![isPlain(argument) ? texts : argument]
      .flat()
      .some((each) => expectedOf(isPlain(argument) ? { [inner]: each } : each, value));
  }
  if (name === 'numeric') {
    const [how, low, , high] = argument as [string, number, string?, number?];
    if (typeof value !== 'number') return false;
    if (high !== undefined) return value >= low && value < high;
    return (
      { '=': value === low, '<': value < low, '<=': value <= low, '>': value > low, '>=': value >= low }[
        how
      ] === true
    );
  }
  if (typeof value !== 'string') return false;
  const wanted = String(argument);
  if (name === 'prefix') return value.slice(0, wanted.length) === wanted;
  if (name === 'suffix') return wanted === '' || value.slice(-wanted.length) === wanted;
  if (name === 'equals-ignore-case') return value.toUpperCase() === wanted.toUpperCase();
  const pattern = wanted.replace(/(?<!\\)\*/g, '.*').replaceAll('.*.*', '.*');
  return new RegExp(`^${pattern}$`).test(value);
}

describe('the language', () => {
  test('is what its plainest words say, of any filter and any data', () => {
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(aFilter, data, (filter, value) => {
        const matches = matchesFilter(filter as Filter, value);
        expect(matches).toBe(expected(filter, value));
        expect(findMismatches(filter as Filter, value as never).length === 0).toBe(matches);
        seen[`${matches}`] += 1;
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(50);
  });

  test('what is stored of a filter is the filter', () => {
    fc.assert(
      fc.property(aFilter, data, (filter, value) => {
        const stored = JSON.parse(filterSchema().parse(filter) ?? '');
        expect(matchesFilter(stored, value)).toBe(matchesFilter(filter as Filter, value));
      }),
    );
  });
});
