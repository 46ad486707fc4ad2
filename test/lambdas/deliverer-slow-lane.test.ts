import { describe, expect, test, vi } from 'vitest';
import { deliverBatch } from '../../lambdas/deliverer.ts';
import { deliveryMessageSchema } from '../../lambdas/delivery/message.ts';
import { givenRecord, givenWebhook, NOW, webhookIdOf } from './given.ts';
import {
  givenMessage,
  givenResult,
  givenRow,
  givenScheduledMessage,
  givenServices,
  SLOW_LANE,
  whenDelivered,
} from './given-delivery.ts';

const slow = givenWebhook({ slowSince: NOW - 60_000 });
const quick = givenWebhook({ id: webhookIdOf(2), url: 'https://quick.example/' });
const webhooks = [slow, quick];

describe('a delivery to a webhook that is slow', () => {
  test.each([
    ['the first attempt', givenMessage()],
    ['the immediate retry', givenMessage({ attempt: 2 })],
    ['a scheduled retry', givenScheduledMessage(5)],
    ['a replay', givenMessage({ run: 2, event: undefined, run_started_at: NOW })],
  ])('(%s) is passed on, and nothing else comes of it', async (_, message) => {
    const { done, passedOn, failed } = await whenDelivered(message, { webhooks });
    expect(done).toEqual(['pass on 1']);
    expect(passedOn).toEqual([{ ...message, repeat: true }]);
    expect(failed).toEqual([]);
    expect(deliveryMessageSchema.parse(passedOn[0])).toEqual(passedOn[0]);
  });

  test('is passed on though the webhook is off, where it is a test', async () => {
    const off = givenWebhook({ slowSince: NOW, active: false, generation: 7 });
    const { done } = await whenDelivered(givenMessage({ test: true }), { webhooks: [off] });
    expect(done).toEqual(['pass on 1']);
  });

  test.each([
    ['off', [givenWebhook({ slowSince: NOW, active: false })]],
    ['of a newer generation', [givenWebhook({ slowSince: NOW, generation: 3 })]],
    ['deleted', []],
  ])('is cancelled where it is, and not passed on, where the webhook is %s', async (_, found) => {
    const { passedOn, recorded } = await whenDelivered(givenMessage(), { webhooks: found });
    expect(passedOn).toEqual([]);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'cancelled' });
  });
});

describe('the slow lane', () => {
  test('attempts whatever comes to it, whether the webhook is slow or quick by now', async () => {
    for (const webhook of [slow, givenWebhook()]) {
      const world = { webhooks: [webhook], queueArn: SLOW_LANE };
      const { recorded, passedOn } = await whenDelivered(givenMessage({ repeat: true }), world);
      expect(recorded).toMatchObject([{ delivery: { status: 'succeeded' } }]);
      expect(passedOn).toEqual([]);
    }
  });

  test('drops what was passed on twice, and delivered since', async () => {
    const rows = [givenRow(1, { status: 'succeeded' })];
    const { posted } = await whenDelivered(givenMessage({ repeat: true }), {
      webhooks,
      rows,
      queueArn: SLOW_LANE,
    });
    expect(posted).toEqual([]);
  });

  test('puts the immediate retry where all attempts come from', async () => {
    const message = givenMessage({ repeat: true });
    const { sent, passedOn } = await whenDelivered(message, { webhooks, answers: null, queueArn: SLOW_LANE });
    expect(sent).toMatchObject([{ attempt: 2 }]);
    expect(passedOn).toEqual([]);
  });

  test('takes the mark from a webhook that answers quickly', async () => {
    const { paces } = await whenDelivered(givenMessage(), { webhooks, queueArn: SLOW_LANE });
    expect(paces).toEqual([{ id: slow.id, slowSince: undefined }]);
  });
});

describe('a batch', () => {
  const records = [1, 2, 1].map((n, i) =>
    givenRecord(givenMessage({ webhook_id: webhookIdOf(n) }), { messageId: `message-${i}` }),
  );

  test('is passed on together, while its others are attempted', async () => {
    const { services, done, posted, passedOn } = givenServices({ webhooks });
    expect(await deliverBatch(services, records)).toEqual({ batchItemFailures: [] });
    expect(done.filter((what) => what.startsWith('pass on'))).toEqual(['pass on 2']);
    expect(passedOn.map(({ webhook_id }) => webhook_id)).toEqual([webhookIdOf(1), webhookIdOf(1)]);
    expect(posted.map(({ url }) => url)).toEqual([quick.url]);
  });

  test('is passed on without waiting for its attempts', async () => {
    const { services, passedOn } = givenServices({ webhooks });
    let answer = () => {};
    const post: typeof services.post = () =>
      new Promise((resolve) => {
        answer = () => resolve({ result: givenResult(200) });
      });
    const delivered = deliverBatch({ ...services, post }, records);
    await vi.waitFor(() => expect(passedOn).toHaveLength(2));
    answer();
    await delivered;
  });

  test('keeps what the slow lane does not take, and that alone', async () => {
    const { services } = givenServices(
      { webhooks },
      { sendToSlowLane: async (messages) => messages.slice(1) },
    );
    expect(await deliverBatch(services, records)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-2' }],
    });
  });

  test('is passed on though one of it cannot be understood and the webhook of another not be read', async () => {
    const { services, passedOn, deadLetters } = givenServices({ webhooks });
    const getWebhook: typeof services.getWebhook = async (userId, id) => {
      if (id === quick.id) throw new Error('throttled');
      return services.getWebhook(userId, id);
    };
    const poison = givenRecord('nonsense', { messageId: 'poison' });
    const { batchItemFailures } = await deliverBatch({ ...services, getWebhook }, [poison, ...records]);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }]);
    expect(passedOn).toHaveLength(2);
    expect(deadLetters).toHaveLength(1);
  });
});
