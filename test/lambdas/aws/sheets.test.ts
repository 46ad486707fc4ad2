import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addHour, type Figures, type HourFigures, hourOf, NO_FIGURES } from '../../../core/figures.ts';
import { countsOf, readHours } from '../../../lambdas/aws/hours.ts';
import { getHours } from '../../../lambdas/aws/sheets.ts';
import { addStatistics, deleteStatistics, putStatistics } from '../../../lambdas/aws/statistics-store.ts';
import type { Table } from '../../../lambdas/aws/table.ts';
import { NOW, webhookIdOf } from '../given.ts';
import { givenTable } from './given-table.ts';

const ID = webhookIdOf(1);
const HOUR = hourOf(NOW);
const RETENTION_DAYS = 30;

/** Figures that use every place there is: the largest an hour can be. */
const givenFull = (count = 1): Figures => ({
  attempts: 14 * count,
  failed: count,
  exhausted: count,
  cancelled: count,
  skipped: count,
  responseTimes: NO_FIGURES.responseTimes.map(() => count),
});

const givenFew: Figures = { ...NO_FIGURES, attempts: 1, responseTimes: NO_FIGURES.responseTimes.with(4, 1) };

/** So many hours, one after the other. */
const hoursFrom = (count: number) => Array.from({ length: count }, (_, index) => HOUR + index);

const toMap = (hours: readonly HourFigures[]) =>
  new Map(hours.reduce(addHour, [] as HourFigures[]).map(({ hour, figures }) => [hour, figures]));

async function givenStatistics() {
  const table = await givenTable();
  await putStatistics(table)(ID);
  const add = (...hours: HourFigures[]) => addStatistics(table, RETENTION_DAYS)(ID, { hours });
  const read = async (from = HOUR) => toMap(await getHours(table)(ID, from));
  return { table, add, read };
}

/** Notes what each call to the table asks for and consumes. */
function watchCalls(table: Table) {
  const calls: { name: string; units: number }[] = [];
  table.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        calls.push({
          name: commandName.replace('ItemCommand', ''),
          units: ConsumedCapacity?.CapacityUnits ?? 0,
        });
        return result;
      },
    { step: 'initialize' },
  );
  return calls;
}

/** Has calls fail that `isDown` picks: before they are made, or after, with their answer lost. */
function breakCalls(table: Table, isDown: (name: string, count: number) => 'before' | 'after' | undefined) {
  let count = 0;
  table.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        count += 1;
        const when = isDown(commandName.replace('ItemCommand', ''), count);
        if (when === 'before') throw new Error('down');
        const result = await next(args);
        if (when === 'after') throw new Error('lost');
        return result;
      },
    { step: 'initialize' },
  );
}

describe('hours as attributes', () => {
  test('are read as they were written, whatever else an item holds', () => {
    const anyFigures = fc.record({
      attempts: fc.nat(),
      failed: fc.nat(),
      exhausted: fc.nat(),
      cancelled: fc.nat(),
      skipped: fc.nat(),
      responseTimes: fc.array(fc.nat(), { minLength: 14, maxLength: 14 }),
    });
    const anyHours = fc.uniqueArray(fc.record({ hour: fc.nat({ max: 3_000_000 }), figures: anyFigures }), {
      selector: ({ hour }) => hour,
    });
    fc.assert(
      fc.property(anyHours, (hours) => {
        const item = { pk: 'WEBHOOK#n', sk: 'STATISTICS', sheet: 1, ...Object.fromEntries(countsOf(hours)) };
        const some = hours.filter(({ figures }) => countsOf([{ hour: 0, figures }]).length > 0);
        expect(toMap(readHours(item))).toEqual(toMap(some));
      }),
    );
  });
});

