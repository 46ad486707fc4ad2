import { describe, expect, test } from 'vitest';
import type { Webhook } from '../../core/webhook.ts';
import { givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import { givenEndpoints, pathOf } from './given-webhooks-api.ts';
import { givenRequest } from './http/given-api.ts';

const BODY = {
  url: 'https://your-app.com/webhooks/cathcr',
  events: ['thought.created', 'thought.updated', 'reminder.due'],
  secret: 'your_webhook_secret',
  active: true,
  description: 'Main application webhook',
};
const whenCreated = (body: unknown, given = givenEndpoints(), headers = {}) =>
  given.endpoints['POST /webhooks'](givenRequest({ body, headers }));

describe('POST /webhooks', () => {
  test('answers 201 with what the contract shows, the secret in full', async () => {
    const given = givenEndpoints();
    const { status, headers, body } = await whenCreated(BODY, given);
    const id = given.webhooks[0]?.id;
    expect(status).toBe(201);
    expect(headers).toEqual({ location: `/webhooks/${id}` });
    expect(body).toMatchObject({
      id,
      url: BODY.url,
      events: BODY.events,
      active: true,
      secret: 'your_webhook_secret',
      created_at: new Date(NOW).toISOString(),
      last_delivery: null,
      delivery_count: 0,
      failure_count: 0,
    });
  });

  test('stores the webhook of the caller, its statistics first', async () => {
    const given = givenEndpoints();
    await whenCreated({ ...BODY, secret: undefined }, given);
    expect(given.done).toEqual(['put statistics', 'put webhook']);
    expect(given.webhooks[0]).toMatchObject({
      userId: USER,
      generation: NOW,
      createdAt: NOW,
      updatedAt: NOW,
    });
    expect(given.webhooks[0]?.secret).toMatch(/^whsec_/);
  });

  test.each([
    ['', /^body is not JSON/],
    ['{"url":', /^body is not JSON/],
    [{ ...BODY, user_id: 'user_124', events: [] }, /events .*; user_id is not a known field/],
    [{ ...BODY, url: 'https://169.254.169.254/' }, /^url points to an address/],
    [{ ...BODY, url: 'https://metadata.google.internal/' }, /^url has a host that cannot be a public name/],
  ])('refuses %j, and stores nothing', async (body, fault) => {
    const given = givenEndpoints();
    await expect(whenCreated(body, given)).rejects.toThrow(fault);
    await expect(whenCreated(body, given)).rejects.toMatchObject({ status: 400 });
    expect(given.done).toEqual([]);
  });

  test('refuses a name of which any address is private', async () => {
    const given = givenEndpoints([], { resolve: async () => ['93.184.216.34', '10.0.0.1'] });
    await expect(whenCreated(BODY, given)).rejects.toMatchObject({ status: 400, faults: [{ field: 'url' }] });
    expect(given.done).toEqual([]);
  });

  test('takes a name that does not resolve yet', async () => {
    const given = givenEndpoints([], { resolve: async () => [] });
    expect((await whenCreated(BODY, given)).status).toBe(201);
  });

  test('asks for the name alone', async () => {
    const given = givenEndpoints();
    await whenCreated({ ...BODY, url: 'https://Your-App.com:8443/a?b=c' }, given);
    expect(given.resolved).toEqual(['your-app.com']);
  });

  test('refuses one that would make all webhooks together too heavy', async () => {
    const given = givenEndpoints([givenWebhook({ filter: 'x'.repeat(1024 * 1024) })]);
    await expect(whenCreated(BODY, given)).rejects.toMatchObject({
      status: 409,
      faults: [
        {
          field: 'webhook',
          detail: expect.stringMatching(/^would bring your webhooks to 1048\d{3} bytes of/),
        },
      ],
    });
    expect(given.done).toEqual([]);
  });

  test('refuses one more than a user may have', async () => {
    const mine = [1, 2, 3].map((n) => givenWebhook({ id: webhookIdOf(n) }));
    const given = givenEndpoints(mine);
    await expect(whenCreated(BODY, given)).rejects.toMatchObject({
      status: 409,
      message: /the 3 that a user/,
    });
    expect(given.done).toEqual([]);
  });

  test('makes one webhook under one Idempotency-Key, and says so each time', async () => {
    const given = givenEndpoints();
    const headers = { 'idempotency-key': 'mine:1' };
    const { secret, ...withoutSecret } = BODY;
    const [first, second] = [
      await whenCreated(withoutSecret, given, headers),
      await whenCreated(withoutSecret, given, headers),
    ];
    expect(second).toEqual(first);
    expect(given.webhooks).toHaveLength(1);
  });

  test('knows a repeat that is written otherwise, and asks for the same', async () => {
    const given = givenEndpoints();
    const headers = { 'idempotency-key': 'mine:1' };
    const first = await whenCreated(BODY, given, headers);
    const otherwise = Object.fromEntries(Object.entries(BODY).toReversed());
    expect(await whenCreated(otherwise, given, headers)).toEqual(first);
    expect(given.webhooks).toHaveLength(1);
  });

  test('makes no webhook anew that was made under an Idempotency-Key and deleted since', async () => {
    const given = givenEndpoints();
    const headers = { 'idempotency-key': 'mine:1' };
    await whenCreated(BODY, given, headers);
    given.webhooks.length = 0;
    await expect(whenCreated(BODY, given, headers)).rejects.toMatchObject({ status: 409 });
    expect(given.webhooks).toEqual([]);
  });

  test('tells a repeat no secret that was set since', async () => {
    const given = givenEndpoints();
    const headers = { 'idempotency-key': 'mine:1' };
    await whenCreated(BODY, given, headers);
    given.webhooks.splice(0, 1, {
      ...given.webhooks[0],
      secret: 'another_webhook_secret',
      version: 2,
    } as Webhook);
    expect((await whenCreated(BODY, given, headers)).body).toMatchObject({ secret: '************cret' });
  });

  test('refuses an Idempotency-Key that made another, or is none', async () => {
    const given = givenEndpoints();
    await whenCreated(BODY, given, { 'idempotency-key': 'mine:1' });
    const another = whenCreated({ ...BODY, active: false }, given, { 'idempotency-key': 'mine:1' });
    await expect(another).rejects.toMatchObject({ status: 409, faults: [{ field: 'Idempotency-Key' }] });
    const none = whenCreated(BODY, given, { 'idempotency-key': 'a b' });
    await expect(none).rejects.toMatchObject({ status: 400, faults: [{ field: 'Idempotency-Key' }] });
    expect(given.webhooks).toHaveLength(1);
  });

  test('counts the webhooks of that user alone', async () => {
    const others = [1, 2, 3].map((n) => givenWebhook({ id: webhookIdOf(n), userId: 'user_124' }));
    expect((await whenCreated(BODY, givenEndpoints(others))).status).toBe(201);
  });
});

describe('GET /webhooks', () => {
  test("lists the caller's, their secrets masked, with their statistics", async () => {
    const given = givenEndpoints([
      givenWebhook(),
      givenWebhook({ id: webhookIdOf(2), userId: 'user_124' }),
      givenWebhook({ id: webhookIdOf(3) }),
    ]);
    const { status, body } = await given.endpoints['GET /webhooks'](givenRequest());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      webhooks: [
        { id: webhookIdOf(1), secret: '************cret', delivery_count: 9, failure_count: 2 },
        { id: webhookIdOf(3), secret: '************cret', last_delivery: new Date(NOW).toISOString() },
      ],
      pagination: { total: 2, limit: 20, offset: 0, next_cursor: 'next' },
    });
    expect(JSON.stringify(body)).not.toContain('your_webhook_secret');
  });

  test('pages as it is asked to', async () => {
    const given = givenEndpoints();
    await given.endpoints['GET /webhooks'](givenRequest({ query: { limit: '5', offset: '10' } }));
    expect(given.pages).toEqual([{ limit: 5, offset: 10 }]);
  });

  test.each([{ limit: '0' }, { limit: '1000' }, { offset: '10001' }, { page: '2' }])(
    'refuses %j',
    async (query) => {
      const asked = givenEndpoints().endpoints['GET /webhooks'](givenRequest({ query }));
      await expect(asked).rejects.toMatchObject({ status: 400, faults: [{ field: Object.keys(query)[0] }] });
    },
  );
});

