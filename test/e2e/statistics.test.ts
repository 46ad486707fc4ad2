import { describe, expect, test } from 'vitest';
import { givenCustomer, useCustomer } from './customer.ts';
import { eventually, useSystem } from './system.ts';

describe('the statistics of a webhook', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  const read = (id: string, query = '') => customer.call('GET', `/webhooks/${id}/stats${query}`);

  test('how attempts ended, by the hour', async () => {
    const id = await customer.givenWebhook('statistics', { status: 200, delay_ms: 50 });
    await customer.publish();
    await customer.whenDelivery(id, { status: 'succeeded' });
    await system.setBehaviour('statistics', { status: 500 });
    await customer.publish();
    await customer.whenDelivery(id, { status: 'retrying', attempt: 2 });
    await system.setBehaviour('statistics', { status: 410 });
    await customer.publish();

    const { body } = await eventually(async () => {
      const answer = await read(id);
      expect(answer.body.totals.attempts).toBe(4);
      return answer;
    });
    expect(body.totals).toMatchObject({ succeeded: 1, failed: 3, exhausted: 1, success_rate: 0.25 });
    expect(body.totals.response_time.p99).toBeGreaterThanOrEqual(body.totals.response_time.p50);
    // Of the hour that is under way, unless it has just begun.
    const latest = body.buckets.slice(-2) as {
      succeeded: number;
      failed: number;
      response_times: number[];
    }[];
    expect(latest.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)).toBe(4);
    expect(latest.flatMap(({ response_times }) => response_times).reduce((sum, count) => sum + count)).toBe(
      4,
    );

    for (const [period, buckets] of [
      ['week', 28],
      ['month', 30],
    ] as const) {
      const answer = await read(id, `?period=${period}`);
      expect(answer.body.buckets).toHaveLength(buckets);
      expect(answer.body.totals).toEqual(body.totals);
    }
  });

  test('what is undelivered is listed and counted until it is delivered', async () => {
    const id = await customer.givenWebhook('undelivered', { status: 410 }, ['reminder.due']);
    await customer.publish('reminder.due');
    const delivery = await customer.whenDelivery(id, { status: 'exhausted' });
    await customer.call('POST', `/webhooks/${id}/test`);
    const list = async () =>
      (await customer.read(`/webhooks/${id}/deliveries?status=undelivered&event=reminder.due`)).deliveries;
    await eventually(async () => {
      expect(await list()).toEqual([delivery]);
      expect((await read(id)).body.undelivered).toEqual({ count: 1, relation: 'eq' });
      expect((await customer.read(`/webhooks/${id}`)).active).toBe(false);
    });

    await system.setBehaviour('undelivered', { status: 200 });
    await customer.call('PATCH', `/webhooks/${id}`, { active: true });
    await customer.call('POST', `/webhooks/${id}/replay/${delivery.id}`);
    await eventually(async () => {
      expect(await list()).toEqual([]);
      expect((await read(id)).body.undelivered).toEqual({ count: 0, relation: 'eq' });
    });
  });

  test('are all zero before the first attempt, and gone with the webhook', async () => {
    const id = await customer.givenWebhook('statistics-none', { status: 200 });
    expect((await read(id)).body.totals).toMatchObject({ attempts: 0, success_rate: null });
    await customer.call('DELETE', `/webhooks/${id}`);
    expect((await read(id)).status).toBe(404);
  });

  test('of another customer are not there, and a wrong period is named', async () => {
    const id = await customer.givenWebhook('statistics-other', { status: 200 });
    const other = await givenCustomer(system, 'user_other');
    expect((await other.call('GET', `/webhooks/${id}/stats`)).status).toBe(404);
    const answer = await read(id, '?period=year&since=1');
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
      'period',
      'since',
    ]);
  });
});
