import { expect, test, vi } from 'vitest';
import { MAX_WINDOW } from '../../core/recovery-window.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, useSystem } from './system.ts';

/** More than a recovery replays in one step. */
const MISSED = MAX_WINDOW + 20;
const PARALLEL = 10;

/** For what takes a while, and is not to be kept from it by who asks. */
const inTime = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 250 });

const SINCE = '2024-01-15T10:00:00Z';

const system = useSystem();
const customer = useCustomer(system);

const countOf = async (webhookId: string, status: string): Promise<number> =>
  (await customer.read(`/webhooks/${webhookId}/deliveries?status=${status}`)).pagination.total;

async function publishMany(count: number) {
  for (let sent = 0; sent < count; sent += PARALLEL) {
    await Promise.all(Array.from({ length: Math.min(PARALLEL, count - sent) }, () => customer.publish()));
  }
}

/** A webhook that is on, and to which `count` deliveries were cancelled, as it was off when their turn came. */
async function givenMissed(inbox: string, count: number) {
  const id = await customer.givenWebhook(inbox, { status: 500 });
  await system.armFaults({ rules: [{ fault: 'late', at: '*DeliveriesQueue*', ms: 3_600_000 }] });
  await publishMany(count);
  await inTime(async () => expect(await system.countMessages()).toBe(count));
  await system.disarmFaults();
  await customer.call('PATCH', `/webhooks/${id}`, { active: false });
  await system.advance(3600);
  await inTime(async () => expect(await countOf(id, 'cancelled')).toBe(count));
  await customer.call('PATCH', `/webhooks/${id}`, { active: true });
  await system.setBehaviour(inbox, { status: 204 });
  return id;
}

needing('laptop').test(
  'replays each delivery once though the function that does so is killed, and tells when it is over',
  async () => {
    const id = await givenMissed('missed', MISSED);
    await customer.givenWebhook('told', { status: 204 }, ['recovery.*']);
    // Of the first calls of a step: reading the recovery, its webhook and rows, recording, sending, …
    await system.armFaults({ seed: 5, rules: [{ fault: 'killed', at: '*Recoverer*', rate: 0.7, times: 4 }] });

    const begun = await customer.call('POST', `/webhooks/${id}/recoveries`, { since: SINCE });
    expect(begun).toMatchObject({ status: 202, body: { id: 'recovery_1', state: 'running' } });
    const again = await customer.call('POST', `/webhooks/${id}/recoveries`, { since: SINCE });
    expect(again.body.id).toBe('recovery_1');
    expect(
      (await customer.call('POST', `/webhooks/${id}/recoveries`, { since: '2025-01-01T00:00:00Z' })).status,
    ).toBe(409);

    const completed = await inTime(async () => {
      // A killed step comes again when its visibility timeout is over.
      await system.advance(60);
      const recovery = await customer.read(`/webhooks/${id}/recoveries/recovery_1`);
      expect(recovery.state).toBe('completed');
      return recovery;
    });
    await system.disarmFaults();
    expect(completed).toMatchObject({ found: MISSED, replayed: MISSED, delivered: MISSED });

    const ids = (await system.requests('missed')).map(({ headers }) => headers['x-cathcr-delivery']);
    expect(ids).toHaveLength(MISSED);
    expect(new Set(ids).size).toBe(MISSED);
    expect(await countOf(id, 'succeeded')).toBe(MISSED);
    const { deliveries } = await customer.read(`/webhooks/${id}/deliveries`);
    expect(new Set(deliveries.map(({ run }: { run: number }) => run))).toEqual(new Set([2]));

    const [told] = await customer.requestsOf('told', 1);
    const { event, data } = JSON.parse(told?.body ?? '');
    expect(event).toBe('recovery.completed');
    expect(data).toMatchObject({ webhook_id: id, recovery: { id: 'recovery_1', delivered: MISSED } });
  },
  { timeout: 180_000 },
);

