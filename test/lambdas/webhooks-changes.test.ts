import { describe, expect, test } from 'vitest';
import type { Webhook } from '../../core/webhook.ts';
import { givenWebhook, NOW, webhookIdOf } from './given.ts';
import { givenEndpoints, pathOf } from './given-webhooks-api.ts';
import { givenRequest } from './http/given-api.ts';

const whenPatched = (body: unknown, given: ReturnType<typeof givenEndpoints>) =>
  given.endpoints['PATCH /webhooks/{webhook_id}'](givenRequest({ ...pathOf(webhookIdOf(1)), body }));
const whenDeleted = (given: ReturnType<typeof givenEndpoints>) =>
  given.endpoints['DELETE /webhooks/{webhook_id}'](givenRequest(pathOf(webhookIdOf(1))));

describe('PATCH /webhooks/{webhook_id}', () => {
  test('changes what it names, and answers with the whole, its secret masked', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const { status, body } = await whenPatched(
      { events: ['thought.created', 'reminder.due'], active: false },
      given,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: webhookIdOf(1),
      url: givenWebhook().url,
      events: ['thought.created', 'reminder.due'],
      active: false,
      secret: '************cret',
      updated_at: new Date(NOW).toISOString(),
      delivery_count: 9,
    });
    expect(given.webhooks[0]).toMatchObject({ active: false, generation: 2, secret: 'your_webhook_secret' });
  });

  test('shows the secret in full where it is what is changed', async () => {
    const { body } = await whenPatched(
      { secret: 'another_secret_of_mine' },
      givenEndpoints([givenWebhook()]),
    );
    expect(body).toMatchObject({ secret: 'another_secret_of_mine' });
  });

  test('turns on a webhook that the system turned off, and clears the reason', async () => {
    const disabled = { at: NOW, reason: 'it failed 7 times', deliveryId: 'delivery-1' };
    const given = givenEndpoints([givenWebhook({ active: false, generation: 2, disabled })]);
    const { body } = await whenPatched({ active: true }, given);
    expect(body).toMatchObject({ active: true, disabled_at: null, disabled_reason: null });
    expect(given.webhooks[0]?.generation).toBe(3);
  });

  test.each([{ url: 'http://your-app.com' }, { events: [] }, { secret: '************cret' }, { id: 'x' }])(
    'refuses %j',
    async (body) => {
      const given = givenEndpoints([givenWebhook()]);
      await expect(whenPatched(body, given)).rejects.toMatchObject({
        status: 400,
        faults: [{ field: Object.keys(body)[0] }],
      });
      expect(given.done).toEqual([]);
    },
  );

  test('refuses a name of which any address is private, and asks for none where the URL stays', async () => {
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return ['127.0.0.1'];
    };
    const given = givenEndpoints([givenWebhook()], { resolve });
    await expect(whenPatched({ url: 'https://intranet.example/' }, given)).rejects.toMatchObject({
      status: 400,
    });
    await whenPatched({ description: 'another' }, given);
    expect(asked).toEqual(['intranet.example']);
  });

  test('is made again on what another change has left in between', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const tried: [Webhook, Webhook][] = [];
    const changed = givenWebhook({ description: 'by another', version: 5 });
    const contested = givenEndpoints(given.webhooks, {
      replaceWebhook: async (previous, next) => {
        tried.push([previous, next]);
        given.webhooks[0] = changed;
        return tried.length > 1;
      },
    });
    const { body } = await whenPatched({ active: false }, contested);
    expect(body).toMatchObject({ active: false, description: 'by another' });
    expect(tried.map(([previous]) => previous)).toEqual([givenWebhook(), changed]);
    expect(tried[1]?.[1]).toMatchObject({ description: 'by another', active: false, version: 6 });
  });

  test('that others always come before is a 409 in the end', async () => {
    const given = givenEndpoints([givenWebhook()], { replaceWebhook: async () => false });
    await expect(whenPatched({ active: false }, given)).rejects.toMatchObject({
      status: 409,
      message: /at the same time/,
    });
  });

  test('of a webhook that is deleted in between is a 404', async () => {
    const webhooks = [givenWebhook()];
    const given = givenEndpoints(webhooks, { replaceWebhook: async () => webhooks.splice(0).length === 0 });
    await expect(whenPatched({ active: false }, given)).rejects.toMatchObject({ status: 404 });
  });
});

describe('DELETE /webhooks/{webhook_id}', () => {
  test('deletes the webhook, then its statistics: it never lives on as one that has accepted nothing', async () => {
    const given = givenEndpoints([givenWebhook()]);
    expect(await whenDeleted(given)).toEqual({ status: 204 });
    expect(given.done).toEqual(['delete webhook', 'delete statistics']);
    expect(given.webhooks).toEqual([]);
    await expect(whenDeleted(given)).rejects.toMatchObject({ status: 404 });
  });

  test('whose statistics cannot be deleted has deleted the webhook all the same', async () => {
    const given = givenEndpoints([givenWebhook()], {
      deleteStatistics: () => Promise.reject(new Error('throttled')),
    });
    expect(await whenDeleted(given)).toMatchObject({ status: 204 });
    expect(given.webhooks).toEqual([]);
  });

  test('that cannot delete the webhook leaves its statistics', async () => {
    const given = givenEndpoints([givenWebhook()], {
      deleteWebhook: () => Promise.reject(new Error('throttled')),
    });
    await expect(whenDeleted(given)).rejects.toThrow('throttled');
    expect(given.done).toEqual([]);
  });
});
