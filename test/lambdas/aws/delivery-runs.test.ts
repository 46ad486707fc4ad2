import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../../core/delivery.ts';
import { pageAttempts } from '../../../lambdas/aws/attempt-log.ts';
import { getAttempts } from '../../../lambdas/aws/attempt-store.ts';
import {
  type DeliveryRow,
  getDelivery,
  recordAttempt,
  recordDelivery,
} from '../../../lambdas/aws/delivery-store.ts';
import { keyOf } from '../../../lambdas/aws/keys.ts';
import type { Table } from '../../../lambdas/aws/table.ts';
import { DELIVERY_ID, NOW, webhookIdOf } from '../given.ts';
import { EXCHANGE, givenResult, givenRow } from './given-row.ts';
import { givenTable } from './given-table.ts';

const WEBHOOK = webhookIdOf(1);
const DAY_MS = 86_400_000;

/** The row as the table holds it. */
async function rowIn(table: Table): Promise<DeliveryRow> {
  const found = await getDelivery(table)(WEBHOOK, DELIVERY_ID);
  if (!found) throw new Error('there is no row');
  return found;
}

const expiryIn = async ({ client, name }: Table) =>
  (await client.send(new GetCommand({ TableName: name, Key: keyOf.delivery(WEBHOOK, DELIVERY_ID) }))).Item
    ?.expires_at;

const loggedIn = async (table: Table) =>
  (await pageAttempts(table)(WEBHOOK, { limit: 100 })).items.map(({ at, run, attempt }) => ({
    at,
    run,
    attempt,
  }));

describe('the row of a delivery under another generation of its webhook', () => {
  const all: readonly DeliveryStatus[] = DELIVERY_STATUSES;

  test.each<[DeliveryStatus, boolean]>([
    ['pending', true],
    ['retrying', true],
    ['cancelled', true],
    ['skipped', true],
    ['succeeded', false],
    ['exhausted', false],
  ])('%s by the older gives way to the newer, at whatever attempt: %s', async (status, moves) => {
    for (const next of all) {
      const table = await givenTable();
      await recordDelivery(table, 30)(givenRow({ status, attempt: 6 }));
      const newer = { status: next, generation: 3, attempt: 1 };
      expect(await recordDelivery(table, 30)(givenRow(newer))).toBe(moves);
      expect((await rowIn(table)).delivery).toMatchObject(
        moves ? newer : { status, generation: 1, attempt: 6 },
      );
    }
  });

  test.each(all)('%s by the newer gives way to nothing of the older', async (status) => {
    const table = await givenTable();
    const newer = { status, generation: 3, attempt: 1 };
    await recordDelivery(table, 30)(givenRow(newer));
    for (const next of all)
      expect(await recordDelivery(table, 30)(givenRow({ status: next, attempt: 7 }))).toBe(false);
    expect((await rowIn(table)).delivery).toMatchObject(newer);
  });

  test('gives way to the next run, and not to the one before, whatever the generations', async () => {
    const table = await givenTable();
    await recordDelivery(table, 30)(givenRow({ generation: 3 }));
    expect(await recordDelivery(table, 30)(givenRow({ run: 2, status: 'pending', attempt: 0 }))).toBe(true);
    expect(await recordDelivery(table, 30)(givenRow({ generation: 5 }))).toBe(false);
  });
});

