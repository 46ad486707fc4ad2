import { expect, test } from 'vitest';
import { remember } from '../../lambdas/remember.ts';

const givenRead = () => {
  const reads: string[][] = [];
  const read = remember(async (...key: [string, string]) => {
    reads.push(key);
    return key.join('/');
  });
  return { read, reads };
};

test('who asks again, or at the same time, gets the same answer', async () => {
  const { read, reads } = givenRead();
  expect(await Promise.all([read('a', 'b'), read('a', 'b')])).toEqual(['a/b', 'a/b']);
  expect(await read('a', 'b')).toBe('a/b');
  expect(reads).toEqual([['a', 'b']]);
});

test('arguments are told apart, wherever the border between them lies', async () => {
  const { read, reads } = givenRead();
  await Promise.all([read('a', 'b'), read('a,', 'b'), read('a', ',b'), read('a","', 'b')]);
  expect(reads).toHaveLength(4);
});

test('an error is an answer, too: for one batch the store is not asked again', async () => {
  let reads = 0;
  const read = remember(async () => {
    reads += 1;
    throw new Error('throttled');
  });
  await expect(read()).rejects.toThrow('throttled');
  await expect(read()).rejects.toThrow('throttled');
  expect(reads).toBe(1);
});
