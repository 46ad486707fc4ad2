import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../core/event-catalogue.ts';
import { CONTRACT_SAMPLES } from '../contract-samples.ts';
import { givenEvent } from '../samples.ts';
import { SECRET, useCustomer } from './customer.ts';
import { needing, reasonWithout } from './needs.ts';
import { PYTHON_VERIFICATION, verifyWebhookSignature } from './receiver.ts';
import { eventually, useSystem, whenQuiet } from './system.ts';

const exactTest = needing('exactBus').test;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the way of an event', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  async function givenWebhook(inbox: string, events: readonly string[] = EVENT_TYPES) {
    const body = { url: system.inboxUrl(inbox), events, secret: SECRET };
    const answer = await customer.call('POST', '/webhooks', body);
    expect(answer.status).toBe(201);
    return answer.body as { id: string };
  }

  /** Waits until what was wrongly sent would be there, too; a deployed system does not tell when that is. */
  const whenAllIsSent = async () => {
    if (!reasonWithout('laptop')) await whenQuiet(system);
  };

  test('each sample of the contract arrives in its envelope, signed as the contract verifies', async () => {
    const webhook = await givenWebhook('samples');

    for (const sample of CONTRACT_SAMPLES) {
      const answer = await customer.call('POST', '/events', sample);
      expect(answer.status).toBe(202);
      expect(answer.body.id).toMatch(UUID);
    }

    const requests = await customer.requestsOf('samples', CONTRACT_SAMPLES.length);
    for (const sample of CONTRACT_SAMPLES) {
      const request = requests.find(({ headers }) => headers['x-cathcr-event'] === sample.event);
      expect(request?.body).toBe(JSON.stringify({ ...sample, webhook_id: webhook.id }));
      expect(request?.method).toBe('POST');
      expect(request?.headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'Cathcr-Webhooks/1.0',
        'x-cathcr-delivery': expect.stringMatching(UUID),
      });
      const signature = request?.headers['x-cathcr-signature-256'] ?? '';
      expect(verifyWebhookSignature(request?.body ?? '', signature, SECRET)).toBe(true);
      expect(verifyWebhookSignature(`${request?.body} `, signature, SECRET)).toBe(false);
    }
  });

  test.skipIf(!hasPython)(
    'the signature is accepted by the Python of the contract (skipped without python3)',
    async () => {
      await givenWebhook('python', ['thought.updated']);
      const { event, data } = givenEvent('thought.updated');
      const body = { event, data: { ...data, text: 'Grüße, 世界 🌍 \u0000 \u2028' } };

      await customer.call('POST', '/events', body);

      const [request] = await customer.requestsOf('python', 1);
      const signed = {
        body: request?.body,
        signature: request?.headers['x-cathcr-signature-256'],
        secret: SECRET,
      };
      const run = spawnSync('python3', ['-c', PYTHON_VERIFICATION], { input: JSON.stringify([signed]) });
      expect(run.stdout.toString().trim(), run.stderr.toString()).toBe('True');
    },
  );

  test.each([
    ['its own bytes', SECRET, () => new Webhook(Buffer.from(SECRET), { format: 'raw' })],
    ['what it decodes to', undefined, (made: string) => new Webhook(made)],
  ])(
    'the library of Standard Webhooks accepts it under %s, and the log shows what it was given',
    async (_, secret, libraryFor) => {
      const inbox = `standard-${secret ?? 'made'}`;
      const body = { url: system.inboxUrl(inbox), events: ['thought.updated'], secret };
      const webhook = (await customer.call('POST', '/webhooks', body)).body;
      const { event, data } = givenEvent('thought.updated');
      await customer.call('POST', '/events', { event, data: { ...data, text: 'Grüße, 世界 🌍' } });

      const [request] = await customer.requestsOf(inbox, 1);
      const library = libraryFor(webhook.secret);
      expect(library.verify(request?.body ?? '', request?.headers ?? {})).toMatchObject({ event });
      expect(() => library.verify(`${request?.body} `, request?.headers ?? {})).toThrow();
      expect(request?.headers['webhook-id']).toBe(request?.headers['x-cathcr-delivery']);

      const [attempt] = await eventually(async () => {
        const { logs } = (await customer.call('GET', `/webhooks/${webhook.id}/logs`)).body;
        expect(logs).toHaveLength(1);
        return logs;
      });
      const shown = Object.entries<string>(attempt.request.headers);
      expect(request?.headers).toMatchObject(
        Object.fromEntries(shown.map(([name, value]) => [name.toLowerCase(), value])),
      );
      expect(() => library.verify(attempt.request.body, attempt.request.headers)).not.toThrow();
      await customer.call('DELETE', `/webhooks/${webhook.id}`);
    },
  );

  exactTest(
    'data arrives to the letter: order of members, numbers to the last digit, unknown members',
    async () => {
      const webhook = await givenWebhook('letter', ['category.deleted']);
      const data =
        '{"category_id":"c","user_id":"user_123","2":1,"1":12345678901234567890.10,"__proto__":{"a":1},"x":"\\u00e9"}';

      await customer.call('POST', '/events', `{ "data": ${data}, "event": "category.deleted" }`);

      const [request] = await customer.requestsOf('letter', 1);
      expect(request?.body).toContain(`"data":${data},"webhook_id":"${webhook.id}"}`);
    },
  );

  test('a payload too large for a row arrives whole', async () => {
    await givenWebhook('large', ['category.created']);
    const { event, data: sample } = givenEvent('category.created');
    const data = { ...sample, noise: Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 10_007) };

    await customer.call('POST', '/events', { event, data });

    const [request] = await customer.requestsOf('large', 1);
    expect(JSON.parse(request?.body ?? '').data).toEqual(data);
  });

  test('only webhooks of the owner that are on and subscribed to the event are called', async () => {
    const otherKey = await system.createKey('user_456');
    const create = (inbox: string, more: object, by = customer.key) =>
      system.call('POST', '/webhooks', {
        key: by,
        body: { url: system.inboxUrl(inbox), events: ['reminder.due'], ...more },
      });
    await create('wanted', {});
    await create('off', { active: false });
    await create('other-event', { events: ['reminder.overdue'] });
    await create('other-user', {}, otherKey);

    await customer.call('POST', '/events', givenEvent('reminder.due', 'user_123'));
    await customer.requestsOf('wanted', 1);
    await customer.call('POST', '/events', givenEvent('reminder.due', 'user_456'));
    await whenAllIsSent();
    await customer.requestsOf('other-user', 1);
    await customer.requestsOf('wanted', 1);
    expect(await system.requests('off')).toEqual([]);
    expect(await system.requests('other-event')).toEqual([]);
  });

  test('the delivery and the statistics of its webhook can be read', async () => {
    const { id } = await givenWebhook('read', ['ai.processing_failed']);
    const timestamp = '2024-01-15T10:30:00Z';
    await customer.call('POST', '/events', { ...givenEvent('ai.processing_failed'), timestamp });
    const [request] = await customer.requestsOf('read', 1);

    const list = await eventually(async () => {
      const answer = await customer.call('GET', `/webhooks/${id}/deliveries`);
      expect(answer.body.deliveries).toHaveLength(1);
      return answer.body;
    });
    expect(list).toEqual({
      deliveries: [
        expect.objectContaining({
          id: `delivery_${request?.headers['x-cathcr-delivery']}`,
          timestamp,
          event: 'ai.processing_failed',
          status: 'succeeded',
          status_code: 200,
          response_time: expect.any(Number),
          attempt: 1,
          success: true,
        }),
      ],
      pagination: { total: 1, limit: 20, offset: 0, next_cursor: null },
    });
    await eventually(async () => {
      const webhook = (await customer.call('GET', `/webhooks/${id}`)).body;
      expect(webhook).toMatchObject({
        delivery_count: 1,
        failure_count: 0,
        last_delivery: expect.any(String),
      });
    });
  });

  test('an event published twice under one id is one delivery, sent once', async () => {
    const { id } = await givenWebhook('twice', ['user.preferences_updated']);
    const event = givenEvent('user.preferences_updated');
    const [one, two] = [`producer-1-${randomUUID()}`, `producer-2-${randomUUID()}`];
    const headers = { 'Idempotency-Key': one };

    const first = await customer.call('POST', '/events', { id: one, ...event });
    const repeat = await system.call('POST', '/events', { key: customer.key, body: event, headers });
    const last = await customer.call('POST', '/events', { id: two, ...event });
    expect([first, repeat, last].map(({ body }) => body.id)).toEqual([one, one, two]);

    await whenAllIsSent();
    await customer.requestsOf('twice', 2);
    await eventually(async () => {
      const list = await customer.call('GET', `/webhooks/${id}/deliveries`);
      expect(
        list.body.deliveries.map((delivery: { event_id: string }) => delivery.event_id).toSorted(),
      ).toEqual([one, two]);
    });

    const body = { ...givenEvent('user.subscription_updated'), id: one };
    const other = await customer.call('POST', '/events', body);
    expect(other.status).toBe(409);
    expect(other.body.errors).toEqual([{ field: 'id', detail: 'was given to another event before' }]);
  });
});
