import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PARALLEL, mapParallel } from '../../lambdas/parallel.ts';

test('each item has its result, and so many are worked on at once at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 40 }), async (items) => {
      const load = { now: 0, most: 0 };
      const results = await mapParallel(items, async (ms) => {
        load.now += 1;
        load.most = Math.max(load.most, load.now);
        await setTimeout(ms);
        load.now -= 1;
        return `${ms} ms`;
      });
      expect(results).toEqual(items.map((ms) => `${ms} ms`));
      expect(load.most).toBe(Math.min(items.length, MAX_PARALLEL));
    }),
    { numRuns: 20 },
  );
});

test('what one item meets is what is thrown', async () => {
  const act = async (item: number) => {
    if (item === 3) throw new Error('throttled');
  };
  await expect(mapParallel([1, 2, 3, 4], act)).rejects.toThrow('throttled');
});