describe('the row of a delivery', () => {
  test('expires by when its run began, so that a replay outlives the run before', async () => {
    const table = await givenTable();
    const replayed = { run: 2, runStartedAt: NOW + 20 * DAY_MS };
    await recordDelivery(table, 30)(givenRow());
    expect(await expiryIn(table)).toBe(NOW / 1000 + 30 * 86_400);
    await recordDelivery(table, 30)(givenRow({ ...replayed, status: 'pending', attempt: 0 }));
    expect(await expiryIn(table)).toBe(NOW / 1000 + 50 * 86_400);
    await recordAttempt(table, 30)(givenRow(replayed), givenResult({ at: NOW + 21 * DAY_MS }), EXCHANGE);
    expect(await expiryIn(table)).toBe(NOW / 1000 + 50 * 86_400);
  });

  test('moves out the attempt that it tells of, and keeps those that a message has told, each once', async () => {
    const table = await givenTable();
    await recordAttempt(table, 30)(givenRow(), givenResult(), EXCHANGE);
    const first = await rowIn(table);
    expect(first.embedded).toMatchObject({ at: NOW + 200, run: 1, attempt: 1 });

    const told = [
      { at: NOW + 200, run: 1, attempt: 1 },
      { at: NOW + DAY_MS, run: 2, attempt: 1 },
    ];
    const retry: DeliveryRow = {
      ...first,
      delivery: { ...first.delivery, status: 'retrying', run: 2, attempt: 2, attempts: told },
    };
    expect(
      await recordAttempt(table, 30)(
        retry,
        givenResult({ at: NOW + DAY_MS + 1000, statusCode: 500, error: 'x' }),
        EXCHANGE,
      ),
    ).toBe(true);

    const { delivery, embedded } = await rowIn(table);
    expect(embedded).toBeUndefined();
    expect(delivery.attempts).toEqual([...told, { at: NOW + DAY_MS + 1000, run: 2, attempt: 2 }]);
    const [movedOut, made, ...more] = await getAttempts(table)(delivery);
    expect(movedOut).toEqual(first.embedded);
    expect(made).toMatchObject({ run: 2, attempt: 2, error: 'x' });
    expect(more).toEqual([]);
  });

  test('names fifty of its attempts at most, the last, while the log has all', async () => {
    const table = await givenTable();
    const attempts = Array.from({ length: 50 }, (_, i) => ({ at: NOW + i, run: i + 1, attempt: 7 }));
    const row = givenRow({ status: 'retrying', run: 51, attempts });
    await recordAttempt(table, 30)(
      row,
      givenResult({ at: NOW + DAY_MS, statusCode: 500, error: 'x' }),
      EXCHANGE,
    );
    const made = { at: NOW + DAY_MS, run: 51, attempt: 1 };
    expect((await rowIn(table)).delivery.attempts).toEqual([...attempts.slice(1), made]);
    expect(await loggedIn(table)).toEqual([made]);
  });
});

describe('a first success that was made twice', () => {
  test('has both of its attempts in the log, though the row had moved on', async () => {
    const table = await givenTable();
    await recordAttempt(table, 30)(givenRow(), givenResult(), EXCHANGE);
    const first = await rowIn(table);
    await recordDelivery(
      table,
      30,
    )({
      ...first,
      delivery: { ...first.delivery, run: 2, status: 'pending', attempt: 0 },
    });

    const again = givenRow({ lastAttempt: givenResult({ at: NOW + 300 }) });
    expect(await recordAttempt(table, 30)(again, givenResult({ at: NOW + 300 }), EXCHANGE)).toBe(false);
    expect(await loggedIn(table)).toEqual([
      { at: NOW + 300, run: 1, attempt: 1 },
      { at: NOW + 200, run: 1, attempt: 1 },
    ]);
    expect((await rowIn(table)).delivery).toMatchObject({ run: 2, status: 'pending' });
  });

  test('leaves the row as the first has written it', async () => {
    const table = await givenTable();
    await recordAttempt(table, 30)(givenRow(), givenResult(), EXCHANGE);
    const again = givenRow({ lastAttempt: givenResult({ at: NOW + 300 }) });
    expect(await recordAttempt(table, 30)(again, givenResult({ at: NOW + 300 }), EXCHANGE)).toBe(false);
    expect((await rowIn(table)).embedded?.at).toBe(NOW + 200);
    expect((await loggedIn(table)).map(({ at }) => at)).toEqual([NOW + 300, NOW + 200]);
  });
});

test('a first success whose write was made, its answer lost, and made again is logged once', async () => {
  const table = await givenTable();
  const result = givenResult();
  const record = () => recordAttempt(table, 30)(givenRow({ lastAttempt: result }), result, EXCHANGE);

  expect([await record(), await record()]).toEqual([true, false]);

  expect(await loggedIn(table)).toEqual([{ at: NOW + 200, run: 1, attempt: 1 }]);
});
