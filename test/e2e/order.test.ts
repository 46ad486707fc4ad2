import { expect, test } from 'vitest';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, type System, useSystem, whenQuiet } from './system.ts';

const ACCEPTING = { status: 200 };
const FAILING = { status: 500 };
const EVENTS = 12;

needing('laptop').describe('an ordered webhook', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  async function givenOrdered(inbox: string, behaviour: Parameters<System['setBehaviour']>[1]) {
    const id = await customer.givenWebhook(inbox, behaviour);
    const { body } = await customer.call('PATCH', `/webhooks/${id}`, { ordered: true });
    expect(body.ordered).toBe(true);
    return id;
  }

  const deliveriesOf = async (id: string) =>
    (await customer.read(`/webhooks/${id}/deliveries?limit=100`)).deliveries as {
      id: string;
      status: string;
    }[];
  /** The deliveries that an inbox has got requests of, in their order. */
  const arrivedAt = async (inbox: string) =>
    (await system.requests(inbox)).map(({ headers }) => headers['x-cathcr-delivery'] ?? '');
  /** Waits until so many deliveries of a webhook have ended. */
  const whenEnded = (id: string, statuses: readonly string[]) =>
    eventually(async () => {
      const deliveries = await deliveriesOf(id);
      expect(deliveries.map(({ status }) => status)).toEqual(statuses);
      return deliveries;
    });
  /** Waits until so many events wait in line: their messages are gone, but for that of the one that has the turn. */
  const whenInLine = () =>
    eventually(async () => expect(await system.countMessages()).toBeLessThanOrEqual(1));

  test('is sent events in the order of acceptance, one at a time, however they come', async () => {
    const id = await givenOrdered('burst', FAILING);
    await customer.publish();
    await customer.whenScheduled(id);
    const [first = ''] = await arrivedAt('burst');
    expect(await arrivedAt('burst')).toEqual([first, first]);

    // All stand in line before the retry, however late they come.
    await system.armFaults({
      seed: 8,
      rules: [
        { fault: 'late', rate: 0.5, ms: 1000 },
        { fault: 'overtaking', rate: 0.5 },
      ],
    });
    await Promise.all(Array.from({ length: EVENTS }, () => customer.publish()));
    await whenQuiet(system);
    await system.disarmFaults();
    expect(await arrivedAt('burst')).toHaveLength(2);

    await system.setBehaviour('burst', { ...ACCEPTING, delay_ms: 30 });
    await system.advance(300);
    await whenEnded(
      id,
      Array.from({ length: 1 + EVENTS }, () => 'succeeded'),
    );
    const arrived = (await arrivedAt('burst')).slice(2);
    expect(arrived).toHaveLength(1 + EVENTS);
    expect(arrived).toEqual([...new Set(arrived)].toSorted());
    const times = (await system.requests('burst')).slice(2).map(({ received_at }) => Date.parse(received_at));
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(29);
    await whenQuiet(system);
  });

  test('is sent a test at once, while its line waits for a retry and while it is off', async () => {
    const id = await givenOrdered('tested', FAILING);
    await customer.publish();
    await customer.whenScheduled(id);
    await system.setBehaviour('tested', ACCEPTING);
    const whenTested = async (statuses: readonly string[]) => {
      expect((await customer.call('POST', `/webhooks/${id}/test`)).status).toBe(202);
      await whenEnded(id, statuses);
    };
    await whenTested(['succeeded', 'retrying']);

    await system.advance(300);
    await whenEnded(id, ['succeeded', 'succeeded']);
    await customer.publish();
    await whenEnded(id, ['succeeded', 'succeeded', 'succeeded']);
    await customer.call('PATCH', `/webhooks/${id}`, { active: false });
    await whenTested(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    await whenQuiet(system);
  });

  test('goes on at once where what its line waits for is replayed', async () => {
    const id = await givenOrdered('replayed', FAILING);
    await customer.publish();
    await customer.whenScheduled(id);
    await customer.publish();
    await whenInLine();
    await system.setBehaviour('replayed', ACCEPTING);
    const [first] = await deliveriesOf(id);
    expect((await customer.call('POST', `/webhooks/${id}/replay/${first?.id}`)).status).toBe(202);
    await whenEnded(id, ['succeeded', 'succeeded']);

    await system.advance(300);
    await whenQuiet(system);
    await customer.publish();
    await whenEnded(id, ['succeeded', 'succeeded', 'succeeded']);
    expect(await arrivedAt('replayed')).toHaveLength(5);
    await whenQuiet(system);
  });

  test('that is turned off by us keeps what has waited as skipped; that is deleted leaves nothing behind', async () => {
    const gone = await givenOrdered('gone', { status: 410, delay_ms: 500 });
    const deleted = await givenOrdered('deleted', FAILING);
    for (let n = 0; n < 3; n += 1) await customer.publish();
    await whenEnded(gone, ['skipped', 'skipped', 'exhausted']);
    expect(await customer.read(`/webhooks/${gone}`)).toMatchObject({ active: false });
    expect(await arrivedAt('gone')).toHaveLength(1);

    await customer.whenScheduled(deleted);
    await whenInLine();
    await customer.call('DELETE', `/webhooks/${deleted}`);
    await system.advance(300);
    await whenQuiet(system);
    expect(await customer.schedulesOf(deleted)).toEqual([]);
    expect(await arrivedAt('deleted')).toHaveLength(2);
  });

  test('goes on after an invocation has died with the turn', async () => {
    const id = await givenOrdered('killed', ACCEPTING);
    await system.armFaults({ seed: 3, rules: [{ fault: 'killed', at: '*Deliverer*', rate: 0.5, times: 3 }] });
    for (let n = 0; n < 4; n += 1) await customer.publish();
    const statuses = Array.from({ length: 4 }, () => 'succeeded');
    await eventually(async () => {
      await system.advance(270);
      expect((await deliveriesOf(id)).map(({ status }) => status)).toEqual(statuses);
    });
    const firsts = [...new Set(await arrivedAt('killed'))];
    expect(firsts).toEqual(firsts.toSorted());
    await system.disarmFaults();
  });
});
