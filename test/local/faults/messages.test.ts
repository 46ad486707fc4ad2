import { DeleteMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { queueOf } from '../support/clients.ts';
import { givenRuntime } from '../support/given.ts';
import { queue, ref } from '../support/template.ts';

async function givenQueue(rule: object) {
  const { runtime, send, advance } = await givenRuntime({
    resources: { Work: queue({ VisibilityTimeout: 600 }) },
    outputs: { Work: ref('Work') },
  });
  await send('PUT', '/_local/faults', { rules: [rule] });
  const work = queueOf(runtime, 'Work');
  return {
    ...work,
    advance,
    readBodies: async () => (await work.receive()).map(({ Body }) => Body),
    disarm: () => send('DELETE', '/_local/faults'),
  };
}

test('a message that is sent twice is two messages', async () => {
  const { send, receive } = await givenQueue({ fault: 'sent-twice' });
  await send('hello');
  const received = await receive();
  expect(received.map(({ Body }) => Body)).toEqual(['hello', 'hello']);
  expect(new Set(received.map(({ MessageId }) => MessageId)).size).toBe(2);
});

test('a late message waits', async () => {
  const { send, readBodies, advance } = await givenQueue({ fault: 'late', ms: 3_600_000 });
  await send('hello');
  expect(await readBodies()).toEqual([]);
  await advance(3600);
  expect(await readBodies()).toEqual(['hello']);
});

test('an overtaking message comes before those that wait', async () => {
  const { send, readBodies, disarm } = await givenQueue({ fault: 'overtaking' });
  for (const body of ['first', 'second', 'third']) await send(body, { MessageGroupId: 'g' });
  await disarm();
  await send('fourth', { MessageGroupId: 'g' });
  expect(await readBodies()).toEqual(['third', 'second', 'first', 'fourth']);
});

test('a message that is shown early is received again under the hands of its receiver', async () => {
  const { send, receive } = await givenQueue({ fault: 'shown-early', ms: 5 });
  await send('hello');
  await receive();
  await vi.waitFor(async () => {
    const [again] = await receive();
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  });
});

test('a message that is not deleted is received again', async () => {
  const { send, receive, sqs, QueueUrl, readBodies } = await givenQueue({ fault: 'not-deleted', times: 1 });
  await send('hello');
  const remove = async () => {
    const [message] = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  };
  await remove();
  await remove();
  expect(await readBodies()).toEqual([]);
});
