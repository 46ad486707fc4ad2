import { describe, expect, test } from 'vitest';
import { givenEvent } from '../samples.ts';
import { givenCustomer, useCustomer } from './customer.ts';
import { eventually, useSystem } from './system.ts';

/** What a webhook was sent, oldest first, by its event and the webhook that this is about. */
type Told = { event: string; about: string | undefined };

describe('what Cathcr tells of webhooks', () => {
  const system = useSystem();
  const customer = useCustomer(system, 'user_operational');

  const toldTo = async (inbox: string): Promise<Told[]> =>
    (await system.requests(inbox)).map(({ body }) => {
      const { event, data } = JSON.parse(body);
      return { event, about: data.webhook_id };
    });

  const whenTold = (inbox: string, expected: readonly Told[]) =>
    eventually(async () => {
      const told = await toldTo(inbox);
      expect(told).toHaveLength(expected.length);
      expect(told).toEqual(expect.arrayContaining([...expected]));
    });

  test('goes to the others that ask for it, never to the one concerned, and in no circle', async () => {
    const asking = ['webhook.*', 'delivery.*'];
    const dead = await customer.givenWebhook('dead', { status: 410 }, ['thought.created', ...asking]);
    const deadToo = await customer.givenWebhook('dead-too', { status: 410 }, ['delivery.*']);
    const watcher = await customer.givenWebhook('watcher', { status: 204 }, asking);
    await customer.givenWebhook('everything', { status: 204 }, ['*', 'reminder.*']);
    const stranger = await givenCustomer(system, 'user_stranger');
    await stranger.givenWebhook('stranger', { status: 204 }, asking);

    await customer.call('POST', '/events', givenEvent('thought.created', 'user_operational'));

    const exhausted = { event: 'delivery.exhausted', about: dead };
    await whenTold('watcher', [
      exhausted,
      { event: 'webhook.disabled', about: dead },
      // Turned off by what it was told: that is told, and that the delivery of it was given up is not.
      { event: 'webhook.disabled', about: deadToo },
    ]);
    await whenTold('dead-too', [exhausted]);
    await whenTold('dead', [{ event: 'thought.created', about: undefined }]);
    await whenTold('everything', [{ event: 'thought.created', about: undefined }]);
    expect(await system.requests('stranger')).toEqual([]);

    const { deliveries } = await customer.read(`/webhooks/${watcher}/deliveries?event=delivery.exhausted`);
    expect(deliveries).toMatchObject([{ status: 'succeeded', event: 'delivery.exhausted' }]);
    const detail = await customer.read(`/webhooks/${watcher}/deliveries/${deliveries[0].id}`);
    expect(detail.payload).toMatchObject({ webhook_id: watcher, data: { webhook_id: dead } });
  }, 60_000);

  test.each(['webhook.disabled', 'delivery.exhausted'])('%s is published by nobody else', async (event) => {
    const { body: types } = await system.call('GET', '/event-types');
    const { sample } = types.event_types.find(({ name }: { name: string }) => name === event);
    const answer = await customer.call('POST', '/events', { event, data: sample });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      { field: 'event', detail: 'is an event that this system alone tells of' },
    ]);
  });
});
