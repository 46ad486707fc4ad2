import { describe, expect, test } from 'vitest';
import { CONTRACT_DELAYS_SECONDS } from '../contract-schedule.ts';
import { SECRET, useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { verifyWebhookSignature } from './receiver.ts';
import { eventually, type Received, useSystem, whenQuiet } from './system.ts';

const retryTest = needing('retries').test;

describe('retries', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  const givenWebhook = (inbox: string, status: number) =>
    customer.givenWebhook(inbox, { status }, ['thought.created', 'thought.updated']);

  const whenRetrying = (webhookId: string, attempt: number) =>
    customer.whenDelivery(webhookId, { status: 'retrying', attempt, success: false });

  /** Whether the wait after the last of these requests is as long as it is to be, but for the time that it took. */
  function expectWait(requests: Received[], until: string, seconds: number) {
    const waited = (Date.parse(until) - Date.parse(requests.at(-1)?.received_at ?? '')) / 1000;
    expect(waited).toBeGreaterThan(seconds - 2);
    expect(waited).toBeLessThan(seconds + 10);
  }

  const advanceToRetry = () => system.advance(system.retryDelaysSeconds[0] ?? 0);

  retryTest('a dead receiver gets seven attempts on schedule, and is turned off after the last', async () => {
    const id = await givenWebhook('dead', 500);
    await customer.publish();
    await customer.requestsOf('dead', 2);

    for (const [index, delay] of system.retryDelaysSeconds.entries()) {
      const attempt = index + 3;
      const { status_code, next_attempt_at } = await whenRetrying(id, attempt - 1);
      expect(status_code).toBe(500);
      expectWait(await customer.requestsOf('dead', attempt - 1), next_attempt_at, delay);

      await system.advance(delay);
      await customer.requestsOf('dead', attempt);
    }

    const webhook = await eventually(async () => {
      const shown = await customer.read(`/webhooks/${id}`);
      expect(shown).toMatchObject({ active: false, delivery_count: 7, failure_count: 7 });
      return shown;
    });
    expect(webhook.disabled_reason).toMatch(/^delivery_\S+ failed 7 times, the last with: Response 500$/);
    expect(webhook.disabled_at).toEqual(expect.any(String));
    await customer.whenDelivery(id, {
      status: 'exhausted',
      attempt: 7,
      error: 'Response 500',
      next_attempt_at: null,
    });

    const requests = await customer.requestsOf('dead', 7);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers['x-cathcr-delivery'])).size).toBe(1);
    for (const { body, headers } of requests) {
      expect(verifyWebhookSignature(body, headers['x-cathcr-signature-256'] ?? '', SECRET)).toBe(true);
    }

    const repaired = await customer.call('PATCH', `/webhooks/${id}`, { active: true });
    expect(repaired.body).toMatchObject({ active: true, disabled_at: null, disabled_reason: null });
  });

  needing('laptop').test(
    'a receiver that asks for a pause gets it, also before the immediate retry, and no shorter one',
    async () => {
      const headers = { 'Retry-After': '600' };
      const id = await customer.givenWebhook('pause', { status: 429, headers });
      await customer.publish();
      const [first] = await customer.requestsOf('pause', 1);
      const { next_attempt_at } = await whenRetrying(id, 1);
      expectWait(first ? [first] : [], next_attempt_at, 600);
      expect((await customer.whenScheduled(id))?.when).toBe(next_attempt_at);

      await system.setBehaviour('pause', { status: 503, headers: { 'Retry-After': '120' } });
      await system.advance(601);
      const requests = await customer.requestsOf('pause', 2);
      expectWait(requests, (await whenRetrying(id, 2)).next_attempt_at, 300);

      await system.setBehaviour('pause', { status: 200 });
      await system.advance(300);
      await customer.whenDelivery(id, { status: 'succeeded', attempt: 3 });
      await customer.requestsOf('pause', 3);
      await customer.call('DELETE', `/webhooks/${id}`);
    },
  );

  needing('laptop').test('each retry waits in one schedule, as long as the contract says', async () => {
    const id = await givenWebhook('scheduled', 500);
    await customer.publish();

    for (const [index, delay] of CONTRACT_DELAYS_SECONDS.entries()) {
      const { next_attempt_at } = await whenRetrying(id, index + 2);
      const schedules = await customer.schedulesOf(id);
      expect(schedules).toMatchObject([{ when: `${next_attempt_at.slice(0, 19)}.000Z` }]);
      expectWait(await customer.requestsOf('scheduled', index + 2), schedules[0]?.when ?? '', delay);
      await system.advance(delay);
    }

    await customer.whenDelivery(id, { status: 'exhausted', attempt: 7 });
    expect(await customer.schedulesOf(id)).toEqual([]);
  });

  retryTest('a receiver that recovers gets the delivery, with its true attempt number', async () => {
    const id = await givenWebhook('recovers', 503);
    await customer.publish();
    await whenRetrying(id, 2);

    await system.setBehaviour('recovers', { status: 204 });
    await advanceToRetry();

    await customer.requestsOf('recovers', 3);
    await customer.whenDelivery(id, { status: 'succeeded', attempt: 3, status_code: 204, success: true });
    expect(await customer.read(`/webhooks/${id}`)).toMatchObject({ active: true });
  });

  retryTest('a webhook that has accepted another delivery since is not turned off', async () => {
    const id = await givenWebhook('picky', 400);
    await customer.publish('thought.created');
    await whenRetrying(id, 2);

    await system.setBehaviour('picky', { status: 200 });
    await customer.publish('thought.updated');
    await customer.requestsOf('picky', 3);
    await eventually(async () => {
      const { deliveries } = await customer.read(`/webhooks/${id}/deliveries`);
      expect(deliveries.map(({ status }: { status: string }) => status)).toEqual(['succeeded', 'retrying']);
    });
    await system.setBehaviour('picky', { status: 400 });
    for (const [index, delay] of system.retryDelaysSeconds.entries()) {
      await system.advance(delay);
      await customer.requestsOf('picky', 4 + index);
      await eventually(async () => {
        const { deliveries } = await customer.read(`/webhooks/${id}/deliveries`);
        expect(deliveries[1]).toMatchObject({ attempt: 3 + index });
      });
    }

    await eventually(async () => {
      const { deliveries } = await customer.read(`/webhooks/${id}/deliveries`);
      expect(deliveries[1]).toMatchObject({ status: 'exhausted', attempt: 7 });
    });
    expect(await customer.read(`/webhooks/${id}`)).toMatchObject({ active: true, disabled_reason: null });
  });

  test('410 Gone turns the webhook off at once', async () => {
    const id = await givenWebhook('gone', 410);
    await customer.publish();

    await eventually(async () => {
      expect(await customer.read(`/webhooks/${id}`)).toMatchObject({
        active: false,
        disabled_reason: expect.stringMatching(/410 Gone$/),
      });
    });
    await customer.requestsOf('gone', 1);
    await customer.whenDelivery(id, {
      status: 'exhausted',
      attempt: 1,
      status_code: 410,
      next_attempt_at: null,
    });
  });

  needing('retries').each<[string, boolean]>([
    ['turned off', false],
    ['turned off and on again', true],
  ])('retries of a webhook that was %s end as cancelled', async (_, onAgain) => {
    const inbox = `off-${onAgain}`;
    const id = await givenWebhook(inbox, 500);
    await customer.publish();
    await whenRetrying(id, 2);

    await customer.call('PATCH', `/webhooks/${id}`, { active: false });
    if (onAgain) await customer.call('PATCH', `/webhooks/${id}`, { active: true });
    await advanceToRetry();

    await customer.whenDelivery(id, { status: 'cancelled', attempt: 2, next_attempt_at: null });
    await customer.requestsOf(inbox, 2);
    expect(await customer.read(`/webhooks/${id}`)).toMatchObject({ active: onAgain, disabled_reason: null });
  });

  needing('laptop').test(
    'retries of a webhook that was deleted are not sent, and do not bring it back',
    async () => {
      const id = await givenWebhook('deleted', 500);
      await customer.publish();
      await whenRetrying(id, 2);

      expect((await customer.call('DELETE', `/webhooks/${id}`)).status).toBe(204);
      await system.advance(300);

      await eventually(async () => expect(await customer.schedulesOf(id)).toEqual([]));
      await whenQuiet(system);
      await customer.requestsOf('deleted', 2);
      expect((await customer.call('GET', `/webhooks/${id}`)).status).toBe(404);
      expect((await customer.call('GET', `/webhooks/${id}/deliveries`)).status).toBe(404);
    },
  );

  test('a redirect is not followed: it is a failure', async () => {
    await system.setBehaviour('redirects', {
      status: 302,
      headers: { location: system.inboxUrl('elsewhere') },
    });
    const body = { url: system.inboxUrl('redirects'), events: ['thought.deleted'] };
    const { id } = (await customer.call('POST', '/webhooks', body)).body;
    await customer.publish('thought.deleted');

    await customer.requestsOf('redirects', 2);
    await customer.whenDelivery(id, { status: 'retrying', error: 'Response 302' });
    expect(await system.requests('elsewhere')).toEqual([]);
  });
});
