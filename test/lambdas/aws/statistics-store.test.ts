import { describe, expect, test } from 'vitest';
import { type AddedStatistics, NO_FIGURES } from '../../../core/figures.ts';
import { NO_STATISTICS } from '../../../core/webhook-statistics.ts';
import {
  addStatistics,
  deleteStatistics,
  getLastSuccessAt,
  getStatistics,
  putStatistics,
} from '../../../lambdas/aws/statistics-store.ts';
import { webhookIdOf } from '../given.ts';
import { givenTable } from './given-table.ts';

const ID = webhookIdOf(1);

/** What a batch adds: so many attempts of one hour, and times. */
const given = (attempts: number, failed: number, times: Omit<AddedStatistics, 'hours'>): AddedStatistics => ({
  hours: [{ hour: 500_000, figures: { ...NO_FIGURES, attempts, failed } }],
  ...times,
});

async function givenStatistics() {
  const table = await givenTable();
  await putStatistics(table)(ID);
  const read = async () => (await getStatistics(table)([ID])).get(ID);
  return { table, read, add: addStatistics(table, 30) };
}

describe('statistics', () => {
  test('begin with zeros', async () => {
    const { table, read } = await givenStatistics();
    expect(await read()).toMatchObject(NO_STATISTICS);
    expect(await getLastSuccessAt(table)(ID)).toBeUndefined();
  });

  test('are added up, and a batch without a success keeps when the last was', async () => {
    const { table, read, add } = await givenStatistics();
    await add(ID, given(2, 1, { lastDeliveryAt: 20, lastSuccessAt: 10 }));
    await add(ID, given(3, 3, { lastDeliveryAt: 30 }));
    expect(await read()).toMatchObject({
      deliveryCount: 5,
      failureCount: 4,
      lastDeliveryAt: 30,
      lastSuccessAt: 10,
    });
    expect(await getLastSuccessAt(table)(ID)).toBe(10);
  });

  test('keep the latest times, in whatever order batches end', async () => {
    const { read, add } = await givenStatistics();
    await add(ID, given(1, 0, { lastDeliveryAt: 20, lastSuccessAt: 20 }));
    await add(ID, given(1, 0, { lastDeliveryAt: 10, lastSuccessAt: 10 }));
    await add(ID, { hours: [], lastSuccessAt: 5 });
    expect(await read()).toMatchObject({ deliveryCount: 2, lastDeliveryAt: 20, lastSuccessAt: 20 });
  });

  test.each([
    ['the first batch', 0],
    ['a batch that is later than what is there', 10],
    ['a batch that is earlier than what is there', 30],
  ])('are added once where the answer to the write was lost: %s', async (_, earlierAt) => {
    const { table, read, add } = await givenStatistics();
    if (earlierAt > 0) {
      const at = { lastDeliveryAt: earlierAt, lastSuccessAt: earlierAt };
      await add(ID, given(1, 0, at));
    }
    // As an SDK does that heard nothing: the same write once more.
    table.client.middlewareStack.add(
      (next) => async (args) => {
        await next(args).catch(() => {});
        return next(args);
      },
      { step: 'initialize' },
    );
    await add(ID, given(2, 1, { lastDeliveryAt: 20, lastSuccessAt: 20 }));
    expect(await read()).toMatchObject({
      deliveryCount: earlierAt > 0 ? 3 : 2,
      failureCount: 1,
      lastDeliveryAt: Math.max(20, earlierAt),
      lastSuccessAt: Math.max(20, earlierAt),
    });
  });

  test('of a webhook that was deleted do not come back', async () => {
    const { table, read, add } = await givenStatistics();
    await deleteStatistics(table)(ID);
    await add(ID, given(1, 0, { lastDeliveryAt: 10 }));
    expect(await read()).toBeUndefined();
  });

  test('of many webhooks are read at once, those that are not there left out', async () => {
    const { table } = await givenStatistics();
    await putStatistics(table)(webhookIdOf(3));
    const found = await getStatistics(table)([1, 2, 3].map(webhookIdOf));
    expect([...found.keys()]).toEqual([webhookIdOf(1), webhookIdOf(3)]);
    expect(await getStatistics(table)([])).toEqual(new Map());
  });
});
