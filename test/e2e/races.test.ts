import { afterEach, expect, test } from 'vitest';
import { CONTRACT_DELAYS_SECONDS } from '../contract-schedule.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { useSystem, whenQuiet } from './system.ts';

/** How long a receiver keeps an attempt waiting in whose middle something happens. */
const HANGING = { status: 500, delay_ms: 2500 };
const FAILING = { status: 500, delay_ms: 0 };
const ACCEPTING = { status: 200, delay_ms: 0 };

needing('laptop').describe('in the middle of attempts and retries', () => {
  const system = useSystem();
  const customer = useCustomer(system);
  afterEach(() => system.disarmFaults());

  test('a webhook that is deleted under an attempt gets no retry, and stays deleted', async () => {
    const id = await customer.givenWebhook('deleted', HANGING);
    await customer.publish();
    await customer.requestsOf('deleted', 1);

    expect((await customer.call('DELETE', `/webhooks/${id}`)).status).toBe(204);
    await whenQuiet(system);

    expect(await customer.schedulesOf(id)).toEqual([]);
    await customer.requestsOf('deleted', 1);
    expect((await customer.call('GET', `/webhooks/${id}`)).status).toBe(404);
    const { webhooks } = await customer.read('/webhooks');
    expect(webhooks.map((webhook: { id: string }) => webhook.id)).not.toContain(id);
  });

  test('a webhook that is turned off under an attempt gets no retry', async () => {
    const id = await customer.givenWebhook('off', HANGING);
    await customer.publish();
    await customer.requestsOf('off', 1);

    await customer.call('PATCH', `/webhooks/${id}`, { active: false });
    await customer.whenDelivery(id, { status: 'cancelled', attempt: 1, status_code: 500 });

    await whenQuiet(system);
    expect(await customer.schedulesOf(id)).toEqual([]);
    await customer.requestsOf('off', 1);
  });

  test('a webhook that is turned off and on under an attempt gets no retry of what began before', async () => {
    const id = await customer.givenWebhook('off-on', HANGING);
    await customer.publish();
    await customer.requestsOf('off-on', 1);

    await customer.call('PATCH', `/webhooks/${id}`, { active: false });
    await customer.call('PATCH', `/webhooks/${id}`, { active: true });
    await customer.whenDelivery(id, { status: 'cancelled', attempt: 1 });

    await whenQuiet(system);
    await customer.requestsOf('off-on', 1);
    await system.setBehaviour('off-on', ACCEPTING);
    await customer.publish();
    await customer.whenDelivery(id, { status: 'succeeded' });
  });

  test('a webhook that is repaired under its last attempt stays on', async () => {
    const id = await customer.givenWebhook('repaired', FAILING);
    await customer.publish();
    for (const delay of CONTRACT_DELAYS_SECONDS.slice(0, -1)) {
      await customer.whenScheduled(id);
      await system.advance(delay);
    }
    await customer.whenScheduled(id);
    await system.setBehaviour('repaired', HANGING);
    await system.advance(86_400);
    await customer.requestsOf('repaired', 7);

    await customer.call('PATCH', `/webhooks/${id}`, { url: system.inboxUrl('elsewhere') });
    await customer.whenDelivery(id, { status: 'exhausted', attempt: 7 });

    await whenQuiet(system);
    expect(await customer.read(`/webhooks/${id}`)).toMatchObject({ active: true, disabled_reason: null });
  });

  test('a replay in the middle of a schedule takes its place', async () => {
    const id = await customer.givenWebhook('replayed', FAILING);
    await customer.publish();
    await customer.whenScheduled(id);
    const { id: deliveryId } = await customer.whenDelivery(id, { status: 'retrying', attempt: 2 });

    await system.setBehaviour('replayed', ACCEPTING);
    expect((await customer.call('POST', `/webhooks/${id}/replay/${deliveryId}`)).status).toBe(202);
    await customer.whenDelivery(id, { status: 'succeeded', run: 2, attempt: 1 });
    await system.advance(300);

    await whenQuiet(system);
    expect(await customer.schedulesOf(id)).toEqual([]);
    await customer.requestsOf('replayed', 3);
    await customer.whenDelivery(id, { status: 'succeeded', run: 2, attempt: 1 });
  });

  test('a replay under a hanging attempt leaves one chain of retries, that of the replay', async () => {
    const id = await customer.givenWebhook('replayed-under', HANGING);
    await customer.publish();
    await customer.requestsOf('replayed-under', 1);
    const [{ headers } = { headers: {} as Record<string, string> }] = await system.requests('replayed-under');
    const deliveryId = headers['x-cathcr-delivery'];
    // There is no row before the first attempt ends: a replay finds none, and says so.
    const early = await customer.call('POST', `/webhooks/${id}/replay/${deliveryId}`);
    expect(early.status).toBe(404);
    await customer.whenDelivery(id, { status: 'retrying', run: 1 });
    await customer.call('POST', `/webhooks/${id}/replay/${deliveryId}`);

    await customer.whenDelivery(id, { status: 'retrying', run: 2, attempt: 2 });
    await whenQuiet(system);
    await system.advance(300);
    await whenQuiet(system);
    const schedules = await customer.schedulesOf(id);
    expect(schedules.map(({ input }) => JSON.parse(input.MessageBody))).toMatchObject([
      { run: 2, attempt: 4 },
    ]);
  });

  test('messages that all come twice make one chain of retries', { timeout: 90_000 }, async () => {
    const id = await customer.givenWebhook('twice', FAILING);
    await system.armFaults({ rules: [{ fault: 'sent-twice' }, { fault: 'not-deleted', rate: 0.5 }] });
    await customer.publish();

    for (const delay of CONTRACT_DELAYS_SECONDS) {
      await customer.whenScheduled(id);
      await whenQuiet(system);
      expect(await customer.schedulesOf(id)).toHaveLength(1);
      await system.advance(delay);
    }

    await customer.whenDelivery(id, { status: 'exhausted', attempt: 7 });
    await whenQuiet(system);
    expect(await customer.schedulesOf(id)).toEqual([]);
    const { logs } = await customer.read(`/webhooks/${id}/logs?limit=100`);
    const attempts = logs.map(({ run, attempt }: { run: number; attempt: number }) => `${run} ${attempt}`);
    expect(new Set(attempts)).toEqual(new Set(['1 1', '1 2', '1 3', '1 4', '1 5', '1 6', '1 7']));
  });
});
