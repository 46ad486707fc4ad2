import { randomBytes } from 'node:crypto';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { deriveDeliveryId } from '../../../core/ids.ts';
import {
  type DeliveryRow,
  getDelivery,
  pageDeliveries,
  recordAttempt,
  recordDelivery,
} from '../../../lambdas/aws/delivery-store.ts';
import { keyOf } from '../../../lambdas/aws/keys.ts';
import { DELIVERY_ID, NOW, webhookIdOf } from '../given.ts';
import { EXCHANGE, givenResult, givenRow } from './given-row.ts';
import { givenClient, givenTable } from './given-table.ts';

/** The kinds of items that recording an attempt writes, in their order. */
async function whenRecorded(
  row: DeliveryRow,
  result = givenResult(),
  exchange: Parameters<ReturnType<typeof recordAttempt>>[2] = EXCHANGE,
) {
  const { client, sent } = givenClient();
  await recordAttempt({ name: 'table', client }, 30)(row, result, exchange);
  return sent.map(({ input }) => input.Item as Record<string, unknown>);
}
const kindsOf = (items: Record<string, unknown>[]) => items.map(({ sk }) => String(sk).split('#')[0]);

describe('recording an attempt', () => {
  test('that succeeded at once, the usual case, is one write', async () => {
    const items = await whenRecorded(givenRow());
    expect(kindsOf(items)).toEqual(['DELIVERY']);
    expect(items[0]?.exchange).toBeInstanceOf(Uint8Array);
  });

  test.each([
    [
      'that failed',
      givenRow({ status: 'retrying' }),
      givenResult({ statusCode: 500, error: 'Response 500' }),
    ],
    ['that is not the first', givenRow({ attempt: 2 }), givenResult()],
    ['of a replay', givenRow({ run: 2 }), givenResult()],
    ['that began late', givenRow(), givenResult({ at: NOW + 5001 })],
  ])('%s is an item of its own, and then the row', async (_, row, result) => {
    const items = await whenRecorded(row, result);
    expect(kindsOf(items)).toEqual(['ATTEMPT', 'DELIVERY']);
    expect(items[1]?.exchange).toBeUndefined();
    expect(items[0]?.exchange).toBeInstanceOf(Uint8Array);
  });

  test('whose response does not fit is an item of its own', async () => {
    const response = { headers: {}, body: randomBytes(600).toString('hex') };
    expect(kindsOf(await whenRecorded(givenRow(), givenResult(), { ...EXCHANGE, response }))).toEqual([
      'ATTEMPT',
      'DELIVERY',
    ]);
  });

  test('that is told in its row costs one write unit, however full the row is', async () => {
    const table = await givenTable();
    const isEmbedded = await Promise.all(
      [0, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 200].map(async (bytes) => {
        const eventId = `01927f2e-7b1a-7c3d-9e4f-${String(bytes).padStart(12, '0')}`;
        const id = deriveDeliveryId(NOW, eventId, webhookIdOf(1));
        const usual = { id, eventId, timestamp: '2024-01-15T10:30:00.000Z', generation: NOW };
        const row = givenRow(usual, 540);
        const body = randomBytes(bytes).toString('base64');
        await recordAttempt(table, 30)(row, givenResult(), { ...EXCHANGE, response: { headers: {}, body } });
        const isTold = (await getDelivery(table)(webhookIdOf(1), id))?.embedded !== undefined;
        const remove = { TableName: table.name, Key: keyOf.delivery(webhookIdOf(1), id) };
        const { ConsumedCapacity } = await table.client.send(
          new DeleteCommand({ ...remove, ReturnConsumedCapacity: 'TOTAL' }),
        );
        if (isTold) expect(ConsumedCapacity?.CapacityUnits, `${bytes} bytes`).toBe(1);
        return isTold;
      }),
    );
    expect(new Set(isEmbedded)).toEqual(new Set([true, false]));
  });

  test('expires with its retention, the row by when the event was accepted', async () => {
    const at = NOW + 3_600_000;
    const [attempt, row] = await whenRecorded(givenRow({ attempt: 3 }), givenResult({ at }));
    const month = 30 * 86_400;
    expect([attempt?.expires_at, row?.expires_at]).toEqual([at / 1000 + month, NOW / 1000 + month]);
  });
});

