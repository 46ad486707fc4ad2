import { expect, test } from 'vitest';
import { compilePattern } from '../../local/events/pattern.ts';

const EVENT = {
  source: 'shop',
  'detail-type': 'order.placed',
  detail: { user: { id: 7, tags: ['new', 'eu'] }, paid: true, note: null },
};

test.each<[string, object, boolean]>([
  ['one of the values', { source: ['bank', 'shop'] }, true],
  ['none of the values', { source: ['bank'] }, false],
  ['every field, all fitting', { source: ['shop'], 'detail-type': ['order.placed'] }, true],
  ['every field, one not fitting', { source: ['shop'], 'detail-type': ['order.lost'] }, false],
  ['a nested number', { detail: { user: { id: [7] } } }, true],
  ['a number is no text', { detail: { user: { id: ['7'] } } }, false],
  ['a boolean and a null', { detail: { paid: [true], note: [null] } }, true],
  ['one element of a list', { detail: { user: { tags: ['eu'] } } }, true],
  ['a field that is not there', { detail: { other: ['x'] } }, false],
  ['a path through what is no object', { source: { deeper: ['x'] } }, false],
  ['prefix', { 'detail-type': [{ prefix: 'order.' }] }, true],
  ['prefix of another', { 'detail-type': [{ prefix: 'user.' }] }, false],
  ['suffix', { 'detail-type': [{ suffix: '.placed' }] }, true],
  ['equals-ignore-case', { source: [{ 'equals-ignore-case': 'SHOP' }] }, true],
  ['anything-but a value', { source: [{ 'anything-but': 'shop' }] }, false],
  ['anything-but a list', { source: [{ 'anything-but': ['bank', 'post'] }] }, true],
  ['anything-but a prefix', { source: [{ 'anything-but': { prefix: 'sh' } }] }, false],
  ['exists', { detail: { paid: [{ exists: true }] } }, true],
  ['exists not', { detail: { other: [{ exists: false }] } }, true],
])('%s', (_, pattern, expected) => {
  expect(compilePattern(pattern)(EVENT)).toBe(expected);
});

test.each([
  ['numeric', { detail: { n: [{ numeric: ['>', 1] }] } }],
  ['$or', { $or: [{ source: ['a'] }] }],
])('an operator that is not known is named: %s', (operator, pattern) => {
  expect(() => compilePattern(pattern)).toThrow(operator);
});
