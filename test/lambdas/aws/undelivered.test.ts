import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DELIVERY_STATUSES, type Delivery, isUndelivered } from '../../../core/delivery.ts';
import { deriveDeliveryId } from '../../../core/ids.ts';
import {
  countUndelivered,
  type DeliveryFilter,
  findUndelivered,
  pageDeliveries,
  recordAttempt,
  recordDelivery,
} from '../../../lambdas/aws/delivery-store.ts';
import type { Table } from '../../../lambdas/aws/table.ts';
import { givenSignatures, NOW, webhookIdOf } from '../given.ts';
import { givenRow } from '../given-delivery.ts';
import { givenTable } from './given-table.ts';

const ID = webhookIdOf(1);
const EXCHANGE = { url: 'https://your-app.com/', signatures: givenSignatures() };

/** The `n`th delivery, accepted `n` seconds after the first. */
const given = (n: number, changes: Partial<Delivery> = {}) => {
  const id = deriveDeliveryId(NOW + n * 1000, `event-${n}`, ID);
  return givenRow(1, { id, eventId: `event-${n}`, ...changes });
};

const put = (table: Table, n: number, changes: Partial<Delivery>) =>
  recordDelivery(table, 30)(given(n, changes));

/** All that a list shows, walked by cursor; each as the number of its event. */
async function walk(table: Table, filter: DeliveryFilter, limit = 100): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const page = await pageDeliveries(table)(ID, { limit, cursor }, filter);
    found.push(...page.items.map(({ eventId }) => Number(eventId.slice('event-'.length))));
    cursor = page.nextCursor;
  }
  return found;
}

/** All that a recovery finds in a range, so many at a time. */
async function find(table: Table, range: { since?: number; until?: number }, limit: number) {
  const found: string[] = [];
  let position: string | undefined;
  for (let isEnd = false; !isEnd; ) {
    const finds = await findUndelivered(table)(ID, { ...range, position }, limit);
    expect(finds.ids.length).toBeLessThanOrEqual(limit);
    found.push(...finds.ids);
    position = finds.ids.at(-1) ?? position;
    isEnd = finds.isEnd;
  }
  return found;
}

const undelivered = { status: 'undelivered' } as const;

