import { describe, expect, test } from 'vitest';
import type { Webhook } from '../../core/webhook.ts';
import { givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
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

  test.each<[string, object, object | undefined, object]>([
    [
      'replaces all of them',
      { 'X-B': 'a_new_secret_value' },
      { 'X-B': 'a_new_secret_value' },
      { 'X-B': 'a_new_secret_value' },
    ],
    ['null removes them', { headers: null }, undefined, {}],
    ['{} removes them', { headers: {} }, undefined, {}],
    [
      'and what leaves them out keeps them',
      { description: 'x' },
      { 'X-A': 'a_secret_of_mine' },
      { 'X-A': '************mine' },
    ],
  ])('of headers %s', async (_, patch, stored, shown) => {
    const given = givenEndpoints([givenWebhook({ headers: { 'X-A': 'a_secret_of_mine' } })]);
    const { body } = await whenPatched('X-B' in patch ? { headers: patch } : patch, given);
    expect(given.webhooks[0]?.headers).toEqual(stored);
    expect(body).toMatchObject({ headers: shown, secret: '************cret' });
    expect((body as { headers: object }).headers).toEqual(shown);
  });

  test('is refused where all webhooks together would be too heavy; they are read where it grows alone', async () => {
    const listed: string[] = [];
    const others = [givenWebhook({ id: webhookIdOf(2), filter: 'x'.repeat(1024 * 1024) })];
    const given = givenEndpoints([givenWebhook({ description: 'mine' })], {
      listWebhooks: async (userId) => {
        listed.push(userId);
        return others;
      },
    });
    expect((await whenPatched({ description: 'me', active: false, ordered: true }, given)).status).toBe(200);
    expect(listed).toEqual([]);
    const growing = whenPatched({ headers: { 'X-A': 'a_secret_of_mine' } }, given);
    await expect(growing).rejects.toMatchObject({ status: 409, faults: [{ field: 'webhook' }] });
    expect(given.done).toEqual(['replace']);
    expect(listed).toEqual([USER]);
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

describe('POST /webhooks/{webhook_id}/secret/rotate', () => {
  const route = 'POST /webhooks/{webhook_id}/secret/rotate';
  const whenRotated = (given: ReturnType<typeof givenEndpoints>, body: unknown = '', headers = {}) =>
    given.endpoints[route](givenRequest({ ...pathOf(webhookIdOf(1)), body, headers }));
  const until = new Date(NOW + 24 * 3_600_000).toISOString();

  test('without a body makes a secret, shows it in full, and keeps the old one for a day', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const { status, body } = await whenRotated(given);
    expect([status, body]).toMatchObject([
      200,
      {
        secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
        secret_rotation: { previous_secret: '************cret', until },
        updated_at: new Date(NOW).toISOString(),
      },
    ]);
    expect(given.webhooks[0]).toMatchObject({
      secret: (body as { secret: string }).secret,
      previousSecret: { secret: 'your_webhook_secret', until: Date.parse(until) },
      version: 2,
      generation: 1,
    });
  });

  test('takes a secret, and an overlap of its own', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const { body } = await whenRotated(given, { secret: 'another_secret_of_mine', overlap_hours: 0 });
    expect(body).toMatchObject({ secret: 'another_secret_of_mine', secret_rotation: null });
    expect(given.webhooks[0]?.previousSecret).toBeUndefined();
  });

  test('under an Idempotency-Key is made once: a repeat is answered as the first was', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const headers = { 'idempotency-key': 'rotation-1' };
    const first = await whenRotated(given, {}, headers);
    expect(await whenRotated(given, {}, headers)).toEqual(first);
    expect(given.done).toEqual(['replace']);
    for (const [body, key, field] of [
      [{ overlap_hours: 1 }, 'rotation-1', 'Idempotency-Key'],
      [{}, 'rotation-2', 'secret'],
    ] as const) {
      const repeat = whenRotated(given, body, { 'idempotency-key': key });
      await expect(repeat).rejects.toMatchObject({ status: 409, faults: [{ field }] });
    }
  });

  test.each([0, 0.1])('also where the secrets overlap for %d h alone, for a day', async (overlap_hours) => {
    let now = NOW;
    const given = givenEndpoints([givenWebhook()], { now: () => now });
    const rotate = () => whenRotated(given, { overlap_hours }, { 'idempotency-key': 'rotation-1' });
    const { body: first } = await rotate();
    const { secret } = first as { secret: string };
    for (const hours of [0.01, 0.2, 23.9]) {
      now = NOW + hours * 3_600_000;
      expect((await rotate()).body).toMatchObject({ secret });
    }
    expect(given.done).toEqual(['replace']);
    now = NOW + 24 * 3_600_000;
    expect((await rotate()).body).not.toMatchObject({ secret });
  });

  test('under an Idempotency-Key whose secret was replaced since is refused, and replaces none', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const headers = { 'idempotency-key': 'rotation-1' };
    await whenRotated(given, { overlap_hours: 0 }, headers);
    await whenPatched({ secret: 'your_webhook_secret' }, given);
    await expect(whenRotated(given, { overlap_hours: 0 }, headers)).rejects.toMatchObject({
      status: 409,
      faults: [{ field: 'Idempotency-Key', detail: 'made a secret that was replaced since' }],
    });
    expect(given.webhooks[0]?.secret).toBe('your_webhook_secret');
  });

  test('knows the secret that it made where the answer to its write was lost', async () => {
    const given = givenEndpoints([givenWebhook()]);
    const losing = givenEndpoints(given.webhooks, {
      replaceWebhook: async (_, next) => {
        given.webhooks[0] = next;
        return false;
      },
    });
    const { body } = await whenRotated(losing);
    expect(body).toMatchObject({ secret: given.webhooks[0]?.secret, secret_rotation: { until } });
    expect(given.webhooks[0]).toMatchObject({
      version: 2,
      previousSecret: { secret: 'your_webhook_secret' },
    });
  });

  test('is made on what a PATCH has left in between', async () => {
    const given = givenEndpoints([givenWebhook()]);
    let tries = 0;
    const contested = givenEndpoints(given.webhooks, {
      replaceWebhook: async (_, next) => {
        tries += 1;
        given.webhooks[0] =
          tries === 1 ? givenWebhook({ secret: 'the_secret_of_a_patch', version: 2 }) : next;
        return tries > 1;
      },
    });
    await whenRotated(contested);
    expect(given.webhooks[0]).toMatchObject({
      version: 3,
      previousSecret: { secret: 'the_secret_of_a_patch' },
    });
  });

  const whenEnded = (given: ReturnType<typeof givenEndpoints>, body: unknown) =>
    given.endpoints['POST /webhooks/{webhook_id}/secret/rotate/end'](
      givenRequest({ ...pathOf(webhookIdOf(1)), body }),
    );

  test.each([
    ['new', 'another_secret_of_mine', '************mine'],
    ['old', 'your_webhook_secret', '************cret'],
  ])('is ended early, and the %s one goes on alone, masked', async (keep, secret, masked) => {
    const given = givenEndpoints([givenWebhook()]);
    await whenRotated(given, { secret: 'another_secret_of_mine' });
    const { status, body } = await whenEnded(given, { keep });
    expect([status, body]).toMatchObject([200, { secret: masked, secret_rotation: null }]);
    expect(given.webhooks[0]).toMatchObject({ secret, version: 3, generation: 1 });
    expect(given.webhooks[0]?.previousSecret).toBeUndefined();
    await expect(whenEnded(given, { keep })).rejects.toMatchObject({
      status: 409,
      faults: [{ field: 'secret', detail: 'is not being rotated' }],
    });
  });

  test.each(['new', 'old'])('that was ended is known where the answer was lost: %s', async (keep) => {
    const given = givenEndpoints([givenWebhook()]);
    await whenRotated(given);
    const losing = givenEndpoints(given.webhooks, {
      replaceWebhook: async (_, next) => {
        given.webhooks[0] = next;
        return false;
      },
    });
    expect(await whenEnded(losing, { keep })).toMatchObject({ status: 200, body: { secret_rotation: null } });
    expect(given.webhooks[0]).toMatchObject({ version: 3 });
  });

  test.each(['new', 'old'])('that others began meanwhile is not ended: %s', async (keep) => {
    const given = givenEndpoints([givenWebhook()]);
    await whenRotated(given);
    const others = givenWebhook({
      version: 4,
      secret: 'the_secret_of_others',
      previousSecret: { secret: 'the_secret_before_that', until: NOW + 1 },
    });
    const contested = givenEndpoints(given.webhooks, {
      replaceWebhook: async () => {
        given.webhooks[0] = others;
        return false;
      },
    });
    await expect(whenEnded(contested, { keep })).rejects.toMatchObject({
      status: 409,
      message: /at the same time/,
    });
    expect(given.webhooks[0]).toBe(others);
  });

  test('masks the headers that it does not set', async () => {
    const given = givenEndpoints([givenWebhook({ headers: { 'X-A': 'a_secret_of_mine' } })]);
    expect((await whenRotated(given)).body).toMatchObject({ headers: { 'X-A': '************mine' } });
  });

  test('masks the new secret from then on, and says no more of the old one than its end', async () => {
    const given = givenEndpoints([givenWebhook()]);
    await whenRotated(given, { secret: 'another_secret_of_mine' });
    const { body } = await given.endpoints['GET /webhooks/{webhook_id}'](
      givenRequest(pathOf(webhookIdOf(1))),
    );
    expect(body).toMatchObject({
      secret: '************mine',
      secret_rotation: { previous_secret: '************cret', until },
    });
    const later = givenEndpoints(given.webhooks, { now: () => Date.parse(until) });
    const { body: after } = await later.endpoints['GET /webhooks/{webhook_id}'](
      givenRequest(pathOf(webhookIdOf(1))),
    );
    expect(after).toMatchObject({ secret_rotation: null });
  });

  test.each<[string, object, object]>([
    ['goes on while other fields are changed', { description: 'x' }, { secret: 'your_old_webhook_secret' }],
    ['ends with a secret that is given', { secret: 'your_webhook_secret' }, {}],
  ])('%s', async (_, patch, kept) => {
    const previousSecret = { secret: 'your_old_webhook_secret', until: NOW + 1 };
    const given = givenEndpoints([givenWebhook({ previousSecret })]);
    await whenPatched(patch, given);
    expect(given.webhooks[0]?.previousSecret ?? {}).toMatchObject(kept);
    expect(given.webhooks[0]?.previousSecret === undefined).toBe(Object.keys(kept).length === 0);
  });

  test('leaves nothing of the old secret in what is written once it is over', async () => {
    const previousSecret = { secret: 'your_old_webhook_secret', until: NOW };
    const given = givenEndpoints([givenWebhook({ previousSecret })]);
    await whenPatched({ description: 'x' }, given);
    expect(JSON.stringify(given.webhooks)).not.toContain('your_old_webhook_secret');
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