describe('the row of a delivery', () => {
  const steps = {
    'pending 1.0': { status: 'pending', run: 1, attempt: 0 },
    'retrying 1.1': { status: 'retrying', run: 1, attempt: 1 },
    'retrying 1.2': { status: 'retrying', run: 1, attempt: 2 },
    'cancelled 1.1': { status: 'cancelled', run: 1, attempt: 1 },
    'skipped 1.0': { status: 'skipped', run: 1, attempt: 0 },
    'succeeded 1.1': { status: 'succeeded', run: 1, attempt: 1 },
    'succeeded 1.2': { status: 'succeeded', run: 1, attempt: 2 },
    'exhausted 1.7': { status: 'exhausted', run: 1, attempt: 7 },
    'pending 2.0': { status: 'pending', run: 2, attempt: 0 },
    'succeeded 2.1': { status: 'succeeded', run: 2, attempt: 1 },
  } as const;
  type Step = keyof typeof steps;

  test.each<[Step, Step, boolean]>([
    ['pending 1.0', 'retrying 1.1', true],
    ['retrying 1.1', 'retrying 1.2', true],
    ['retrying 1.1', 'succeeded 1.2', true],
    ['retrying 1.1', 'cancelled 1.1', true],
    ['retrying 1.1', 'exhausted 1.7', true],
    ['exhausted 1.7', 'pending 2.0', true],
    ['succeeded 1.1', 'succeeded 2.1', true],
    ['cancelled 1.1', 'pending 2.0', true],
    ['skipped 1.0', 'pending 2.0', true],
    ['skipped 1.0', 'skipped 1.0', false],
    ['succeeded 1.1', 'skipped 1.0', false],
    ['retrying 1.1', 'retrying 1.1', false],
    ['retrying 1.2', 'retrying 1.1', false],
    ['retrying 1.2', 'succeeded 1.1', false],
    ['succeeded 1.1', 'retrying 1.1', false],
    ['succeeded 1.1', 'retrying 1.2', false],
    ['succeeded 1.1', 'cancelled 1.1', false],
    ['cancelled 1.1', 'succeeded 1.2', false],
    ['exhausted 1.7', 'exhausted 1.7', false],
    ['pending 2.0', 'exhausted 1.7', false],
  ])('%s, then %s: moved on %s', async (first, second, moves) => {
    const table = await givenTable();
    const record = recordDelivery(table, 30);
    expect(await record(givenRow(steps[first]))).toBe(true);
    expect(await record(givenRow(steps[second]))).toBe(moves);
    const found = await getDelivery(table)(webhookIdOf(1), DELIVERY_ID);
    expect(found?.delivery).toMatchObject(steps[moves ? second : first]);
  });

  test('is read with its payload as it was written', async () => {
    const table = await givenTable();
    const row = givenRow({
      status: 'retrying',
      nextAttemptAt: NOW,
      lastAttempt: givenResult({ error: 'x' }),
    });
    await recordDelivery(table, 30)(row);
    const found = await getDelivery(table)(webhookIdOf(1), DELIVERY_ID);
    expect(found?.delivery).toEqual(row.delivery);
    expect(Buffer.from(found?.payload ?? []).equals(row.payload ?? Buffer.of())).toBe(true);
    expect(await getDelivery(table)(webhookIdOf(2), DELIVERY_ID)).toBeUndefined();
  });

  test('is listed with those of its webhook, newest first', async () => {
    const table = await givenTable();
    const ids = [1, 2, 3].map((n) => deriveDeliveryId(NOW + n, `event-${n}`, webhookIdOf(1)));
    for (const id of ids) await recordDelivery(table, 30)(givenRow({ id }));
    await recordDelivery(table, 30)(givenRow({ webhookId: webhookIdOf(2) }));
    const page = await pageDeliveries(table)(webhookIdOf(1), { limit: 20 });
    expect(page.items.map(({ id }) => id)).toEqual(ids.toReversed());
  });

  test('is not listed for each of its attempts', async () => {
    const table = await givenTable();
    const result = givenResult({ statusCode: 500, error: 'Response 500' });
    await recordAttempt(table, 30)(givenRow({ status: 'retrying', attempt: 1 }), result, EXCHANGE);
    await recordAttempt(table, 30)(givenRow({ status: 'retrying', attempt: 2 }), result, EXCHANGE);
    expect((await pageDeliveries(table)(webhookIdOf(1), { limit: 20 })).items).toHaveLength(1);
  });
});
