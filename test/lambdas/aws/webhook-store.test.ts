import { describe, expect, test } from 'vitest';
import { createApiKey } from '../../../core/api-key.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { findApiKey, putApiKey } from '../../../lambdas/aws/api-key-store.ts';
import { keyOf } from '../../../lambdas/aws/keys.ts';
import {
  deleteWebhook,
  disableWebhook,
  gatherWebhooks,
  getWebhook,
  listCandidates,
  listWebhooks,
  markSlow,
  pageWebhooks,
  putWebhook,
  replaceWebhook,
  unmarkSlow,
} from '../../../lambdas/aws/webhook-store.ts';
import { givenWebhook, NOW, USER, webhookIdOf } from '../given.ts';
import { givenClient, givenTable } from './given-table.ts';

const DISABLED = { at: NOW, reason: 'it failed 7 times', deliveryId: 'delivery-1' };

async function givenStored(...webhooks: Webhook[]) {
  const table = await givenTable();
  for (const webhook of webhooks) await putWebhook(table)(webhook);
  return table;
}

describe('a stored webhook', () => {
  test('is read by its user, as it was stored, and by nobody else', async () => {
    const webhook = givenWebhook({ description: 'mine', disabled: DISABLED });
    const table = await givenStored(webhook);
    expect(await getWebhook(table)(USER, webhook.id)).toEqual(webhook);
    expect(await getWebhook(table)('user_124', webhook.id)).toBeUndefined();
    expect(await getWebhook(table)(USER, webhookIdOf(2))).toBeUndefined();
  });

  test('is read with others of an invocation in one request, however often each is asked for', async () => {
    const [first, second] = [1, 2].map((n) => givenWebhook({ id: webhookIdOf(n) })) as [Webhook, Webhook];
    const read = gatherWebhooks(await givenStored(first, second));
    const ids = [first.id, second.id, webhookIdOf(3), first.id];
    expect(await Promise.all(ids.map((id) => read(USER, id)))).toEqual([first, second, undefined, first]);
    expect(await read('user_124', first.id)).toBeUndefined();
  });

  test('that the table is too busy to read beside others is read by itself', async () => {
    const [first, second] = [1, 2].map((n) => givenWebhook({ id: webhookIdOf(n) })) as [Webhook, Webhook];
    const itemOf = (webhook: Webhook) => ({ ...keyOf.webhook(USER, webhook.id), ...webhook });
    const { client, sent } = givenClient(({ input }) =>
      input.RequestItems
        ? {
            Responses: { table: [itemOf(first)] },
            UnprocessedKeys: { table: { Keys: [keyOf.webhook(USER, second.id)] } },
          }
        : { Item: itemOf(second) },
    );
    const read = gatherWebhooks({ name: 'table', client });
    expect(await Promise.all([read(USER, first.id), read(USER, second.id)])).toEqual([first, second]);
    expect(sent).toHaveLength(2);
  });

  test('is read by itself where it could not be read with others', async () => {
    const webhook = givenWebhook();
    const { client, sent } = givenClient(({ input }) => {
      if (input.RequestItems) throw new Error('not authorized');
      return { Item: webhook };
    });
    const read = gatherWebhooks({ name: 'table', client });
    expect(await Promise.all([read(USER, webhookIdOf(1)), read(USER, webhookIdOf(2))])).toEqual([
      webhook,
      webhook,
    ]);
    expect(sent).toHaveLength(3);
  });

  test('is listed with the others of its user, newest first, in pages', async () => {
    const mine = [1, 2, 3].map((n) => givenWebhook({ id: webhookIdOf(n) }));
    const table = await givenStored(...mine, givenWebhook({ id: webhookIdOf(4), userId: 'user_1234' }));
    expect(await listWebhooks(table)(USER)).toEqual(mine.toReversed());
    const page = await pageWebhooks(table)(USER, { limit: 2, offset: 1 });
    expect(page.items.map(({ id }) => id)).toEqual([webhookIdOf(2), webhookIdOf(1)]);
  });

  test('is read for an event without its secrets and without where it points', async () => {
    const wanted = { filter: '{"n":[1]}', ordered: true, keepWhileInactive: true, disabled: DISABLED };
    const previousSecret = { secret: 'a_secret_of_before', until: NOW };
    const headers = { 'X-A': 'a_secret_of_mine' };
    const whole = givenWebhook({ ...wanted, headers, previousSecret, description: 'mine', slowSince: NOW });
    const table = await givenStored(whole);
    const { id, userId, active, events, generation, updatedAt } = whole;
    expect(await listCandidates(table)(USER)).toEqual([
      { id, userId, active, events, generation, updatedAt, ...wanted },
    ]);
  });

  test('is found beside an API key of its user, which is none', async () => {
    const table = await givenStored(givenWebhook());
    const key = createApiKey('a_key_of_mine', { userId: USER, scopes: ['webhooks:read'], now: NOW });
    await putApiKey(table)(key);
    expect(await listWebhooks(table)(USER)).toEqual([givenWebhook()]);
    expect(await findApiKey(table)(key.hash)).toMatchObject(key);
    expect(await findApiKey(table)('another')).toBeUndefined();
  });

  test('is replaced only as it was read', async () => {
    const webhook = givenWebhook();
    const table = await givenStored(webhook);
    const first = { ...webhook, description: 'first', version: 2 };
    const second = { ...webhook, description: 'second', version: 2 };
    expect(await replaceWebhook(table)(webhook, first)).toBe(true);
    expect(await replaceWebhook(table)(webhook, second)).toBe(false);
    expect(await getWebhook(table)(USER, webhook.id)).toEqual(first);
  });

  test('is deleted, a second time to no effect, and no change brings it back', async () => {
    const webhook = givenWebhook();
    const table = await givenStored(webhook);
    await deleteWebhook(table)(USER, webhook.id);
    await deleteWebhook(table)(USER, webhook.id);
    expect(await replaceWebhook(table)(webhook, webhook)).toBe(false);
    expect(await disableWebhook(table)(webhook, DISABLED)).toBe(false);
    expect(await getWebhook(table)(USER, webhook.id)).toBeUndefined();
  });
});

