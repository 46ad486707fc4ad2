import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { queueOf } from './support/clients.ts';
import { givenRuntime } from './support/given.ts';
import { queue, redriveTo, ref } from './support/template.ts';

const givenQueue = async (properties: object = {}) => {
  const given = await givenRuntime({
    resources: { Work: queue({ ...redriveTo('Dead', 2), ...properties }), Dead: queue() },
    outputs: { Work: ref('Work'), Dead: ref('Dead') },
  });
  return { ...given, work: queueOf(given.runtime, 'Work'), dead: queueOf(given.runtime, 'Dead') };
};

const attributesOf = async ({ sqs, QueueUrl }: ReturnType<typeof queueOf>) => {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return answer.Attributes ?? {};
};

test('a message is received as it was sent, with its attributes', async () => {
  const { work, runtime } = await givenQueue();
  const sent = await work.send('päylöad', {
    MessageGroupId: 'tenant-1',
    MessageAttributes: {
      kind: { DataType: 'String', StringValue: 'ünique' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
      count: { DataType: 'Number', StringValue: '3' },
    },
  });

  const [message] = await work.receive();

  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'päylöad',
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
    MessageAttributes: {
      kind: { DataType: 'String', StringValue: 'ünique' },
      count: { DataType: 'Number', StringValue: '3' },
    },
    Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'tenant-1', SenderId: 'local' },
  });
  expect(message?.MessageAttributes?.bytes?.BinaryValue).toEqual(new Uint8Array([1, 2, 255]));
  expect(Number(message?.Attributes?.SentTimestamp)).toBeCloseTo(runtime.clock.now(), -4);
});

test('attributes are given only where they are asked for', async () => {
  const { work } = await givenQueue();
  await work.send('a', { MessageAttributes: { 'app.kind': { DataType: 'String', StringValue: 'x' } } });

  const [bare] = await work.receive({
    MessageAttributeNames: [],
    MessageSystemAttributeNames: [],
    VisibilityTimeout: 0,
  });
  const [asked] = await work.receive({
    MessageAttributeNames: ['app.*'],
    MessageSystemAttributeNames: ['SenderId'],
  });

  expect(bare).not.toHaveProperty('Attributes');
  expect(bare).not.toHaveProperty('MessageAttributes');
  expect(asked?.Attributes).toEqual({ SenderId: 'local' });
  expect(asked?.MessageAttributes).toHaveProperty(['app.kind']);
});

test('a delay, of the message or else of the queue, ends on the clock', async () => {
  const { work, advance } = await givenQueue({ DelaySeconds: 60 });
  await work.send('queue delay');
  await work.send('own delay', { DelaySeconds: 120 });
  await work.send('none', { DelaySeconds: 0 });

  expect((await work.receive()).map(({ Body }) => Body)).toEqual(['none']);
  expect(await attributesOf(work)).toMatchObject({ ApproximateNumberOfMessagesDelayed: '2' });
  await advance(60);
  expect((await work.receive()).map(({ Body }) => Body)).toContain('queue delay');
  await advance(60);
  expect((await work.receive()).map(({ Body }) => Body)).toContain('own delay');
});

test('a received message is hidden until its visibility timeout ends, and deleted by its receipt', async () => {
  const { work, advance } = await givenQueue({ VisibilityTimeout: 300 });
  await work.send('once');

  await work.receive();
  expect(await work.receive()).toEqual([]);
  await advance(299);
  expect(await work.receive()).toEqual([]);
  await advance(1);
  const [again] = await work.receive();
  expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  await work.sqs.send(
    new DeleteMessageCommand({ QueueUrl: work.QueueUrl, ReceiptHandle: again?.ReceiptHandle }),
  );
  await advance(300);

  expect(await attributesOf(work)).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
});

test('the receipt of an earlier receive deletes nothing', async () => {
  const { work, advance } = await givenQueue({ VisibilityTimeout: 30 });
  await work.send('once');
  const [first] = await work.receive();
  await advance(30);
  await work.receive();

  await work.sqs.send(
    new DeleteMessageCommand({ QueueUrl: work.QueueUrl, ReceiptHandle: first?.ReceiptHandle }),
  );

  expect(await attributesOf(work)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
});

test('visibility can be changed while in flight, and only then', async () => {
  const { work, advance } = await givenQueue({ VisibilityTimeout: 30 });
  await work.send('once');
  const [message] = await work.receive();
  const change = (VisibilityTimeout: number) =>
    work.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: work.QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      }),
    );

  await change(600);
  await advance(300);
  expect(await work.receive()).toEqual([]);
  await change(1);
  await advance(1);
  await expect(change(0)).rejects.toThrow('not in flight');
  expect(await work.receive()).toHaveLength(1);
});

