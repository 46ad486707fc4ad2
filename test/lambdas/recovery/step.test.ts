import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announceRecovered } from '../../../core/announcement.ts';
import { MAX_WINDOW } from '../../../core/recovery-window.ts';
import { MAX_PARALLEL } from '../../../lambdas/parallel.ts';
import { type StepServices, takeStep } from '../../../lambdas/recovery/step.ts';
import { givenWebhook, NOW, USER, webhookIdOf } from '../given.ts';
import { givenRecovery, givenRowAt, givenStep, givenWorld, type World } from './given-recovery.ts';

const idOf = (n: number) => givenRowAt(n).delivery.id;
const rowsUpTo = (count: number) => Array.from({ length: count }, (_, n) => givenRowAt(n));

const whenTaken = async (
  world: World,
  {
    step = 1,
    wasReceived = false,
    changes = {},
  }: { step?: number; wasReceived?: boolean; changes?: Partial<StepServices> } = {},
) => takeStep({ ...world.services, ...changes }, givenStep(step), wasReceived);

describe('a step', () => {
  test('replays what there is room for, oldest first, and asks for the next', async () => {
    const world = givenWorld({ rows: rowsUpTo(MAX_WINDOW + 10), recoveries: [givenRecovery()] });
    await whenTaken(world);
    expect(world.deliveries).toHaveLength(MAX_WINDOW);
    expect(world.deliveries[0]).toMatchObject({
      user_id: USER,
      webhook_id: webhookIdOf(1),
      delivery_id: idOf(0),
      generation: 1,
      run: 2,
      attempt: 1,
      event_id: 'event-0',
      run_started_at: NOW,
    });
    expect(world.table.get(idOf(0))?.delivery).toMatchObject({ status: 'pending', run: 2, attempt: 0 });
    expect(world.table.get(idOf(MAX_WINDOW))?.delivery).toMatchObject({ status: 'exhausted', run: 1 });
    expect(world.stored.get(1)).toMatchObject({
      step: 2,
      position: idOf(MAX_WINDOW - 1),
      found: MAX_WINDOW,
      replayed: MAX_WINDOW,
      delivered: 0,
      isWalked: false,
    });
    expect(world.steps).toEqual([{ message: givenStep(2), delaySeconds: 1 }]);
  });

  test('makes room of replays that were attempted, whatever came of it', async () => {
    const rows = [
      givenRowAt(0, { status: 'succeeded', run: 2, attempt: 1 }),
      givenRowAt(1, { status: 'retrying', run: 2, attempt: 1 }),
      givenRowAt(2, { status: 'pending', run: 2, attempt: 0 }),
      givenRowAt(3, { status: 'pending', run: 3, attempt: 0 }),
      givenRowAt(4),
    ];
    const window = Object.fromEntries([0, 1, 2, 3, 99].map((n) => [idOf(n), 2]));
    const recovery = givenRecovery({}, { window, position: idOf(3), replayed: 5, found: 5 });
    const world = givenWorld({ rows, recoveries: [recovery] });
    await whenTaken(world);
    expect(world.stored.get(1)).toMatchObject({
      window: { [idOf(2)]: 2, [idOf(4)]: 2 },
      delivered: 1,
      replayed: 6,
      isWalked: true,
      state: 'running',
    });
    expect(world.deliveries.map(({ delivery_id }) => delivery_id)).toEqual([idOf(4)]);
  });

  test('takes up no more calls at once than there are sockets for, however much there is to do', async () => {
    const rows = rowsUpTo(MAX_WINDOW).map(({ delivery }) => ({ delivery }));
    const world = givenWorld({ rows, recoveries: [givenRecovery()] });
    const load = { now: 0, most: 0 };
    const counted =
      <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
      async (...args: A) => {
        load.now += 1;
        load.most = Math.max(load.most, load.now);
        await setTimeout(1);
        load.now -= 1;
        return call(...args);
      };
    const { keepPayload, recordDelivery } = world.services;
    const changes = { keepPayload: counted(keepPayload), recordDelivery: counted(recordDelivery) };
    await whenTaken(world, { changes });
    expect([...world.table.values()].every(({ delivery }) => delivery.run === 2)).toBe(true);
    expect(load.most).toBe(MAX_PARALLEL);
  });

  test('begins what the one before it has recorded and not begun, under the same run', async () => {
    const rows = [givenRowAt(0), givenRowAt(1, { status: 'pending', run: 2, attempt: 0 })];
    const recovery = givenRecovery({}, { window: { [idOf(0)]: 2, [idOf(1)]: 2 }, isWalked: true, step: 4 });
    const world = givenWorld({ rows, recoveries: [recovery] });
    await whenTaken(world, { step: 4 });
    expect(world.deliveries).toMatchObject([{ delivery_id: idOf(0), run: 2 }]);
  });

  test('leaves to the next what the queue refuses', async () => {
    const world = givenWorld({ rows: rowsUpTo(2), recoveries: [givenRecovery()] });
    await whenTaken(world, { changes: { sendDeliveries: async (messages) => messages.slice(1) } });
    expect(world.table.get(idOf(0))?.delivery.run).toBe(2);
    expect(world.table.get(idOf(1))?.delivery.run).toBe(1);
    await whenTaken(world, { step: 2 });
    expect(world.deliveries).toMatchObject([{ delivery_id: idOf(1), run: 2 }]);
  });

  test.each([
    ['failed', [0, 1]],
    ['skipped', [2]],
    ['missed', [0, 1, 2]],
  ] as const)('of %s deliveries leaves the others, and tests', async (status, taken) => {
    const rows = [
      givenRowAt(0),
      givenRowAt(1, { status: 'cancelled' }),
      givenRowAt(2, { status: 'skipped' }),
      givenRowAt(3, { isTest: true }),
      givenRowAt(4, { status: 'retrying' }),
      givenRowAt(5, { status: 'pending' }),
    ];
    const world = givenWorld({ rows, recoveries: [givenRecovery({ status })] });
    await whenTaken(world);
    expect(world.deliveries.map(({ delivery_id }) => delivery_id)).toEqual(taken.map(idOf));
    expect(world.stored.get(1)).toMatchObject({ found: taken.length, replayed: taken.length });
  });

  test('counts what it cannot replay, as its payload has expired', async () => {
    const large = { ...givenRowAt(0), payload: undefined };
    const world = givenWorld({ rows: [large, givenRowAt(1)], recoveries: [givenRecovery()] });
    await whenTaken(world, { changes: { keepPayload: async () => false } });
    expect(world.deliveries.map(({ delivery_id }) => delivery_id)).toEqual([idOf(1)]);
    expect(world.stored.get(1)).toMatchObject({ found: 2, replayed: 1 });
  });

  test('comes later and later while there is nothing to do, a minute at most', async () => {
    const rows = [givenRowAt(0, { status: 'pending', run: 2, attempt: 0 })];
    const recovery = givenRecovery({}, { window: { [idOf(0)]: 2 }, isWalked: true });
    const world = givenWorld({ rows, recoveries: [recovery] });
    for (let step = 1; step <= 8; step += 1) await whenTaken(world, { step });
    expect(world.steps.map(({ delaySeconds }) => delaySeconds)).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('gives up what has waited for longer than queues keep messages, and another recovery takes it', async () => {
    const lost = (n: number, days: number) =>
      givenRowAt(n, { status: 'pending', run: 2, attempt: 0, runStartedAt: NOW - days * 86_400_000 - 1 });
    const recovery = givenRecovery({}, { window: { [idOf(0)]: 2, [idOf(1)]: 2 }, isWalked: true });
    const world = givenWorld({ rows: [lost(0, 14), lost(1, 13)], recoveries: [recovery] });
    await whenTaken(world);
    expect(world.stored.get(1)).toMatchObject({ window: { [idOf(1)]: 2 }, delivered: 0, state: 'running' });

    for (const [status, taken] of [
      ['failed', [idOf(0)]],
      ['skipped', []],
    ] as const) {
      const later = givenWorld({
        rows: [lost(0, 14), lost(1, 13)],
        recoveries: [givenRecovery({ status })],
      });
      await whenTaken(later);
      expect(later.deliveries.map(({ delivery_id }) => delivery_id)).toEqual(taken);
      expect(later.deliveries.every(({ run }) => run === 3)).toBe(true);
    }
  });

  test('that finds the range walked and nothing open is the last, and is told', async () => {
    const world = givenWorld({ recoveries: [givenRecovery()] });
    await whenTaken(world);
    const completed = world.stored.get(1);
    expect(completed).toMatchObject({ state: 'completed', finishedAt: NOW });
    expect(world.announced).toEqual([announceRecovered(USER, completed ?? givenRecovery())]);
    expect(world.steps).toEqual([]);
  });

  test.each([
    ['deleted', undefined, 'the webhook was deleted'],
    ['turned off', givenWebhook({ active: false, generation: 2 }), 'the webhook was turned off'],
    ['turned off and on', givenWebhook({ generation: 3 }), 'the webhook was turned off'],
  ])('of a webhook that was %s ends the recovery, and tells nobody', async (_, webhook, cancelledReason) => {
    const world = givenWorld({ rows: rowsUpTo(1), recoveries: [givenRecovery()] });
    world.world.webhook = webhook;
    await whenTaken(world);
    expect(world.stored.get(1)).toMatchObject({ state: 'cancelled', cancelledReason, finishedAt: NOW });
    expect([world.deliveries, world.steps, world.announced]).toEqual([[], [], []]);
  });
});

describe('a receiver that is still dead', () => {
  /** Takes `count` steps, after each of which all that was begun is attempted; how many replays each has begun. */
  async function takeSteps(world: World, count: number, status: 'succeeded' | 'retrying') {
    const begun: number[] = [];
    for (let taken = 0; taken < count; taken += 1) {
      await whenTaken(world, { step: world.stored.get(1)?.step ?? 0 });
      const messages = world.deliveries.splice(0);
      begun.push(messages.length);
      for (const message of messages) world.attempt(message, status);
    }
    return begun;
  }
  const lastDelay = ({ steps }: World) => steps.at(-1)?.delaySeconds;

  test('is tried once a minute after a hundred failures, until it accepts one', async () => {
    const world = givenWorld({ rows: rowsUpTo(350), recoveries: [givenRecovery()] });
    expect(await takeSteps(world, 4, 'retrying')).toEqual([100, 1, 1, 1]);
    expect(lastDelay(world)).toBe(60);
    expect(world.stored.get(1)).toMatchObject({ failedInARow: 102, replayed: 103, delivered: 0 });

    expect(await takeSteps(world, 1, 'succeeded')).toEqual([1]);
    expect(await takeSteps(world, 4, 'succeeded')).toEqual([100, 100, 46, 0]);
    expect(world.stored.get(1)).toMatchObject({ state: 'completed', failedInARow: 0, replayed: 350 });
  });

  test('is not what takes some and refuses others', async () => {
    const world = givenWorld({ rows: rowsUpTo(350), recoveries: [givenRecovery()] });
    await whenTaken(world);
    for (const [n, message] of world.deliveries.splice(0).entries())
      world.attempt(message, n === 50 ? 'succeeded' : 'exhausted');
    expect(await takeSteps(world, 1, 'retrying')).toEqual([100]);
    expect(lastDelay(world)).toBe(1);
  });

  test('is sent less than two hundred before it is taken for dead', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(MAX_WINDOW), { minLength: 30, maxLength: 60 }), async (counts) => {
        const world = givenWorld({ rows: rowsUpTo(350), recoveries: [givenRecovery()] });
        for (const count of counts) {
          await whenTaken(world, { step: world.stored.get(1)?.step ?? 0 });
          for (const message of world.deliveries.splice(0, count)) world.attempt(message, 'exhausted');
        }
        const { replayed = 0, failedInARow = 0 } = world.stored.get(1) ?? {};
        expect(replayed).toBeLessThan(2 * MAX_WINDOW + counts.length);
        expect(replayed - failedInARow).toBeLessThanOrEqual(MAX_WINDOW);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a step that was taken before', () => {
  test('goes on where its message was received before: it may have died', async () => {
    const world = givenWorld({ recoveries: [givenRecovery({}, { step: 5 })] });
    await whenTaken(world, { step: 4, wasReceived: true });
    expect(world.steps).toMatchObject([{ message: { step: 5 } }]);
    expect(world.deliveries).toEqual([]);
  });

  test('tells again that the recovery is over', async () => {
    const world = givenWorld({
      recoveries: [givenRecovery({}, { step: 5, state: 'completed', finishedAt: NOW })],
    });
    await whenTaken(world, { step: 4, wasReceived: true });
    expect(world.announced).toHaveLength(1);
  });

  test.each([
    ['a repeat', { step: 4 }],
    ['of long ago', { step: 3, wasReceived: true }],
    ['of the future', { step: 6, wasReceived: true }],
  ])('does nothing where its message is %s', async (_, options) => {
    const world = givenWorld({ rows: rowsUpTo(1), recoveries: [givenRecovery({}, { step: 5 })] });
    await whenTaken(world, options);
    expect([world.deliveries, world.steps, world.announced]).toEqual([[], [], []]);
  });

  test.each([
    ['cancelled', givenRecovery({}, { step: 5, state: 'cancelled', finishedAt: NOW })],
    ['expired', undefined],
  ])('does nothing where the recovery is %s', async (_, recovery) => {
    const world = givenWorld({ rows: rowsUpTo(1), recoveries: recovery ? [recovery] : [] });
    for (const step of [4, 5]) await whenTaken(world, { step, wasReceived: true });
    expect([world.deliveries, world.steps, world.announced]).toEqual([[], [], []]);
  });

  test('goes on where the answer to its write was lost, and leaves what it found to the next', async () => {
    const world = givenWorld({ rows: rowsUpTo(1), recoveries: [givenRecovery()] });
    const { replaceRecovery } = world.services;
    const changes: Partial<StepServices> = {
      replaceRecovery: async (...write) => {
        await replaceRecovery(...write);
        return false;
      },
    };
    await whenTaken(world, { changes });
    expect(world.steps).toMatchObject([{ message: { step: 2 } }]);
    expect(world.deliveries).toEqual([]);
    await whenTaken(world, { step: 2 });
    expect(world.deliveries).toMatchObject([{ delivery_id: idOf(0), run: 2 }]);
  });

  test('does not go on where the recovery was cancelled at the same time', async () => {
    const world = givenWorld({ rows: rowsUpTo(1), recoveries: [givenRecovery()] });
    const cancelled = givenRecovery({}, { state: 'cancelled', step: 2, finishedAt: NOW });
    const changes: Partial<StepServices> = {
      replaceRecovery: async () => {
        world.stored.set(1, cancelled);
        return false;
      },
    };
    await whenTaken(world, { changes });
    expect([world.deliveries, world.steps, world.announced]).toEqual([[], [], []]);
  });
});
