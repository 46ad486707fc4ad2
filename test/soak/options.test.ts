import { expect, test } from 'vitest';
import { readOptions } from '../../soak/options.ts';

test('without options a run has a seed that is made up', () => {
  const options = readOptions([]);
  expect(options).toMatchObject({ events: 10_000, kills: 5, atOnce: 1 });
  expect(options?.seeds).toEqual([expect.any(Number)]);
});

test('seeds are numbers and ranges', () => {
  expect(readOptions(['--seeds', '7'])?.seeds).toEqual([7]);
  expect(readOptions(['--seeds', '1-3,7,12-12'])?.seeds).toEqual([1, 2, 3, 7, 12]);
});

test.each([
  ['--seeds', ''],
  ['--seeds', '3-1'],
  ['--seeds', '1-2-3'],
  ['--seeds', '1-99999999'],
  ['--seeds', '1.5'],
  ['--events', '-1'],
  ['--events', 'many'],
  ['--at-once', '0'],
  ['--event', '5'],
  ['--help'],
])('%s %s is answered with what may be said', (...args) => {
  expect(readOptions(args.filter((arg) => arg !== undefined))).toBeUndefined();
});
