import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { type DeliveryStore, MemoryStore } from '../../packages/receiver/src/index.ts';

afterEach(() => void vi.useRealTimers());

test('a delivery is claimed once, until its work has failed', () => {
  const store = new MemoryStore();
  expect(store.claim('a', 'one')).toBe('claimed');
  expect(store.claim('a', 'one')).toBe('busy');
  store.release('a', 'one');
  expect(store.claim('a', 'one')).toBe('claimed');
  store.complete('a');
  expect(store.claim('a', 'one')).toBe('taken');
});

test('a claim runs out after five minutes, as its work may never end, and is not released by that work then', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const store = new MemoryStore();
  expect(store.claim('a', 'one')).toBe('claimed');
  vi.advanceTimersByTime(299_999);
  expect(store.claim('a', 'two')).toBe('busy');
  vi.advanceTimersByTime(1);
  expect(store.claim('a', 'two')).toBe('claimed');
  store.release('a', 'one');
  expect(store.claim('a', 'three')).toBe('busy');
  store.release('a', 'two');
  expect(store.claim('a', 'three')).toBe('claimed');
});

/** A client of Redis, which keeps keys and runs the script that deletes a key of this value. */
function givenRedis() {
  const keys = new Map<string, string>();
  return {
    keys,
    set: async (key: string, value: string, { NX }: { NX?: boolean; EX: number }) => {
      if (NX && keys.has(key)) return null;
      keys.set(key, value);
      return 'OK';
    },
    get: async (key: string) => keys.get(key) ?? null,
    eval: async (
      script: string,
      { keys: [key = ''], arguments: [value] }: { keys: string[]; arguments: string[] },
    ) => {
      expect(script).toMatch(
        /^if redis.call\('get', KEYS\[1\]\) == ARGV\[1\] then redis.call\('del', KEYS\[1\]\) end$/,
      );
      if (keys.get(key) === value) keys.delete(key);
    },
  };
}

test('the store of the README, in Redis, releases no claim but its own', async () => {
  const readme = await readFile('packages/receiver/README.md', 'utf8');
  const code = /With Redis:\n+```javascript\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const redis = givenRedis();
  const store = runInNewContext(`${code}; store`, { redis }) as DeliveryStore;
  expect([await store.claim('a', 'one'), await store.claim('a', 'two')]).toEqual(['claimed', 'busy']);
  redis.keys.clear(); // it has run out
  expect(await store.claim('a', 'two')).toBe('claimed');
  await store.release('a', 'one');
  expect(await store.claim('a', 'three')).toBe('busy');
  await store.release('a', 'two');
  expect(await store.claim('a', 'three')).toBe('claimed');
  await store.complete('a');
  expect(await store.claim('a', 'four')).toBe('taken');
});

test('the newest are remembered, and never more than so many', () => {
  const anyStep = fc.record({
    id: fc.nat(9),
    ends: fc.constantFrom('complete' as const, 'release' as const, undefined),
  });
  fc.assert(
    fc.property(fc.nat(5), fc.array(anyStep, { maxLength: 60 }), (size, steps) => {
      const store = new MemoryStore(size);
      const busy = new Set<string>();
      let taken: string[] = [];
      for (const { id, ends } of steps.map((step) => ({ ...step, id: String(step.id) }))) {
        const expected = taken.includes(id) ? 'taken' : busy.has(id) ? 'busy' : 'claimed';
        expect(store.claim(id, id)).toBe(expected);
        if (expected === 'taken') continue;
        busy.add(id);
        if (ends === undefined) continue;
        busy.delete(id);
        store[ends](id, id);
        if (ends === 'complete') taken = [...taken, id].slice(-size || taken.length + 1);
      }
    }),
  );
});
