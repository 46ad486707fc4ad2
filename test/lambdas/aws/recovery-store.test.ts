import { describe, expect, test } from 'vitest';
import { cancelRecovery } from '../../../core/recovery.ts';
import {
  getLatestRecovery,
  getRecovery,
  pageRecoveries,
  putRecovery,
  replaceRecovery,
} from '../../../lambdas/aws/recovery-store.ts';
import { NOW, webhookIdOf } from '../given.ts';
import { givenRecovery, WEBHOOK } from '../recovery/given-recovery.ts';
import { givenTable } from './given-table.ts';

async function givenStore() {
  const table = await givenTable();
  return {
    get: getRecovery(table),
    latest: getLatestRecovery(table),
    page: pageRecoveries(table),
    put: putRecovery(table, 30),
    replace: replaceRecovery(table, 30),
  };
}

describe('recoveries', () => {
  test('are read as they were stored', async () => {
    const { get, latest, put } = await givenStore();
    const recovery = givenRecovery({}, { window: { [webhookIdOf(9)]: 2 }, position: 'p' });
    expect(await latest(WEBHOOK)).toBeUndefined();
    expect(await put(recovery, NOW)).toBe(true);
    expect(await get(WEBHOOK, 1)).toEqual(recovery);
    expect(await latest(WEBHOOK)).toEqual(recovery);
    expect(await get(webhookIdOf(2), 1)).toBeUndefined();
  });

  test('have a number each', async () => {
    const { put, get } = await givenStore();
    const recovery = givenRecovery();
    expect(await put(recovery, NOW)).toBe(true);
    expect(await put({ ...recovery, since: 0 }, NOW)).toBe(false);
    expect(await get(WEBHOOK, 1)).toEqual(recovery);
  });

  test('come in the order of their numbers, newest first', async () => {
    const { put, latest, page } = await givenStore();
    for (const number of [1, 2, 9, 10]) await put(givenRecovery({}, { number }), NOW);
    expect((await latest(WEBHOOK))?.number).toBe(10);
    const first = await page(WEBHOOK, { limit: 3, cursor: '' });
    expect(first.items.map(({ number }) => number)).toEqual([10, 9, 2]);
    const second = await page(WEBHOOK, { limit: 3, cursor: first.nextCursor });
    expect(second.items.map(({ number }) => number)).toEqual([1]);
  });

  test('go on from the step at which they are, and not once they are over', async () => {
    const { put, get, replace } = await givenStore();
    const first = givenRecovery();
    const second = { ...first, step: 2, found: 5 };
    await put(first, NOW);
    expect(await replace(first, second, NOW)).toBe(true);
    expect(await replace(first, { ...first, step: 2 }, NOW)).toBe(false);
    const cancelled = cancelRecovery(second, 'on request', NOW);
    expect(await replace(second, cancelled, NOW)).toBe(true);
    expect(await replace(cancelled, { ...second, step: 4 }, NOW)).toBe(false);
    expect(await get(WEBHOOK, 1)).toEqual(cancelled);
  });
});
