import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../../core/delivery.ts';
import { MAX_WINDOW } from '../../../core/recovery-window.ts';
import type { DeliveryRow } from '../../../lambdas/aws/delivery-store.ts';
import { takeStep } from '../../../lambdas/recovery/step.ts';
import { chancesOf } from '../../../local/faults/chances.ts';
import { givenRecovery, givenRowAt, givenStep, givenWorld, type World } from './given-recovery.ts';

const RANGE_SECONDS = 3600;
const TAKEN: ReadonlySet<string> = new Set(['exhausted', 'cancelled', 'skipped']);

/** A row in the hour of the range, or after it, as it may stand. */
const anyRow = fc
  .record({
    n: fc.integer({ min: 0, max: RANGE_SECONDS + 600 }),
    status: fc.constantFrom('exhausted', 'cancelled', 'skipped', 'succeeded', 'retrying'),
    run: fc.integer({ min: 1, max: 3 }),
    isTest: fc.constantFrom(undefined, undefined, undefined, true),
    /** Of the webhook as it is now, or as it was before it was turned off last. */
    generation: fc.constantFrom(1, 1, 0),
  })
  .map(({ n, ...changes }) => givenRowAt(n, changes as Partial<Delivery>));

const anyRows = fc.uniqueArray(anyRow, { maxLength: 350, selector: ({ delivery }) => delivery.id });

const isTaken = ({ delivery }: DeliveryRow) =>
  (TAKEN.has(delivery.status) || (delivery.status === 'retrying' && delivery.generation === 0)) &&
  !delivery.isTest &&
  delivery.id < givenRowAt(RANGE_SECONDS).delivery.id;

/** Numbers from 0 to 1, the same for the same seed. */
function createChance(seed: number): () => number {
  let count = 0;
  return () => chancesOf(`${seed} ${count++}`)[0];
}

class Crash extends Error {}

/** The services of a world, whose calls die now and then: before they have taken effect, or after. */
function dying({ services }: World, chance: () => number): World['services'] {
  const entries = Object.entries(services).map(([name, call]) => {
    const dies = async (...args: never[]) => {
      const fate = chance();
      if (fate < 0.05) throw new Crash(name);
      const answer = await (call as (...args: never[]) => unknown)(...args);
      if (fate < 0.1) throw new Crash(name);
      return answer;
    };
    return [name, name === 'now' ? call : dies];
  });
  return Object.fromEntries(entries);
}

/**
 * Lets a recovery run to its end: steps die and are received again, come twice, and at the same time; the webhook takes
 * what is queued for it in between, in any order.
 * @returns how often each run of each delivery was attempted, and the most that was queued at a time
 */
async function runToEnd(world: World, chance: () => number) {
  const attempts = new Map<string, number>();
  let mostQueued = 0;
  const services = dying(world, chance);
  let waiting = [{ message: givenStep(1), isAgain: false }];
  for (let rounds = 0; waiting.length > 0 || world.deliveries.length > 0; rounds += 1) {
    if (rounds > 5000) throw new Error('the recovery does not end');
    const died: typeof waiting = [];
    const take = async (one: (typeof waiting)[number]) => {
      await takeStep(services, one.message, one.isAgain).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        died.push({ ...one, isAgain: true });
      });
    };
    await Promise.all(waiting.flatMap((one) => (chance() < 0.1 ? [take(one), take(one)] : [take(one)])));
    waiting = [...died, ...world.steps.splice(0).map(({ message }) => ({ message, isAgain: false }))];
    const open = [...world.table.values()].filter(({ delivery }) => delivery.status === 'pending');
    mostQueued = Math.max(mostQueued, open.length);
    const count = Math.ceil(chance() * world.deliveries.length);
    for (const message of world.deliveries.splice(0, count)) {
      const outcome = (['succeeded', 'retrying', 'exhausted'] as const)[Math.floor(chance() * 3)];
      if (!world.attempt(message, outcome ?? 'succeeded')) continue;
      const key = `${message.delivery_id} ${message.run}`;
      attempts.set(key, (attempts.get(key) ?? 0) + 1);
    }
  }
  return { attempts, mostQueued };
}

test('every delivery of the range that was not delivered is replayed once, wherever steps die', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, fc.integer(), async (rows, seed) => {
      const until = givenRowAt(RANGE_SECONDS).delivery.runStartedAt;
      const recovery = givenRecovery({ until });
      const world = givenWorld({ rows, recoveries: [recovery] });
      const { attempts, mostQueued } = await runToEnd(world, createChance(seed));

      const taken = rows.filter(isTaken).map(({ delivery: { id, run } }) => `${id} ${run + 1}`);
      expect([...attempts.keys()].sort()).toEqual(taken.sort());
      expect([...attempts.values()].every((times) => times === 1)).toBe(true);
      expect(mostQueued).toBeLessThanOrEqual(MAX_WINDOW);

      const count = taken.length;
      expect(world.stored.get(1)).toMatchObject({
        state: 'completed',
        found: count,
        replayed: count,
        window: {},
      });
      const untouched = rows.filter((row) => !isTaken(row));
      for (const row of untouched) expect(world.table.get(row.delivery.id)).toBe(row);
      expect(new Set(world.announced.map(({ id }) => id)).size).toBe(1);
    }),
    { numRuns: 100 },
  );
}, 60_000);
