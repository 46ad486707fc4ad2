import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { queryAll, queryPage } from '../../../lambdas/aws/paging.ts';
import { expiryOf, holdsCondition } from '../../../lambdas/aws/table.ts';
import { NOW } from '../given.ts';
import { givenClient, givenTable } from './given-table.ts';

const COLLECTION = { pk: 'P', skPrefix: 'ITEM#' };

/** A table with items 01 to `count` in the collection, and neighbours on both sides of it. */
async function givenItems(count: number) {
  const table = await givenTable();
  const ids = Array.from({ length: count }, (_, i) => String(i + 1).padStart(2, '0'));
  const keys = [...ids.map((id) => `ITEM#${id}`), 'ITEL#zz', 'ITEN#00', 'STATISTICS'];
  for (const sk of keys)
    await table.client.send(new PutCommand({ TableName: table.name, Item: { pk: 'P', sk } }));
  return { table, newestFirst: ids.toReversed() };
}

const idsOf = (items: readonly Record<string, unknown>[]) => items.map(({ sk }) => String(sk).slice(5));

describe('a page', () => {
  test('by offset has the items there, newest first, and the total', async () => {
    const { table, newestFirst } = await givenItems(7);
    const page = await queryPage(table, COLLECTION, { limit: 3, offset: 2 });
    expect(idsOf(page.items)).toEqual(newestFirst.slice(2, 5));
    expect(page.total).toEqual({ count: 7, isExact: true });
  });

  test('past the end is empty, and still counts', async () => {
    const { table } = await givenItems(7);
    for (const offset of [7, 8, 10_000]) {
      const page = await queryPage(table, COLLECTION, { limit: 3, offset });
      expect(page).toMatchObject({ items: [], total: { count: 7, isExact: true } });
    }
  });

  test('of nothing is empty', async () => {
    const { table } = await givenItems(0);
    const page = await queryPage(table, COLLECTION, { limit: 3 });
    expect(page).toMatchObject({ items: [], total: { count: 0, isExact: true } });
    expect(page.nextCursor).toBeUndefined();
  });

  test.each([1, 2, 3, 7, 20])(
    'of %i, gone on with by cursor, shows everything once, and counts nothing',
    async (limit) => {
      const { table, newestFirst } = await givenItems(7);
      const seen: string[] = [];
      let cursor = (await queryPage(table, COLLECTION, { limit, offset: 0 })).nextCursor;
      seen.push(...idsOf((await queryPage(table, COLLECTION, { limit })).items));
      while (cursor !== undefined) {
        const page = await queryPage(table, COLLECTION, { limit, cursor });
        expect(page.total).toBeUndefined();
        seen.push(...idsOf(page.items));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(newestFirst);
    },
  );

  test('by an empty cursor begins the walk, and counts nothing', async () => {
    const { table, newestFirst } = await givenItems(3);
    const page = await queryPage(table, COLLECTION, { limit: 2, cursor: '' });
    expect(idsOf(page.items)).toEqual(newestFirst.slice(0, 2));
    expect(page.total).toBeUndefined();
  });

  test('by cursor stays where it was though newer items come', async () => {
    const { table, newestFirst } = await givenItems(7);
    const { nextCursor } = await queryPage(table, COLLECTION, { limit: 3 });
    await table.client.send(new PutCommand({ TableName: table.name, Item: { pk: 'P', sk: 'ITEM#99' } }));
    const page = await queryPage(table, COLLECTION, { limit: 3, cursor: nextCursor });
    expect(idsOf(page.items)).toEqual(newestFirst.slice(3, 6));
  });

  test.each([
    '!',
    Buffer.from('a\nb').toString('base64url'),
    Buffer.from('é').toString('base64url'),
    'A'.repeat(400),
  ])('by %j, which is no cursor, is a 400 that names it', async (cursor) => {
    const { client, sent } = givenClient();
    const asked = queryPage({ name: 'table', client }, COLLECTION, { limit: 3, cursor });
    await expect(asked).rejects.toMatchObject({ status: 400, faults: [{ field: 'cursor' }] });
    expect(sent).toEqual([]);
  });
});

test('a bounded collection is read whole, however many answers it takes', async () => {
  const { client, sent } = givenClient((_, count) => ({
    Items: [{ sk: `ITEM#${count}` }],
    LastEvaluatedKey: count < 3 ? { pk: 'P', sk: `ITEM#${count}` } : undefined,
  }));
  expect(idsOf(await queryAll({ name: 'table', client }, COLLECTION))).toEqual(['1', '2', '3']);
  expect(sent.map(({ input }) => input.ExclusiveStartKey)).toEqual([
    undefined,
    { pk: 'P', sk: 'ITEM#1' },
    { pk: 'P', sk: 'ITEM#2' },
  ]);
});

describe('a conditional write', () => {
  test('holds, or does not; any other error is one', async () => {
    const refused = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    expect(await holdsCondition(Promise.resolve({}))).toBe(true);
    expect(await holdsCondition(Promise.reject(refused))).toBe(false);
    await expect(holdsCondition(Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');
  });
});

test('what is kept for 30 days expires in seconds since 1970', () => {
  expect(expiryOf(NOW + 999, 30)).toBe(NOW / 1000 + 30 * 86_400);
});