describe('what is undelivered', () => {
  test('is all that has not reached the receiver, newest first, tests apart', async () => {
    const table = await givenTable();
    for (const [n, status] of DELIVERY_STATUSES.entries()) await put(table, n, { status });
    await put(table, 90, { status: 'exhausted', isTest: true });
    await put(table, 91, { status: 'exhausted', webhookId: webhookIdOf(2) });
    const expected = DELIVERY_STATUSES.flatMap((status, n) =>
      status === 'succeeded' ? [] : [n],
    ).toReversed();
    expect(await walk(table, undelivered)).toEqual(expected);
    expect(await countUndelivered(table)(ID)).toEqual({ count: expected.length, isExact: true });
  });

  test('is no more once it has succeeded, and again when a replay fails', async () => {
    const table = await givenTable();
    const record = (attempt: number, run: number, status: Delivery['status'], at: number) =>
      recordAttempt(table, 30)(
        given(1, { status, run, attempt, lastAttempt: undefined }),
        { at, responseTimeMs: 1, statusCode: status === 'succeeded' ? 200 : 500 },
        EXCHANGE,
      );
    await record(1, 1, 'retrying', NOW);
    expect(await walk(table, undelivered)).toEqual([1]);
    await record(2, 1, 'succeeded', NOW + 1000);
    expect(await walk(table, undelivered)).toEqual([]);
    await record(1, 2, 'retrying', NOW + 2000);
    expect(await walk(table, undelivered)).toEqual([1]);
  });

  test('is paged by cursor and by offset, and narrowed by event and time', async () => {
    const table = await givenTable();
    for (let n = 0; n < 20; n += 1) {
      const eventType = n % 3 === 0 ? 'reminder.due' : 'thought.deleted';
      await put(table, n, { status: n % 2 === 0 ? 'exhausted' : 'succeeded', eventType });
    }
    const all = [18, 16, 14, 12, 10, 8, 6, 4, 2, 0];
    for (const limit of [1, 3, 100]) expect(await walk(table, undelivered, limit)).toEqual(all);
    expect(await walk(table, { ...undelivered, event: 'reminder.due' }, 2)).toEqual([18, 12, 6, 0]);
    const span = { since: NOW + 4000, until: NOW + 8000 };
    expect(await walk(table, { ...undelivered, ...span })).toEqual([6, 4]);

    const page = await pageDeliveries(table)(ID, { limit: 2, offset: 3 }, undelivered);
    expect(page.items.map(({ eventId }) => eventId)).toEqual(['event-12', 'event-10']);
    expect(page.total).toEqual({ count: 10, isExact: true });
  });

  test('is left out where the index is late, and the row tells of a success', async () => {
    const table = await givenTable();
    for (const n of [1, 2, 3]) await put(table, n, { status: 'exhausted' });
    // The row as it is read, a moment after the index was.
    table.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'BatchGetItemCommand') await put(table, 2, { status: 'succeeded', run: 2 });
          return next(args);
        },
      { step: 'initialize' },
    );
    expect(await walk(table, undelivered)).toEqual([3, 1]);
  });

  test('costs a delivery that succeeds at its first attempt nothing, and one that fails two units', async () => {
    const table = await givenTable();
    const items: Record<string, unknown>[] = [];
    table.client.middlewareStack.add(
      (next) => async (args) => {
        if ('Item' in args.input) items.push(args.input.Item as Record<string, unknown>);
        return next(args);
      },
      { step: 'initialize' },
    );
    await put(table, 1, { status: 'succeeded' });
    await put(table, 2, { status: 'retrying' });
    await put(table, 2, { status: 'succeeded', attempt: 2 });
    expect(items.map(({ undelivered: of }) => of)).toEqual([undefined, `WEBHOOK#${ID}`, undefined]);
  });

  test('is what the status says, whatever happens to a delivery in whatever order', async () => {
    const anyStep = fc.record({
      n: fc.nat({ max: 3 }),
      run: fc.integer({ min: 1, max: 3 }),
      attempt: fc.integer({ min: 1, max: 3 }),
      status: fc.constantFrom(...DELIVERY_STATUSES),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 15 }), async (steps) => {
        const table = await givenTable();
        await Promise.all(steps.map(({ n, ...step }) => put(table, n, step)));
        const { items } = await pageDeliveries(table)(ID, { limit: 100, cursor: '' });
        const expected = items.filter(isUndelivered).map(({ eventId }) => Number(eventId.slice(6)));
        expect(await walk(table, undelivered)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});

describe('what a recovery finds', () => {
  const idOf = (n: number) => given(n).delivery.id;

  test.each([1, 2, 3, 7, 100])('is all of its range, oldest first, %i at a time', async (limit) => {
    const table = await givenTable();
    for (let n = 0; n < 7; n += 1) await put(table, n, { status: 'exhausted' });
    await put(table, 3, { status: 'succeeded', run: 2 });
    await put(table, 2, { status: 'exhausted', webhookId: webhookIdOf(2) });
    const range = { since: NOW + 1000, until: NOW + 5000 };
    expect(await find(table, range, limit)).toEqual([1, 2, 4].map(idOf));
    expect(await find(table, {}, limit)).toEqual([0, 1, 2, 4, 5, 6].map(idOf));
  });

  test('is nothing of a range in which there is nothing', async () => {
    const table = await givenTable();
    await put(table, 1, { status: 'exhausted' });
    expect(await find(table, { since: NOW, until: NOW }, 10)).toEqual([]);
    expect(await find(table, { since: NOW + 2000, until: NOW + 9000 }, 10)).toEqual([]);
  });
});
