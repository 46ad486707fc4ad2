import { expect, test } from 'vitest';
import { useCustomer } from './customer.ts';
import { eventually, useSystem } from './system.ts';

const system = useSystem();
const customer = useCustomer(system);

const deliveriesOf = async (id: string) => (await customer.read(`/webhooks/${id}/deliveries`)).deliveries;
const turn = (id: string, change: object) => customer.call('PATCH', `/webhooks/${id}`, change);

test('what happens while a webhook is off is kept, and replayed', async () => {
  const gone = await customer.givenWebhook('gone', { status: 410 });
  const keeping = await customer.givenWebhook('keeping', { status: 200 }, ['*']);
  const paused = await customer.givenWebhook('paused', { status: 200 });
  await turn(keeping, { active: false, keep_while_inactive: true });
  await turn(paused, { active: false });
  await customer.publish();
  await customer.whenDelivery(gone, { status: 'exhausted' });
  await eventually(async () => expect((await customer.read(`/webhooks/${gone}`)).active).toBe(false));

  await customer.publish();
  const skipped = await customer.whenDelivery(gone, { status: 'skipped', attempt: 0, status_code: null });
  await eventually(async () => expect(await deliveriesOf(keeping)).toHaveLength(2));
  expect(await deliveriesOf(paused)).toEqual([]);
  const listed = await customer.read(`/webhooks/${gone}/deliveries?status=skipped`);
  expect(listed.deliveries).toEqual([skipped]);
  expect((await customer.read(`/webhooks/${gone}`)).delivery_count).toBe(1);

  await eventually(async () =>
    expect((await customer.read(`/webhooks/${gone}/stats`)).totals).toMatchObject({
      failed: 1,
      exhausted: 1,
      skipped: 1,
    }),
  );

  await system.setBehaviour('gone', { status: 200 });
  await turn(gone, { active: true });
  await customer.call('POST', `/webhooks/${gone}/replay/${skipped.id}`);
  await customer.whenDelivery(gone, { id: skipped.id, status: 'succeeded', run: 2, attempt: 1 });
  expect(await system.requests('keeping')).toEqual([]);
});
