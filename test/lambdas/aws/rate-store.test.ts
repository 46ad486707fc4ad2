import { describe, expect, test } from 'vitest';
import { planSlots, type Taking, timesFrom } from '../../../core/rate-limit.ts';
import { getCounters, takeFromCounter } from '../../../lambdas/aws/rate-store.ts';
import { createLimiter, type RateServices } from '../../../lambdas/delivery/rate-limit.ts';
import { givenRecord, givenWebhook, NOW } from '../given.ts';
import { givenMessage } from '../given-delivery.ts';
import { givenTable } from './given-table.ts';

const webhook = givenWebhook({ rateLimit: 5 }) as ReturnType<typeof givenWebhook> & { rateLimit: number };
const fromNow: Taking = { counter: 'gate', isAhead: false, from: NOW * 1000, span: 400_000 };

describe('the counters of a rate limit', () => {
  test('are taken from where they stand on the side on which they were read, and nowhere else', async () => {
    const table = await givenTable();
    const take = (taking: Taking) => takeFromCounter(table)(webhook, taking, NOW);
    expect(await getCounters(table)(webhook, { isConsistent: true })).toEqual({});
    expect(await take({ ...fromNow, isAhead: true })).toBeUndefined();
    expect(await take(fromNow)).toBe(NOW * 1000);
    expect(await take(fromNow)).toBeUndefined();
    expect(await take({ ...fromNow, isAhead: true, latest: NOW * 1000 })).toBeUndefined();
    expect(await take({ ...fromNow, isAhead: true })).toBe(NOW * 1000 + 400_000);
    expect(await take({ ...fromNow, counter: 'line' })).toBe(NOW * 1000);
    expect(await getCounters(table)(webhook, { isConsistent: true })).toMatchObject({
      gate: NOW * 1000 + 800_000,
      line: NOW * 1000 + 400_000,
      expires_at: Math.floor(NOW / 1000) + 2 * 86_400,
    });
  });

  test('are others for a limit that was set anew, and for the webhook when it was turned off and on', async () => {
    const table = await givenTable();
    await takeFromCounter(table)(webhook, fromNow, NOW);
    for (const other of [
      { ...webhook, rateLimit: 6, rateEpoch: 2 },
      { ...webhook, rateEpoch: 3 },
      { ...webhook, generation: 2 },
    ]) {
      expect(await getCounters(table)(other, { isConsistent: true })).toEqual({});
    }
  });
});

/** A batch of ten messages of one webhook, as an invocation decides on it. */
async function whenBatchDecides(services: RateServices, times: number[]) {
  const assignments = Array.from({ length: 10 }, (_, n) => ({
    record: givenRecord('', { messageId: `${n}` }),
    message: givenMessage(),
    receiveCount: 1,
    webhook,
    isGone: false,
  }));
  const admit = createLimiter(
    { ...services, sleep: async (ms) => void times.push(ms) },
    assignments.map((assignment) => Promise.resolve(assignment)),
  );
  const admitted = await Promise.all(assignments.map(admit));
  return admitted.filter(Boolean).length;
}

test('two batches at once, and more, get a slot each and no slot twice', async () => {
  const table = await givenTable();
  const waits: number[] = [];
  const delays: (number | undefined)[] = [];
  const services: RateServices = {
    now: () => NOW,
    sleep: async () => {},
    getCounters: getCounters(table),
    takeFromCounter: takeFromCounter(table),
    isSlowLane: () => false,
    sendToSlowLane: async () => [],
    sendDeliveries: async (messages, delayOf) => {
      delays.push(...messages.map((message) => delayOf?.(message)));
      return [];
    },
  };
  const admitted = await Promise.all(Array.from({ length: 4 }, () => whenBatchDecides(services, waits)));
  const count = planSlots({}, { limit: 5, now: NOW, wanted: 100 })?.count ?? 0;
  expect(admitted.reduce((sum, n) => sum + n, 0)).toBe(count);
  expect(waits.toSorted((a, b) => a - b)).toEqual(timesFrom(0, 5, count));
  expect(delays).toHaveLength(40 - count);
  const ofSecond = (second: number) => delays.filter((delay) => delay === second).length;
  for (const delay of delays) expect(ofSecond(delay ?? 0), `after ${delay} s`).toBeLessThanOrEqual(5);
});
