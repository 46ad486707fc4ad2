import { describe, expect, test } from 'vitest';
import { EVENT_CATALOGUE, EVENT_TYPES, type EventType } from '../../core/event-catalogue.ts';
import { givenEvent } from '../samples.ts';
import { SECRET, useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { verifyWebhookSignature } from './receiver.ts';
import { type Answer, eventually, useSystem } from './system.ts';

const retryTest = needing('retries').test;

describe('deliveries', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  const get = (path: string) => customer.call('GET', path);
  const post = (path: string, body?: unknown) => customer.call('POST', path, body);
  const publish = (type: EventType) => post('/events', givenEvent(type));

  async function givenWebhook(inbox: string, events: readonly string[], more: object = {}): Promise<string> {
    const body = { url: system.inboxUrl(inbox), events, secret: SECRET, ...more };
    const answer = await post('/webhooks', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.id;
  }

  const advanceToRetry = () => system.advance(system.retryDelaysSeconds[0] ?? 0);

  const whenDeliveries = (id: string, ...expected: object[]) =>
    eventually(async () => {
      const { deliveries } = (await get(`/webhooks/${id}/deliveries`)).body;
      expect(deliveries).toMatchObject(expected);
      return deliveries;
    });

  // Contract, "Test Webhook".
  describe('POST /webhooks/{id}/test', () => {
    test.each(EVENT_TYPES)('sends a sample of %s through the pipeline', async (event) => {
      const inbox = `test-${event}`;
      const id = await givenWebhook(inbox, ['*']);

      const answer = await post(`/webhooks/${id}/test`, { event });

      expect(answer.status).toBe(202);
      const [request] = await customer.requestsOf(inbox, 1);
      expect(answer.body).toEqual({ delivery_id: `delivery_${request?.headers['x-cathcr-delivery']}` });
      expect(JSON.parse(request?.body ?? '')).toEqual({
        event,
        timestamp: expect.any(String),
        data: EVENT_CATALOGUE[event].sample,
        webhook_id: id,
      });
      expect(
        verifyWebhookSignature(request?.body ?? '', request?.headers['x-cathcr-signature-256'] ?? '', SECRET),
      ).toBe(true);
      await whenDeliveries(id, { id: answer.body.delivery_id, event, status: 'succeeded', attempt: 1 });
    });

    test("without a body it is the webhook's first event, also on one that is off, once, and never disables", async () => {
      await system.setBehaviour('test-off', { status: 410 });
      const id = await givenWebhook('test-off', ['reminder.*', 'thought.created'], { active: false });

      expect((await post(`/webhooks/${id}/test`)).status).toBe(202);

      await whenDeliveries(id, {
        event: 'reminder.created',
        status: 'exhausted',
        attempt: 1,
        error: 'Response 410',
      });
      await customer.requestsOf('test-off', 1);
      const active = await givenWebhook('test-off', ['thought.created']);
      await post(`/webhooks/${active}/test`);
      await whenDeliveries(active, { status: 'exhausted' });
      expect((await get(`/webhooks/${active}`)).body).toMatchObject({ active: true });
    });

    test('an unknown event is a 400', async () => {
      const id = await givenWebhook('test-unknown', ['*']);
      const answer = await post(`/webhooks/${id}/test`, { event: 'thought.eaten', more: 1 });
      expect(answer.status).toBe(400);
      expect(answer.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
        'event',
        'more',
      ]);
    });
  });

  // Contract, "Manual Replay".
  retryTest(
    'POST /webhooks/{id}/replay/{delivery_id} sends the stored payload again under the same id',
    async () => {
      const id = await givenWebhook('replay', ['thought.deleted']);
      await publish('thought.deleted');
      const [first] = await customer.requestsOf('replay', 1);
      const [delivery] = await whenDeliveries(id, { status: 'succeeded', run: 1 });
      await system.setBehaviour('replay', { status: 500 });

      const answer = await post(`/webhooks/${id}/replay/${delivery.id}`);

      expect([answer.status, answer.body]).toEqual([202, { delivery_id: delivery.id }]);
      const requests = await customer.requestsOf('replay', 3);
      for (const { body, headers } of requests) {
        expect(body).toBe(first?.body);
        expect(`delivery_${headers['x-cathcr-delivery']}`).toBe(delivery.id);
      }
      await whenDeliveries(id, { id: delivery.id, status: 'retrying', run: 2, attempt: 2 });

      await system.setBehaviour('replay', { status: 200 });
      await advanceToRetry();
      await whenDeliveries(id, { status: 'succeeded', run: 2, attempt: 3 });

      const detail = (await get(`/webhooks/${id}/deliveries/${delivery.id.replace('delivery_', '')}`)).body;
      const made = detail.attempts.map(({ run, attempt, success }: Record<string, unknown>) => [
        run,
        attempt,
        success,
      ]);
      expect(made).toEqual([
        [1, 1, true],
        [2, 1, false],
        [2, 2, false],
        [2, 3, true],
      ]);
    },
  );

  test('a replay of what is not there is a 404, and to a webhook that is off a 409', async () => {
    const id = await givenWebhook('replay-404', ['thought.deleted']);
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect((await post(`/webhooks/${id}/replay/${unknown}`)).status).toBe(404);
    expect((await post(`/webhooks/${id}/replay/x`)).status).toBe(404);

    await publish('thought.deleted');
    const [delivery] = await whenDeliveries(id, { status: 'succeeded' });
    await customer.call('PATCH', `/webhooks/${id}`, { active: false });
    expect((await post(`/webhooks/${id}/replay/${delivery.id}`)).status).toBe(409);
  });

  // Contract, "Webhook Logs".
  retryTest(
    'GET /webhooks/{id}/logs shows every attempt, newest first, also a late retry of an old delivery',
    async () => {
      const id = await givenWebhook('logs', ['category.deleted', 'category.created']);
      await system.setBehaviour('logs', { status: 500, headers: { 'x-receiver': 'down' } });
      await publish('category.deleted');
      await whenDeliveries(id, { status: 'retrying', attempt: 2 });
      await system.setBehaviour('logs', { status: 200 });
      await publish('category.created');
      await whenDeliveries(id, { status: 'succeeded' }, { status: 'retrying' });
      await advanceToRetry();
      await whenDeliveries(id, { status: 'succeeded', attempt: 1 }, { status: 'succeeded', attempt: 3 });

      const { logs, pagination } = (await get(`/webhooks/${id}/logs?limit=50`)).body;

      expect(
        logs.map(({ event, attempt, success }: Record<string, unknown>) => [event, attempt, success]),
      ).toEqual([
        ['category.deleted', 3, true],
        ['category.created', 1, true],
        ['category.deleted', 2, false],
        ['category.deleted', 1, false],
      ]);
      expect(pagination).toEqual({ limit: 50, next_cursor: null });
      const [, second, , last] = logs;
      expect(last).toMatchObject({
        delivery_id: expect.stringMatching(/^delivery_/),
        timestamp: expect.any(String),
        status_code: 500,
        response_time: expect.any(Number),
        error: 'Response 500',
        request: {
          url: system.inboxUrl('logs'),
          headers: expect.objectContaining({ 'X-Cathcr-Event': 'category.deleted' }),
          body: expect.stringContaining('"event":"category.deleted"'),
        },
        response: { headers: expect.objectContaining({ 'x-receiver': 'down' }), body: expect.any(String) },
        next_attempt_at: expect.any(String),
      });
      expect(second).toMatchObject({ status_code: 200, next_attempt_at: null });
      expect(second).not.toHaveProperty('error');

      const walked: unknown[] = [];
      let cursor: string | null = '';
      do {
        const page: Answer['body'] = (
          await get(`/webhooks/${id}/logs?limit=1${cursor && `&cursor=${cursor}`}`)
        ).body;
        walked.push(...page.logs);
        cursor = page.pagination.next_cursor;
      } while (cursor);
      expect(walked).toEqual(logs);
    },
  );

  test('errors are told in words', async () => {
    const { id } = (await post('/webhooks', { url: 'http://127.0.0.1:1/', events: ['ai.*'] })).body;
    await publish('ai.processing_started');
    await whenDeliveries(id, { status_code: null, error: 'Connection refused' });
  });

  // Contract, "Monitoring Delivery Status".
  test('GET /webhooks/{id}/deliveries pages by offset and by cursor, and filters', async () => {
    const id = await givenWebhook('pages', ['user.*']);
    const first = await publish('user.preferences_updated');
    await customer.requestsOf('pages', 1);
    for (let i = 0; i < 4; i += 1) await publish('user.subscription_updated');
    await customer.requestsOf('pages', 5);
    const all = await eventually(async () => {
      const { deliveries, pagination } = (await get(`/webhooks/${id}/deliveries`)).body;
      expect(pagination).toEqual({ total: 5, limit: 20, offset: 0, next_cursor: null });
      return deliveries;
    });
    const idsOf = (rows: { id: string }[]) => rows.map((row) => row.id);
    expect(idsOf(all)).toEqual(idsOf(all).toSorted().toReversed());
    const page = async (query: string) => (await get(`/webhooks/${id}/deliveries?${query}`)).body;

    expect(idsOf((await page('limit=2&offset=1')).deliveries)).toEqual(idsOf(all.slice(1, 3)));
    expect((await page('offset=5')).deliveries).toEqual([]);
    const byCursor: string[] = [];
    let cursor: string | null = (await page('limit=2')).pagination.next_cursor;
    while (cursor) {
      const next = await page(`limit=2&cursor=${cursor}`);
      expect(next.pagination).not.toHaveProperty('total');
      byCursor.push(...idsOf(next.deliveries));
      cursor = next.pagination.next_cursor;
    }
    expect(byCursor).toEqual(idsOf(all.slice(2)));

    const filtered = await page('event=user.preferences_updated');
    expect(filtered.deliveries).toMatchObject([{ event_id: first.body.id }]);
    expect(filtered.pagination).toMatchObject({ total: 1 });
    expect((await page('status=succeeded')).deliveries).toHaveLength(5);
    expect((await page('status=exhausted')).deliveries).toEqual([]);
    expect((await page(`since=${all[1].accepted_at}`)).deliveries.length).toBeGreaterThanOrEqual(2);
    expect((await page(`until=${all[4].accepted_at}`)).deliveries).toEqual([]);
    expect((await get(`/webhooks/${id}/deliveries?status=lost&since=yesterday`)).body.errors).toMatchObject([
      { field: 'status' },
      { field: 'since' },
    ]);
  });

  test('GET /webhooks/{id}/deliveries/{delivery_id} shows the payload and all attempts', async () => {
    const id = await givenWebhook('detail', ['thought.created']);
    await publish('thought.created');
    const [request] = await customer.requestsOf('detail', 1);
    const [row] = await whenDeliveries(id, { status: 'succeeded' });

    const detail = (await get(`/webhooks/${id}/deliveries/${row.id}`)).body;

    expect(detail).toMatchObject(row);
    expect(detail.payload).toEqual(JSON.parse(request?.body ?? ''));
    expect(detail.attempts).toMatchObject([
      { attempt: 1, success: true, request: { body: request?.body }, response: { body: expect.any(String) } },
    ]);
  });

  // Contract, "IP Whitelisting".
  needing('outputs').test(
    'GET /ip-ranges tells the addresses as JSON and as a plain list, to anybody',
    async () => {
      const ranges = (system.outputs.EgressIps ?? '').split(',').map((address) => `${address}/32`);
      const json = await system.call('GET', '/ip-ranges');
      expect([json.status, json.body]).toEqual([200, { ip_ranges: ranges }]);
      expect(json.headers.get('cache-control')).toContain('max-age');
      const plain = await system.call('GET', '/ip-ranges', { headers: { accept: 'text/plain' } });
      const list = ranges.map((range) => `${range}\n`).join('');
      expect([plain.body, plain.headers.get('content-type')]).toEqual([list, 'text/plain']);
    },
  );

  // Contract, "Webhook Events".
  test('GET /event-types shows the catalogue, to anybody', async () => {
    const { body } = await system.call('GET', '/event-types');
    expect(body.event_types.map(({ name }: { name: string }) => name)).toEqual(EVENT_TYPES);
    expect(body.event_types[0]).toMatchObject({
      description: expect.any(String),
      schema: { type: 'object', required: ['thought', 'user_id'] },
      sample: EVENT_CATALOGUE['thought.created'].sample,
    });
  });
});
