import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinished } from '../../../core/delivery.ts';
import { acceptedAtOf } from '../../../core/ids.ts';
import { SETTLE_MS } from '../../../core/order.ts';
import { givenWebhook, NOW } from '../given.ts';
import { type Options, simulate } from './simulated-system.ts';

type World = Awaited<ReturnType<typeof simulate>>;

/** Up to nine events within six seconds, some of them at once, as they come to the Deliverer. */
const arbitraryEvents = fc.array(
  fc.record({
    acceptedAt: fc.oneof(fc.constant(NOW), fc.integer({ min: NOW, max: NOW + 6000 })),
    lateBy: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1500 })),
  }),
  { minLength: 1, maxLength: 9 },
);

const arbitraryOptions = (chances: Pick<Options, 'trouble' | 'slow' | 'twice'>): fc.Arbitrary<Options> =>
  fc
    .record({
      seed: fc.integer(),
      events: arbitraryEvents,
      failures: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 9, maxLength: 9 }),
    })
    .map((options) => Object.assign(options, chances));

const NO_TROUBLE = { trouble: 0, slow: 0, twice: 0 };
const TROUBLE = { trouble: 0.06, slow: 0, twice: 0.3 };

const firstOf = ({ seen }: World, id: string) => seen.find((one) => one.id === id);
const firstSuccessOf = ({ seen }: World, id: string) =>
  seen.findIndex((one) => one.id === id && one.status === 200);

/**
 * All have ended, none was put aside, and nothing of the line is left; but for what has joined it once more when it had
 * ended, as it came twice, and died: the next one that joins finds it.
 */
function expectAllEnded(world: World) {
  expect([...world.deadLetters], 'dead letters').toEqual([]);
  for (const id of world.ids)
    expect(world.rows.get(id)?.delivery, id).toSatisfy((row) => row !== undefined && isFinished(row));
  const left = [...world.line.keys()].filter((id) => !world.cameTwice.has(id));
  expect(left, 'the line').toEqual([]);
  expect(world.turn?.holder, 'the turn').toBeUndefined();
}

/** Whatever attempts the rows know of, the log tells of, and the delivery's list. */
function expectLogged({ rows, logged }: World) {
  for (const { delivery } of rows.values()) {
    const listed = delivery.attempts?.map(({ run, attempt }) => `${run} ${attempt}`) ?? [];
    for (let attempt = 1; attempt <= delivery.attempt; attempt += 1) {
      expect(logged, 'the log').toContain(`${delivery.id} ${delivery.run} ${attempt}`);
      expect(listed, `the list of ${delivery.id}`).toContain(`${delivery.run} ${attempt}`);
    }
  }
}

/** None comes before one that was accepted earlier and was in line in time. */
function expectOrder(world: World) {
  const sorted = world.ids.toSorted();
  for (const [n, id] of sorted.entries()) {
    for (const later of sorted.slice(n + 1)) {
      const isInTime = (world.joinedAt.get(id) ?? Infinity) < acceptedAtOf(later) + SETTLE_MS;
      if (!isInTime) continue;
      expect(firstSuccessOf(world, id), `${id} before ${later}`).toBeLessThanOrEqual(
        firstSuccessOf(world, later),
      );
    }
  }
}

/**
 * While one is being attempted, from its first request to its last, no other is begun; but for one that is late and goes
 * before the repeat of an attempt of which its invocation left no record.
 */
function expectOneAtATime(world: World) {
  for (const id of new Set(world.ids)) {
    const first = world.seen.findIndex((one) => one.id === id);
    const between = world.seen.slice(first, firstSuccessOf(world, id) + 1);
    const begun = between.filter((one) => one.id !== id && firstOf(world, one.id) === one);
    expect(
      begun.filter((one) => one.id > id),
      `begun while ${id} was retried`,
    ).toEqual([]);
  }
}

