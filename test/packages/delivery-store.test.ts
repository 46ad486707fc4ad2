import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../packages/receiver/src/index.ts';

test('a delivery is claimed once, until its work has failed', () => {
  const store = new MemoryStore();
  expect(store.claim('a')).toBe('claimed');
  expect(store.claim('a')).toBe('busy');
  store.release('a');
  expect(store.claim('a')).toBe('claimed');
  store.complete('a');
  expect(store.claim('a')).toBe('taken');
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
        expect(store.claim(id)).toBe(expected);
        if (expected === 'taken') continue;
        busy.add(id);
        if (ends === undefined) continue;
        busy.delete(id);
        store[ends](id);
        if (ends === 'complete') taken = [...taken, id].slice(-size || taken.length + 1);
      }
    }),
  );
});