describe('a webhook is disabled', () => {
  test('with the reason, under a new generation', async () => {
    const webhook = givenWebhook({ generation: 3 });
    const table = await givenStored(webhook);
    expect(await disableWebhook(table)(webhook, DISABLED)).toBe(true);
    expect(await getWebhook(table)(USER, webhook.id)).toEqual({
      ...webhook,
      active: false,
      generation: 4,
      disabled: DISABLED,
      updatedAt: DISABLED.at,
      version: webhook.version + 1,
    });
  });

  test('only once, and only of the generation that the delivery began with', async () => {
    const webhook = givenWebhook({ generation: 3 });
    const table = await givenStored(webhook);
    expect(await disableWebhook(table)({ ...webhook, generation: 2 }, DISABLED)).toBe(false);
    expect(await disableWebhook(table)(webhook, DISABLED)).toBe(true);
    expect(await disableWebhook(table)(webhook, { ...DISABLED, deliveryId: 'another' })).toBe(false);
    expect((await getWebhook(table)(USER, webhook.id))?.disabled).toEqual(DISABLED);
  });

  test('only as the last attempt found it: one that was repaired since stays on', async () => {
    const webhook = givenWebhook();
    const table = await givenStored(webhook);
    await replaceWebhook(table)(webhook, { ...webhook, url: 'https://repaired.example/', version: 2 });
    expect(await disableWebhook(table)(webhook, DISABLED)).toBe(false);
    expect(await getWebhook(table)(USER, webhook.id)).toMatchObject({ active: true, version: 2 });
  });

  test('so that a change read before it is not made', async () => {
    const webhook = givenWebhook();
    const table = await givenStored(webhook);
    await disableWebhook(table)(webhook, DISABLED);
    expect(await replaceWebhook(table)(webhook, { ...webhook, description: 'late' })).toBe(false);
  });
});

describe('a webhook is marked as slow', () => {
  const givenMarked = async () => {
    const webhook = givenWebhook();
    const table = await givenStored(webhook);
    expect(await markSlow(table)(webhook, NOW)).toBe(true);
    const read = () => getWebhook(table)(USER, webhook.id);
    return { webhook, table, read };
  };

  test('since the first that noticed, and is as it was otherwise', async () => {
    const { webhook, table, read } = await givenMarked();
    expect(await markSlow(table)(webhook, NOW + 1)).toBe(false);
    expect(await read()).toEqual({ ...webhook, slowSince: NOW });
  });

  test('and anew in place of the mark that was read, and of no other', async () => {
    const { webhook, table, read } = await givenMarked();
    for (const other of [NOW - 1, NOW + 1])
      expect(await markSlow(table)(webhook, NOW + 30_000, other)).toBe(false);
    const elsewhere = { ...webhook, url: 'https://elsewhere.example/' };
    expect(await markSlow(table)(elsewhere, NOW + 30_000, NOW)).toBe(false);
    expect(await markSlow(table)(webhook, NOW + 30_000, NOW)).toBe(true);
    expect(await read()).toEqual({ ...webhook, slowSince: NOW + 30_000 });
    expect(await unmarkSlow(table)(webhook, NOW)).toBe(false);
  });

  test('until that very mark is taken from it', async () => {
    const { webhook, table, read } = await givenMarked();
    for (const other of [NOW - 1, NOW + 1]) expect(await unmarkSlow(table)(webhook, other)).toBe(false);
    expect(await read()).toEqual({ ...webhook, slowSince: NOW });
    expect(await unmarkSlow(table)(webhook, NOW)).toBe(true);
    expect(await unmarkSlow(table)(webhook, NOW)).toBe(false);
    expect(await read()).toEqual(webhook);
  });

  test('at no cost to a change or a turning off that read it before', async () => {
    const { webhook, table } = await givenMarked();
    expect(await disableWebhook(table)(webhook, DISABLED)).toBe(true);
    const other = await givenMarked();
    const changed = { ...webhook, description: 'changed', version: webhook.version + 1 };
    expect(await replaceWebhook(other.table)(webhook, changed)).toBe(true);
  });

  test('not where it points elsewhere by now', async () => {
    const webhook = givenWebhook();
    const moved = { ...webhook, url: 'https://elsewhere.example/', version: 2 };
    const table = await givenStored(moved);
    expect(await markSlow(table)(webhook, NOW)).toBe(false);
    expect(await getWebhook(table)(USER, webhook.id)).toEqual(moved);
  });

  test('not where it is deleted, which neither mark nor its end undoes', async () => {
    const { webhook, table, read } = await givenMarked();
    await deleteWebhook(table)(USER, webhook.id);
    expect(await markSlow(table)(webhook, NOW)).toBe(false);
    expect(await markSlow(table)(webhook, NOW + 30_000, NOW)).toBe(false);
    expect(await unmarkSlow(table)(webhook, NOW)).toBe(false);
    expect(await read()).toBeUndefined();
  });
});
