import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { deliverBatch } from '../../../lambdas/deliverer.ts';
import { givenRecord, givenWebhook, webhookIdOf } from '../given.ts';
import { givenMessage, givenServices } from '../given-delivery.ts';
import { givenPost, givenReceiver, givenRequest, givenServer } from './given-receiver.ts';

const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes';

/** A receiver that goes over to another protocol, which nobody has asked it for, and stays on the line. */
const givenSwitching = () =>
  givenServer(createServer((socket) => socket.once('data', () => socket.write(SWITCHING))));

test('101 Switching Protocols, unasked, has failed at once, and its connection is given up', async () => {
  const { url, sockets } = await givenSwitching();
  const { result, response } = await givenPost({ timeoutMs: 20_000 })(givenRequest(url));
  expect(result).toMatchObject({ statusCode: null, error: 'Connection reset' });
  expect(result.responseTimeMs).toBeLessThan(10_000);
  expect(response).toBeUndefined();
  expect(sockets).toHaveLength(1);
});

test('101 Switching Protocols does not harm the neighbours in a batch', async () => {
  const switching = await givenSwitching();
  const receiver = await givenReceiver((response) => response.end());
  const webhooks = [
    givenWebhook({ url: switching.url }),
    givenWebhook({ id: webhookIdOf(2), url: receiver.url }),
  ];
  const { services, recorded, sent } = givenServices({ webhooks }, { post: givenPost() });
  const records = [1, 2].map((n) =>
    givenRecord(givenMessage({ webhook_id: webhookIdOf(n) }), { messageId: `message-${n}` }),
  );
  expect(await deliverBatch(services, records)).toEqual({ batchItemFailures: [] });
  const statusOf = Object.fromEntries(
    recorded.map(({ delivery }) => [delivery.webhookId, delivery.status] as const),
  );
  expect(statusOf).toEqual({ [webhookIdOf(1)]: 'retrying', [webhookIdOf(2)]: 'succeeded' });
  expect(sent.map(({ webhook_id, attempt }) => [webhook_id, attempt])).toEqual([[webhookIdOf(1), 2]]);
});