test('is cancelled on request, and when its webhook is turned off', async () => {
  const id = await customer.givenWebhook('gone', { status: 410 });
  await customer.publish();
  await customer.whenDelivery(id, { status: 'exhausted' });
  await eventually(async () => expect((await customer.read(`/webhooks/${id}`)).active).toBe(false));
  const begin = () => customer.call('POST', `/webhooks/${id}/recoveries`, { since: SINCE });
  expect((await begin()).status).toBe(409);

  await customer.call('PATCH', `/webhooks/${id}`, { active: true });
  expect((await begin()).body).toMatchObject({ id: 'recovery_1', state: 'running' });
  const cancelled = await customer.call('POST', `/webhooks/${id}/recoveries/recovery_1/cancel`);
  expect(cancelled).toMatchObject({
    status: 200,
    body: { state: 'cancelled', cancelled_reason: 'on request' },
  });

  expect((await begin()).body).toMatchObject({ id: 'recovery_2', state: 'running' });
  await eventually(async () => {
    const { state, cancelled_reason } = await customer.read(`/webhooks/${id}/recoveries/recovery_2`);
    // It is replayed, answered 410 again, and so turns its webhook off, before or after the recovery was over.
    expect([`${state} ${cancelled_reason}`]).toContainEqual(
      expect.stringMatching(/^(completed null|cancelled the webhook was turned off)$/),
    );
  });
  const { recoveries } = await customer.read(`/webhooks/${id}/recoveries`);
  expect(recoveries.map((recovery: { id: string }) => recovery.id)).toEqual(['recovery_2', 'recovery_1']);
});

test('replays what was kept while its webhook was off, and what had failed, as it is asked', async () => {
  const id = await customer.givenWebhook('off', { status: 410 }, ['thought.updated']);
  await customer.publish('thought.updated');
  await eventually(async () => expect((await customer.read(`/webhooks/${id}`)).active).toBe(false));
  await customer.publish('thought.updated');
  await customer.whenDelivery(id, { status: 'skipped' });
  await system.setBehaviour('off', { status: 204 });
  await customer.call('PATCH', `/webhooks/${id}`, { active: true });

  for (const [index, status] of ['skipped', 'missed'].entries()) {
    const { body } = await customer.call('POST', `/webhooks/${id}/recoveries`, { since: SINCE, status });
    const completed = await eventually(async () => {
      const recovery = await customer.read(`/webhooks/${id}/recoveries/${body.id}`);
      expect(recovery.state).toBe('completed');
      return recovery;
    });
    expect(completed).toMatchObject({ status, found: 1, replayed: 1, delivered: 1 });
    expect(await countOf(id, 'succeeded')).toBe(index + 1);
  }
});

needing('laptop').test('takes at once what waited for a retry when its webhook was turned off', async () => {
  const id = await customer.givenWebhook('retried', { status: 500 });
  await customer.publish();
  await customer.whenDelivery(id, { status: 'retrying', attempt: 2 });
  await system.setBehaviour('retried', { status: 410 });
  await customer.publish();
  await customer.whenDelivery(id, { status: 'exhausted' });
  await eventually(async () => expect((await customer.read(`/webhooks/${id}`)).active).toBe(false));
  await system.setBehaviour('retried', { status: 204 });
  await customer.call('PATCH', `/webhooks/${id}`, { active: true });

  await customer.call('POST', `/webhooks/${id}/recoveries`, { since: SINCE });
  const completed = await inTime(async () => {
    const recovery = await customer.read(`/webhooks/${id}/recoveries/recovery_1`);
    expect(recovery.state).toBe('completed');
    return recovery;
  });
  expect(completed).toMatchObject({ found: 2, replayed: 2, delivered: 2 });

  // The retry that was to be made changes nothing any more.
  await system.advance(300);
  await inTime(async () => expect(await system.countMessages()).toBe(0));
  const { deliveries } = await customer.read(`/webhooks/${id}/deliveries`);
  expect(deliveries).toMatchObject([
    { status: 'succeeded', run: 2 },
    { status: 'succeeded', run: 2 },
  ]);
});
