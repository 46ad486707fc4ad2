import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTable, type Table } from '../../lambdas/aws/table.ts';
import { getWebhook } from '../../lambdas/aws/webhook-store.ts';
import { needing } from './needs.ts';
import { eventually, type System, startSystem } from './system.ts';

/** Each has one webhook, which points to an inbox of this name. */
type Customer = 'hanging' | 'other' | 'late';

/** As many as the deliveries queue sends at a time on a laptop, and more: four batches of ten. */
const MORE_THAN_ALL = 50;

needing('laptop').describe('a webhook that hangs', () => {
  let system: System;
  let sqs: SQSClient;
  let table: Table;
  let keys: Record<Customer, string>;

  // The slow lane is narrow on a laptop: one test's deliveries would wait for those of another.
  beforeEach(async () => {
    system = await startSystem();
    sqs = new SQSClient(system.sdkConfig);
    table = openTable(system.outputs.TableName ?? '', system.sdkConfig);
    keys = {
      hanging: await system.createKey('user_hanging'),
      other: await system.createKey('user_other'),
      late: await system.createKey('user_late'),
    };
  });
  afterEach(async () => {
    sqs?.destroy();
    table?.client.destroy();
    await system?.stop();
  });

  const givenWebhook = async (name: Customer): Promise<string> => {
    const body = { url: system.inboxUrl(name), events: ['thought.deleted'] };
    return (await system.call('POST', '/webhooks', { key: keys[name], body })).body.id;
  };

  const publish = (name: Customer, count: number) =>
    Promise.all(
      Array.from({ length: count }, () => {
        const body = { event: 'thought.deleted', data: { thought_id: 't', user_id: `user_${name}` } };
        return system.call('POST', '/events', { key: keys[name], body });
      }),
    );

  /** The mark of a webhook, which is no part of the API. */
  const readSlowSince = async (name: Customer, id: string) =>
    (await getWebhook(table)(`user_${name}`, id))?.slowSince;

  /** The messages that wait in a queue, and those that are being worked on. */
  async function countMessages(queue: string) {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => url.includes(queue));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }

  test('delays its own deliveries, and nobody else’s', async () => {
    await system.setBehaviour('hanging', { delay_ms: 600_000 });
    const id = await givenWebhook('hanging');
    await givenWebhook('other');

    await publish('hanging', 1);
    await eventually(async () => expect(await readSlowSince('hanging', id)).toEqual(expect.any(Number)));
    await publish('hanging', MORE_THAN_ALL);
    await publish('other', 5);

    await eventually(async () => expect(await system.requests('other')).toHaveLength(5));
    await eventually(async () => expect((await countMessages('DeliveryDeliveriesQueue')).waiting).toBe(0));
    const { waiting, inFlight } = await countMessages('SlowDeliveriesQueue');
    expect(inFlight).toBeGreaterThan(0);
    expect(waiting).toBeGreaterThan(0);
  });

  test('is served with all others once it is quick again', async () => {
    await system.setBehaviour('late', { delay_ms: 3500 });
    const id = await givenWebhook('late');
    await publish('late', 1);
    await eventually(async () => expect(await readSlowSince('late', id)).toEqual(expect.any(Number)));

    await system.setBehaviour('late', { delay_ms: 0 });
    await system.advance(60);
    await publish('late', 1);

    await eventually(async () => {
      expect(await system.requests('late')).toHaveLength(2);
      expect(await readSlowSince('late', id)).toBeUndefined();
    });
    const { body } = await system.call('GET', `/webhooks/${id}/deliveries`, { key: keys.late });
    expect(body.deliveries).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  });
});