test('a message received too often becomes a dead letter that keeps when it was sent', async () => {
  const { work, dead, advance } = await givenQueue({ VisibilityTimeout: 10 });
  await work.send('poison', { MessageGroupId: 'g' });
  const [first] = await work.receive();
  await advance(10);
  await work.receive();
  await advance(10);

  expect(await work.receive()).toEqual([]);
  const [letter] = await dead.receive();

  expect(letter).toMatchObject({ MessageId: first?.MessageId, Body: 'poison' });
  expect(letter?.Attributes).toMatchObject({
    SentTimestamp: first?.Attributes?.SentTimestamp,
    MessageGroupId: 'g',
    DeadLetterQueueSourceArn: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:.*Work$/),
  });
  expect(await attributesOf(work)).toMatchObject({ ApproximateNumberOfMessages: '0' });
});

test('a message is gone when its retention ends, wherever it is then', async () => {
  const { work, advance } = await givenQueue({ MessageRetentionPeriod: 600, VisibilityTimeout: 3600 });
  await work.send('in flight');
  await work.receive();
  await work.send('delayed', { DelaySeconds: 900 });
  await work.send('waiting');

  await advance(600);

  expect(await attributesOf(work)).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
});

test('an empty receive waits for a message where it is told to', async () => {
  const { work } = await givenQueue();

  const waiting = work.receive({ WaitTimeSeconds: 20 });
  await work.send('late');

  expect(await waiting).toHaveLength(1);
});

test('a receive that waits ends empty when its time is up', async () => {
  const { work, advance } = await givenQueue();

  const waiting = work.receive({ WaitTimeSeconds: 20 });
  // Only once it waits does the clock end it.
  await vi.waitFor(async () => {
    await advance(20);
    expect(await Promise.race([waiting, Promise.resolve('waiting')])).toEqual([]);
  });

  expect(await waiting).toEqual([]);
});

test('a batch takes what is good and reports the rest', async () => {
  const { work } = await givenQueue();

  const answer = await work.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: work.QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'a' },
        { Id: 'late', MessageBody: 'b', DelaySeconds: 901 },
        { Id: 'control', MessageBody: 'c\u0000' },
        { Id: 'fine', MessageBody: 'd' },
      ],
    }),
  );

  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good', 'fine']);
  expect(answer.Failed).toMatchObject([
    { Id: 'late', Code: 'InvalidParameterValue', SenderFault: true },
    { Id: 'control', Code: 'InvalidMessageContents', SenderFault: true },
  ]);
  const received = await work.receive();
  expect(received.map(({ Body }) => Body)).toEqual(['a', 'd']);
  const deleted = await work.sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: work.QueueUrl,
      Entries: received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
  expect(deleted.Successful).toHaveLength(2);
});

test.each([
  ['BatchRequestTooLong', [0, 1].map((id) => ({ Id: String(id), MessageBody: 'x'.repeat(600_000) }))],
  ['BatchEntryIdsNotDistinct', [1, 1].map((id) => ({ Id: String(id), MessageBody: 'x' }))],
  ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'x' }]],
  ['EmptyBatchRequest', []],
  ['TooManyEntriesInBatchRequest', [...Array(11).keys()].map((id) => ({ Id: `n${id}`, MessageBody: 'x' }))],
])('a batch is refused as a whole: %s', async (name, Entries) => {
  const { work } = await givenQueue();

  const sending = work.sqs.send(new SendMessageBatchCommand({ QueueUrl: work.QueueUrl, Entries }));

  await expect(sending).rejects.toMatchObject({ name });
});

test('a message may be 1 MiB, attributes included, and no more', async () => {
  const { work } = await givenQueue();
  const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } };

  await work.send('x'.repeat(1024 * 1024));
  await expect(work.send('x'.repeat(1024 * 1024), { MessageAttributes })).rejects.toThrow('1048576 bytes');
});

test('a queue that does not exist is refused by its AWS name', async () => {
  const { work } = await givenQueue();

  const sending = work.send('a', { QueueUrl: `${work.QueueUrl}-other` });

  await expect(sending).rejects.toBeInstanceOf(QueueDoesNotExist);
});

test('queues are found, described and purged', async () => {
  const { work, dead } = await givenQueue({ QueueName: 'work', VisibilityTimeout: 42 });
  await work.send('a');
  await work.send('b');
  await work.receive({ MaxNumberOfMessages: 1 });

  const found = await work.sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }));
  const listed = await work.sqs.send(new ListQueuesCommand({}));
  expect(found.QueueUrl).toBe(work.QueueUrl);
  expect(listed.QueueUrls).toEqual([work.QueueUrl, dead.QueueUrl]);
  expect(await attributesOf(work)).toMatchObject({
    QueueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    VisibilityTimeout: '42',
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
  await work.sqs.send(new PurgeQueueCommand({ QueueUrl: work.QueueUrl }));
  expect(await attributesOf(work)).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
});

test('a busy tenant does not hold up the others', async () => {
  const { work } = await givenQueue();
  for (let index = 0; index < 5; index += 1) await work.send(`busy ${index}`, { MessageGroupId: 'busy' });
  await work.receive({ MaxNumberOfMessages: 2 });
  await work.send('quiet', { MessageGroupId: 'quiet' });

  const [next] = await work.receive({ MaxNumberOfMessages: 1 });

  expect(next?.Body).toBe('quiet');
});
