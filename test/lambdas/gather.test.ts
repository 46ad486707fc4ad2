import { expect, test } from 'vitest';
import { gather } from '../../lambdas/gather.ts';

/** Reads what it is asked for as text, and fails for what is called so; what was asked for at a time. */
function givenGathered() {
  const asked: (readonly string[])[][] = [];
  const read = gather((keys: readonly [string, string][]) => {
    asked.push([...keys]);
    return async (key) => {
      if (key[0] === 'fails') throw new Error('throttled');
      return key.join('/');
    };
  });
  return { read, asked };
}

test('what is asked for at once is read together, and each asker has its own', async () => {
  const { read, asked } = givenGathered();
  const [first, failing, second] = await Promise.allSettled([
    read('a', '1'),
    read('fails', ''),
    read('b', '2'),
  ]);
  expect([first, second]).toEqual([
    { status: 'fulfilled', value: 'a/1' },
    { status: 'fulfilled', value: 'b/2' },
  ]);
  expect(failing.status).toBe('rejected');
  expect(asked).toEqual([
    [
      ['a', '1'],
      ['fails', ''],
      ['b', '2'],
    ],
  ]);
});

test('who asks later is not kept waiting by those before, nor has their answer', async () => {
  const { read, asked } = givenGathered();
  const first = read('a', '1');
  await Promise.resolve();
  await Promise.resolve();
  expect(await Promise.all([read('a', '1'), first])).toEqual(['a/1', 'a/1']);
  expect(asked).toEqual([[['a', '1']], [['a', '1']]]);
});