test('an ordered webhook gets one delivery at a time, in the order of acceptance', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryOptions(NO_TROUBLE), async (options) => {
      const world = await simulate(options);
      expectAllEnded(world);
      expectOrder(world);
      expectOneAtATime(world);
      for (const [n, one] of world.seen.entries()) {
        expect(one.at, 'not before it has settled').toBeGreaterThanOrEqual(acceptedAtOf(one.id) + SETTLE_MS);
        expect(world.seen[n + 1]?.at ?? Infinity, 'none overlaps').toBeGreaterThanOrEqual(one.endedAt ?? 0);
      }
      const succeeded = world.seen.filter(({ status }) => status === 200).map(({ id }) => id);
      expect(succeeded).toEqual([...new Set(world.ids)].toSorted());
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('what comes late, and at once, is sent one at a time and without a pause', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 9 }), async (seed, count) => {
      const events = Array.from({ length: count }, (_, n) => ({ acceptedAt: NOW + n * 3, lateBy: 4000 }));
      const world = await simulate({ seed, events, failures: [], ...NO_TROUBLE });
      expectAllEnded(world);
      expect(world.seen.map(({ id }) => id).toSorted()).toEqual(world.ids.toSorted());
      for (const [n, one] of world.seen.entries())
        expect(world.seen[n + 1]?.at ?? Infinity, 'none overlaps').toBeGreaterThanOrEqual(one.endedAt ?? 0);
      expect(world.seen.at(-1)?.at, 'when the last is sent').toBeLessThan(NOW + 6000);
    }),
    { numRuns: 50 },
  );
}, 60_000);

test('whoever dies between any two calls, and whatever comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryOptions(TROUBLE), async (options) => {
      const world = await simulate(options);
      expectAllEnded(world);
      expectLogged(world);
      expectOrder(world);
      expectOneAtATime(world);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('nobody is left in line where calls take longer than an invocation goes on with it', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryOptions({ ...TROUBLE, slow: 0.04 }), async (options) => {
      const world = await simulate(options);
      expectAllEnded(world);
      expectLogged(world);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('nothing of a line is left where its webhook is turned off, on again, or deleted', async () => {
  const changed = fc.constantFrom(
    undefined,
    givenWebhook({ ordered: true, active: false, generation: 2 }),
    givenWebhook({ ordered: true, generation: 3 }),
    givenWebhook({ ordered: false }),
  );
  const changes = fc.array(fc.record({ at: fc.integer({ min: NOW, max: NOW + 9000 }), webhook: changed }), {
    maxLength: 2,
  });
  await fc.assert(
    fc.asyncProperty(arbitraryOptions(TROUBLE), changes, async (options, made) => {
      const sorted = made.toSorted((a, b) => a.at - b.at);
      const world = await simulate({ ...options, changes: sorted });
      expectAllEnded(world);
      expectLogged(world);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('the line goes on beside the replay of what it waits for, and not when the retry would be due', async () => {
  const failing = { failures: [5, 0], ...NO_TROUBLE };
  const events = [NOW, NOW + 1].map((acceptedAt) => ({ acceptedAt, lateBy: 100 }));
  const world = await simulate({ seed: 1, events, ...failing, replays: [NOW + 10_000] });
  expectAllEnded(world);
  const [first, second] = world.ids;
  expect(world.rows.get(first ?? '')?.delivery).toMatchObject({ run: 2, status: 'succeeded' });
  expect(firstOf(world, second ?? '')?.at).toBeLessThan(NOW + 11_000);
});

test('nothing of a line is left where what it waits for is replayed, whoever dies and whatever comes twice', async () => {
  const replays = fc.array(fc.integer({ min: NOW, max: NOW + 900_000 }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(arbitraryOptions(TROUBLE), replays, async (options, times) => {
      const world = await simulate({ ...options, replays: times.toSorted((a, b) => a - b) });
      expectAllEnded(world);
      expectLogged(world);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('a delivery that is given up turns its webhook off, and what has waited is skipped', async () => {
  const acceptedAt = [0, 1, 2].map((n) => NOW + n);
  const world = await simulate({
    seed: 1,
    events: acceptedAt.map((at) => ({ acceptedAt: at, lateBy: 100 })),
    failures: acceptedAt.map(() => 7),
    ...NO_TROUBLE,
  });
  expectAllEnded(world);
  expect(world.webhook()).toMatchObject({ active: false, disabled: {} });
  expect(world.seen.map(({ id, attempt }) => [id, attempt])).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((attempt) => [world.ids[0], attempt]),
  );
  const statuses = world.ids.map((id) => world.rows.get(id)?.delivery.status);
  expect(statuses).toEqual(['exhausted', 'skipped', 'skipped']);
});
