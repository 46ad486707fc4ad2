import { expect, test } from 'vitest';
import { getDeliveries, getDelivery } from '../../../lambdas/aws/delivery-store.ts';
import { getPayload } from '../../../lambdas/aws/event-store.ts';
import { openLineStore } from '../../../lambdas/aws/line-store.ts';
import { getCounters } from '../../../lambdas/aws/rate-store.ts';
import { getLatestRecovery, getRecovery } from '../../../lambdas/aws/recovery-store.ts';
import { getHours } from '../../../lambdas/aws/sheets.ts';
import { getLastSuccessAt } from '../../../lambdas/aws/statistics-store.ts';
import type { Table } from '../../../lambdas/aws/table.ts';
import {
  gatherWebhooks,
  getWebhook,
  listCandidates,
  listWebhooks,
} from '../../../lambdas/aws/webhook-store.ts';
import { DELIVERY_ID, givenWebhook, NOW, USER, webhookIdOf } from '../given.ts';

/** Whether each read of an empty table was a consistent one. The table of a laptop answers no read late, unlike AWS's. */
async function whenRead(read: (table: Table) => Promise<unknown>): Promise<boolean[]> {
  const reads: boolean[] = [];
  const send = async ({ input }: { input: Record<string, any> }) => {
    const [ofBatch] = Object.values<typeof input>(input.RequestItems ?? {});
    reads.push((ofBatch ?? input).ConsistentRead === true);
    return {};
  };
  await read({ name: 'table', client: { send } as unknown as Table['client'] }).catch(() => {});
  return reads;
}

const ID = webhookIdOf(1);

test.each<[string, (table: Table) => Promise<unknown>]>([
  ['a webhook', (table) => getWebhook(table)(USER, ID)],
  [
    'the webhooks of an invocation',
    (table) => {
      const read = gatherWebhooks(table);
      return Promise.all([read(USER, ID), read(USER, webhookIdOf(2))]);
    },
  ],
  ['the webhooks of a user', (table) => listWebhooks(table)(USER)],
  ['the webhooks that an event may be for', (table) => listCandidates(table)(USER)],
  ['a delivery', (table) => getDelivery(table)(ID, DELIVERY_ID)],
  [
    'the deliveries of a recovery',
    (table) => getDeliveries(table, { isConsistent: true })(ID, [DELIVERY_ID]),
  ],
  ['a delivery in line', (table) => openLineStore(table, 30).getWaiting(ID, DELIVERY_ID)],
  ['the first in line', (table) => openLineStore(table, 30).getFirstWaiting(ID)],
  ['whose turn it is', (table) => openLineStore(table, 30).getTurn(ID)],
  [
    'counters that were found out of date',
    (table) => getCounters(table)({ ...givenWebhook(), rateLimit: 1 }, { isConsistent: true }),
  ],
  ['a recovery', (table) => getRecovery(table)(ID, 1)],
  ['the latest recovery', (table) => getLatestRecovery(table)(ID)],
  ['the hours of a webhook', (table) => getHours(table)(ID, 0)],
  ['when a webhook last accepted something', (table) => getLastSuccessAt(table)(ID)],
])('%s: read as the last write has left it', async (_, read) => {
  expect(new Set(await whenRead(read))).toEqual(new Set([true]));
});

test('a payload is looked for once more, as the last write has left it, before it is missing', async () => {
  expect(await whenRead((table) => getPayload(table)('event-1', NOW))).toEqual([false, true]);
});
