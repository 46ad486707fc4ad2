import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { queryPage } from '../../../lambdas/aws/paging.ts';
import { givenClient, givenTable } from './given-table.ts';

const COLLECTION = { pk: 'P', skPrefix: 'ITEM#', filter: { status: 'exhausted' } };

/** A table with items 01 to 20 in the collection, every other of which passes the filter: 20, 18, … */
async function givenItems() {
  const table = await givenTable();
  const ids = Array.from({ length: 20 }, (_, i) => String(i + 1).padStart(2, '0'));
  for (const [i, id] of ids.entries()) {
    const Item = { pk: 'P', sk: `ITEM#${id}`, status: i % 2 === 1 ? 'exhausted' : 'succeeded' };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
  return { table, passing: ids.filter((_, i) => i % 2 === 1).toReversed() };
}

const idsOf = (items: readonly Record<string, unknown>[]) => items.map(({ sk }) => String(sk).slice(5));

describe('a page of what passes a filter', () => {
  test('by offset skips what passes alone, and goes on by cursor where it ends', async () => {
    const { table, passing } = await givenItems();
    const page = await queryPage(table, COLLECTION, { limit: 3, offset: 4 });
    expect(idsOf(page.items)).toEqual(passing.slice(4, 7));
    expect(page.total).toEqual({ count: 10, isExact: true });
    const next = await queryPage(table, COLLECTION, { limit: 20, cursor: page.nextCursor });
    expect(idsOf(next.items)).toEqual(passing.slice(7));
    expect(next.nextCursor).toBeUndefined();
  });

  test.each([10, 11, 10_000])('by offset %i, past the end, is empty and the last', async (offset) => {
    const { table } = await givenItems();
    const page = await queryPage(table, COLLECTION, { limit: 3, offset });
    expect(page).toMatchObject({ items: [], total: { count: 10 } });
    expect(page.nextCursor).toBeUndefined();
  });

  test('by an offset that so much as may be looked at does not reach is empty, with a cursor to go on by', async () => {
    let place = 50_000;
    const { client, sent } = givenClient(({ input }) => {
      const Limit = Number(input.Limit);
      place -= Limit;
      return {
        Items: [],
        Count: 0,
        ScannedCount: Limit,
        LastEvaluatedKey: { pk: 'P', sk: `ITEM#${String(place).padStart(5, '0')}` },
      };
    });
    const table = { name: 'table', client };
    const page = await queryPage(table, COLLECTION, { limit: 3, offset: 1 });
    expect(page).toMatchObject({ items: [], total: { count: 0, isExact: false } });

    const skipped = sent.filter(({ input }) => input.Select === undefined);
    expect(skipped.reduce((looked, { input }) => looked + Number(input.Limit), 0)).toBe(10_000);

    sent.splice(0);
    await queryPage(table, COLLECTION, { limit: 3, cursor: page.nextCursor });
    const [first] = sent;
    const reached = skipped.at(-1)?.input.ExclusiveStartKey as { sk: string } | undefined;
    const goesOn = first?.input.ExclusiveStartKey as { sk: string } | undefined;
    expect(goesOn?.sk).toMatch(/^ITEM#\d{5}$/);
    expect(String(goesOn?.sk) < String(reached?.sk)).toBe(true);
  });
});