describe('the sheet of hours', () => {
  test('takes what a batch adds with the one write that adds it up', async () => {
    const { table, add, read } = await givenStatistics();
    const calls = watchCalls(table);
    await add({ hour: HOUR, figures: givenFew });
    await add({ hour: HOUR, figures: givenFull() }, { hour: HOUR - 1, figures: givenFew });
    expect(calls).toEqual([1, 2].map(() => ({ name: 'Update', units: 1 })));
    expect((await read()).get(HOUR)?.attempts).toBe(15);
    expect((await read()).get(HOUR - 1)).toEqual(givenFew);
  });

  test.each([
    ['few attempts an hour', givenFew, 1.1],
    ['all that an hour can have', givenFull(9_999_999), 1.7],
  ])('of %s never weighs more than one write unit, and is turned seldom', async (_, figures, most) => {
    const { table, add, read } = await givenStatistics();
    const calls = watchCalls(table);
    const hours = hoursFrom(100);
    for (const hour of hours) await add({ hour, figures });
    expect(Math.max(...calls.map(({ units }) => units))).toBe(1);
    expect(calls.length / hours.length).toBeLessThanOrEqual(most);
    expect(await read()).toEqual(new Map(hours.map((hour) => [hour, figures])));
  });

  test('is read from any hour on, with the sheet in which that hour stands', async () => {
    const { add, read } = await givenStatistics();
    const hours = hoursFrom(80);
    for (const hour of hours) await add({ hour, figures: givenFew });
    for (const hour of hours) expect((await read(hour)).get(hour), `hour ${hour - HOUR}`).toEqual(givenFew);
  });

  test('takes a batch that is late by any number of hours', async () => {
    const { add, read } = await givenStatistics();
    for (let hour = HOUR; hour < HOUR + 10; hour += 1) await add({ hour, figures: givenFull() });
    await add({ hour: HOUR + 1, figures: givenFew });
    expect((await read()).get(HOUR + 1)?.attempts).toBe(15);
  });

  test('expires, once put away, as rows do', async () => {
    const { table, add } = await givenStatistics();
    const puts: Record<string, unknown>[] = [];
    table.client.middlewareStack.add(
      (next) => async (args) => {
        if ('Item' in args.input) puts.push(args.input.Item as Record<string, unknown>);
        return next(args);
      },
      { step: 'initialize' },
    );
    for (const hour of [HOUR, HOUR + 1, HOUR + 2]) await add({ hour, figures: givenFull() });
    expect(puts).toHaveLength(1);
    expect(puts[0]).toMatchObject({ expires_at: (HOUR + 3) * 3600 + RETENTION_DAYS * 86_400 });
  });

  test('of a webhook that was deleted tells of nothing, and does not come back', async () => {
    const { table, add, read } = await givenStatistics();
    await deleteStatistics(table)(ID);
    await add({ hour: HOUR, figures: givenFew });
    expect(await read()).toEqual(new Map());
  });

  test('of statistics that tell of no hour yet is begun', async () => {
    const { table, add, read } = await givenStatistics();
    const Item = {
      pk: `WEBHOOK#${ID}`,
      sk: 'STATISTICS',
      deliveryCount: 0,
      failureCount: 0,
      lastSuccessAt: 5,
    };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
    expect(await read()).toEqual(new Map());
    await add({ hour: HOUR, figures: givenFew });
    expect(await read()).toEqual(new Map([[HOUR, givenFew]]));
  });

  test.each([
    ['before it is put away', 'Put', 'before'],
    ['once it is put away, unheard', 'Put', 'after'],
    ['before the next is begun', 'Update', 'before'],
    ['once the next is begun, unheard', 'Update', 'after'],
  ] as const)('counts all once where whoever turns it dies %s', async (_, name, when) => {
    const { table, add, read } = await givenStatistics();
    let turns = 0;
    let seen = '';
    // A turn is a Put, and the Update right after it.
    breakCalls(table, (called) => {
      const isTurn = called === 'Put' || (called === 'Update' && seen === 'Put');
      seen = called;
      if (!isTurn || called !== name) return undefined;
      turns += 1;
      return turns <= 2 ? when : undefined;
    });
    const hours = hoursFrom(12);
    for (const hour of hours) {
      await add({ hour, figures: givenFull() });
      expect([...(await read()).values()].reduce((sum, { attempts }) => sum + attempts, 0)).toBe(
        14 * (hour - HOUR + 1),
      );
    }
    expect(turns).toBeGreaterThan(2);
  });

  test('of nothing but what was not sent is put away whole, though its turn is cut short', async () => {
    const { table, add, read } = await givenStatistics();
    const unsent = { ...NO_FIGURES, cancelled: 1, skipped: 2 };
    let cut = 0;
    let seen = '';
    breakCalls(table, (called) => {
      const isCut = called === 'Update' && seen === 'Put' && cut < 2;
      seen = called;
      if (isCut) cut += 1;
      return isCut ? 'before' : undefined;
    });
    const hours = hoursFrom(50);
    for (const hour of hours) await add({ hour, figures: unsent });
    expect(cut).toBe(2);
    expect(await read()).toEqual(new Map(hours.map((hour) => [hour, unsent])));
  });

  test('loses and doubles nothing, however batches of many hours meet', async () => {
    const anyBatch = fc.record({ hour: fc.nat({ max: 6 }), full: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyBatch, { minLength: 1, maxLength: 8 }), { maxLength: 6 }),
        async (rounds) => {
          const { add, read } = await givenStatistics();
          const all: HourFigures[] = [];
          for (const round of rounds) {
            const batches = round.map(({ hour, full }) => ({
              hour: HOUR + hour,
              figures: full ? givenFull() : givenFew,
            }));
            all.push(...batches);
            await Promise.all(batches.map((batch) => add(batch)));
          }
          expect(await read()).toEqual(toMap(all));
        },
      ),
      { numRuns: 15 },
    );
  });
});