describe('a webhook that is not there', () => {
  const routes = [
    'GET /webhooks/{webhook_id}',
    'PATCH /webhooks/{webhook_id}',
    'DELETE /webhooks/{webhook_id}',
  ] as const;
  const absent = [
    ['unknown', webhookIdOf(7)],
    ["another user's", webhookIdOf(2)],
    ['malformed', 'webhook_789'],
    ['empty', ''],
    ['a key of the store', `${webhookIdOf(1)}#STATISTICS`],
  ] as const;
  const answerOf = async (route: (typeof routes)[number], id: string) => {
    const given = givenEndpoints([givenWebhook({ id: webhookIdOf(2), userId: 'user_124' })]);
    const error = await given.endpoints[route](givenRequest({ ...pathOf(id), body: {} })).catch(
      (e: unknown) => e,
    );
    return { error, done: given.done };
  };

  test.each(routes)('is the same 404 for %s, whether unknown, malformed or of another', async (route) => {
    const answers = await Promise.all(absent.map(([, id]) => answerOf(route, id)));
    for (const { error, done } of answers) {
      expect(error).toMatchObject({ status: 404, message: 'there is no webhook of this id' });
      expect(done).toEqual([]);
    }
  });
});

describe('GET /webhooks/{webhook_id}', () => {
  test('shows the webhook, its secret masked, with its statistics', async () => {
    const read = givenEndpoints([givenWebhook()]).endpoints['GET /webhooks/{webhook_id}'];
    const { status, body } = await read(givenRequest(pathOf(webhookIdOf(1))));
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: webhookIdOf(1), secret: '************cret', delivery_count: 9 });
  });

  test('shows zeros where the statistics are not there', async () => {
    const given = givenEndpoints([givenWebhook()], { getStatistics: async () => new Map() });
    const { body } = await given.endpoints['GET /webhooks/{webhook_id}'](
      givenRequest(pathOf(webhookIdOf(1))),
    );
    expect(body).toMatchObject({ delivery_count: 0, failure_count: 0, last_delivery: null });
  });
});
