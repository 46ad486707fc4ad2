import { expect, test } from 'vitest';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, useSystem } from './system.ts';

const LIMIT = 5;
const EVENTS = 40;

needing('laptop').describe('a rate limit', () => {
  const system = useSystem({ onFunctionLog: (_, line) => log.push(line) });
  const customer = useCustomer(system);
  const log: string[] = [];

  async function givenWebhook(inbox: string, rate_limit: number) {
    const url = system.inboxUrl(inbox);
    const { status, body } = await customer.call('POST', '/webhooks', {
      url,
      events: ['thought.deleted'],
      rate_limit,
    });
    expect(status).toBe(201);
    expect(body.rate_limit).toBe(rate_limit);
    return body.id as string;
  }

  const publish = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () => customer.call('POST', '/events', givenEvent('thought.deleted'))),
    );

  const deliveriesOf = async (id: string) =>
    (await customer.call('GET', `/webhooks/${id}/deliveries?limit=100`)).body.deliveries as {
      status: string;
      attempt: number;
    }[];

  /** The most requests that an inbox received within any span of so many ms. */
  async function mostWithin(inbox: string, spanMs: number) {
    const times = (await system.requests(inbox)).map(({ received_at }) => Date.parse(received_at));
    return Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + spanMs).length));
  }

  test('spreads a burst over the invocations of the Deliverer: every event arrives, once, and no receive is burnt', async () => {
    const id = await givenWebhook('limited', LIMIT);
    await publish(EVENTS);
    await eventually(async () => expect(await system.requests('limited')).toHaveLength(EVENTS));
    expect(await mostWithin('limited', 1000)).toBeLessThanOrEqual(LIMIT * 2);
    expect(await mostWithin('limited', 3000)).toBeLessThanOrEqual(LIMIT * 4);
    await eventually(async () => {
      const deliveries = await deliveriesOf(id);
      expect(deliveries.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual(
        Array.from({ length: EVENTS }, () => 'succeeded 1'),
      );
    });
    expect(await system.countMessages()).toBe(0);
    expect(log.filter((line) => line.includes('goes back to the queue'))).toEqual([]);
  });

  test('has nobody wait for it once it is lifted', async () => {
    const id = await givenWebhook('lifted', 1);
    await publish(10);
    await eventually(async () => expect(await system.countMessages()).toBeGreaterThan(5));
    expect(
      (await customer.call('PATCH', `/webhooks/${id}`, { rate_limit: null })).body.rate_limit,
    ).toBeNull();
    await system.advance(15);
    await eventually(async () => expect(await system.requests('lifted')).toHaveLength(10));
  });

  test('of a webhook that is turned off holds nothing: what waits is cancelled', async () => {
    const id = await givenWebhook('off', 1);
    await publish(10);
    await eventually(async () => expect(await system.countMessages()).toBeGreaterThan(5));
    await customer.call('PATCH', `/webhooks/${id}`, { active: false });
    await system.advance(15);
    const sent = await eventually(async () => {
      const deliveries = await deliveriesOf(id);
      expect(deliveries).toHaveLength(10);
      return deliveries.filter(({ status }) => status === 'succeeded').length;
    });
    expect((await deliveriesOf(id)).filter(({ status }) => status === 'cancelled')).toHaveLength(10 - sent);
    expect(await system.requests('off')).toHaveLength(sent);
    expect(sent).toBeLessThan(6);
  });
});
