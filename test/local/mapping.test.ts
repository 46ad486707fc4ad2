import { GetQueueAttributesCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { queueOf } from './support/clients.ts';
import { givenRuntime } from './support/given.ts';
import { handler } from './support/handlers.ts';
import { lambda, mapping, queue, redriveTo, ref } from './support/template.ts';

type Options = { mapping?: object; queue?: object; lambda?: object };

/** A queue whose messages a function is run for; the third receive of a message is its last. */
const givenConsumer = async (code: string, options: Options = {}) => {
  const given = await givenRuntime({
    resources: {
      Work: queue({ VisibilityTimeout: 60, ...redriveTo('Dead', 3), ...options.queue }),
      Dead: queue(),
      Worker: lambda('Worker', options.lambda),
      Mapping: mapping('Work', 'Worker', {
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ...options.mapping,
      }),
    },
    outputs: { Work: ref('Work'), Dead: ref('Dead') },
    handlers: { Worker: handler(code) },
  });
  const work = queueOf(given.runtime, 'Work');
  const sendAll = (...bodies: string[]) =>
    work.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: work.QueueUrl,
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    );
  const countLeft = async () => {
    const { Attributes = {} } = await work.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: work.QueueUrl, AttributeNames: ['All'] }),
    );
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible)
    );
  };
  const expectInbox = (name: string, expected: unknown) =>
    vi.waitFor(async () => expect(await given.inbox(name)).toEqual(expected), {
      timeout: 5000,
      interval: 10,
    });
  const expectLeft = (count: number) =>
    vi.waitFor(async () => expect(await countLeft()).toBe(count), { timeout: 5000, interval: 10 });
  return { ...given, work, sendAll, expectInbox, expectLeft, dead: queueOf(given.runtime, 'Dead') };
};

const TELL_BODIES = `await tell('bodies', event.Records.map(({ body }) => body).sort());`;

test('a message is given to the function as AWS does, and deleted', async () => {
  const { work, inbox, expectLeft } = await givenConsumer(`await tell('events', event);`);

  const sent = await work.send('hello', {
    MessageGroupId: 'g',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
  });

  await expectLeft(0);
  expect(await inbox('events')).toEqual([
    {
      Records: [
        {
          messageId: sent.MessageId,
          receiptHandle: expect.any(String),
          body: 'hello',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: 'local',
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            MessageGroupId: 'g',
          },
          messageAttributes: {
            kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
          },
          md5OfMessageAttributes: sent.MD5OfMessageAttributes,
          md5OfBody: sent.MD5OfMessageBody,
          eventSource: 'aws:sqs',
          eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:.*Work$/),
          awsRegion: 'us-east-1',
        },
      ],
    },
  ]);
});

test('messages that are sent together come together, up to the size of a batch', async () => {
  const { sendAll, expectInbox } = await givenConsumer(TELL_BODIES, {
    mapping: { BatchSize: 3, ScalingConfig: { MaximumConcurrency: 1 } },
  });

  await sendAll('a', 'b', 'c', 'd');

  await expectInbox('bodies', [['a', 'b', 'c'], ['d']]);
});

test('a window gathers messages until it ends or the batch is full', async () => {
  const { work, expectInbox, advance, inbox } = await givenConsumer(TELL_BODIES, {
    mapping: { BatchSize: 2, MaximumBatchingWindowInSeconds: 60 },
  });

  await work.send('a');
  expect(await inbox('bodies')).toEqual([]);
  await work.send('b');
  await expectInbox('bodies', [['a', 'b']]);
  await work.send('c');
  await advance(60);
  await expectInbox('bodies', [['a', 'b'], ['c']]);
});

test('only what failed comes again, when its visibility timeout ends', async () => {
  const { sendAll, expectInbox, expectLeft, advance } = await givenConsumer(`
    ${TELL_BODIES}
    const failed = event.Records.filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };`);

  await sendAll('good', 'bad', 'fine');

  await expectLeft(1);
  await advance(59);
  await expectInbox('bodies', [['bad', 'fine', 'good']]);
  await advance(1);
  await expectInbox('bodies', [['bad', 'fine', 'good'], ['bad']]);
  await expectLeft(0);
});

test.each([
  ['null', 'return null;'],
  ['nothing', ''],
  ['an empty object', 'return {};'],
  ['an empty list', 'return { batchItemFailures: [] };'],
  ['a null list', 'return { batchItemFailures: null };'],
])('a report of %s means that all is done', async (_, code) => {
  const { sendAll, expectInbox, expectLeft } = await givenConsumer(`${TELL_BODIES}${code}`);

  await sendAll('a', 'b');

  await expectInbox('bodies', [['a', 'b']]);
  await expectLeft(0);
});

test.each([
  ['text', `return 'done';`],
  ['an unknown message', `return { batchItemFailures: [{ itemIdentifier: 'other' }] };`],
  ['an empty identifier', `return { batchItemFailures: [{ itemIdentifier: '' }] };`],
  ['no identifier', `return { batchItemFailures: [{ id: event.Records[0].messageId }] };`],
  ['no list', `return { batchItemFailures: 'none' };`],
  ['an error', `throw new Error('no');`],
])('a report of %s means that nothing is done', async (_, code) => {
  const { sendAll, expectInbox, expectLeft, advance } = await givenConsumer(`${TELL_BODIES}${code}`);

  await sendAll('a', 'b');
  await expectInbox('bodies', [['a', 'b']]);
  await advance(60);

  await expectInbox('bodies', [
    ['a', 'b'],
    ['a', 'b'],
  ]);
  await expectLeft(2);
});

test('without reports, what the function returns does not matter', async () => {
  const { sendAll, expectInbox, expectLeft } = await givenConsumer(
    `${TELL_BODIES} return { batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }] };`,
    { mapping: { FunctionResponseTypes: [] } },
  );

  await sendAll('a', 'b');

  await expectInbox('bodies', [['a', 'b']]);
  await expectLeft(0);
});

test('what always fails becomes a dead letter', async () => {
  const { work, dead, expectInbox, advance } = await givenConsumer(`${TELL_BODIES} throw new Error('no');`);
  await work.send('poison');

  await expectInbox('bodies', [['poison']]);
  await advance(60);
  await expectInbox('bodies', [['poison'], ['poison']]);
  await advance(60);
  await expectInbox('bodies', [['poison'], ['poison'], ['poison']]);
  await advance(60);

  expect(await dead.receive({ WaitTimeSeconds: 5 })).toMatchObject([{ Body: 'poison' }]);
});

test('no more invocations run at a time than the mapping allows', async () => {
  const { sendAll, inbox, expectLeft } = await givenConsumer(
    `await tell('times', ['start', event.Records[0].body]);
     await holdOn(100);
     await tell('times', ['end', event.Records[0].body]);`,
    { mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } } },
  );

  await sendAll('a', 'b', 'c', 'd', 'e');

  await expectLeft(0);
  let running = 0;
  const counts = (await inbox('times')).map(([what]) => {
    running += what === 'start' ? 1 : -1;
    return running;
  });
  expect(Math.max(...counts)).toBe(2);
});

test('a function that ends its thread fails its batch and nothing else', async () => {
  const { work, expectInbox, expectLeft, advance, logs } = await givenConsumer(`
    ${TELL_BODIES}
    if (event.Records[0].attributes.ApproximateReceiveCount === '1') process.exit(7);`);

  await work.send('a');
  await vi.waitFor(() => expect(logs.join()).toContain('exit status 7'), { timeout: 10_000 });
  await advance(60);

  await expectInbox('bodies', [['a'], ['a']]);
  await expectLeft(0);
});

test('a function that takes too long is ended', async () => {
  const { work, expectLeft, advance, logs } = await givenConsumer(
    `if (event.Records[0].attributes.ApproximateReceiveCount === '1') await holdOn(60_000);`,
    { lambda: { Timeout: 0.2 } },
  );

  await work.send('a');
  await vi.waitFor(() => expect(logs.join()).toContain('Task timed out after 0.20 seconds'), {
    timeout: 5000,
  });
  await expectLeft(1);
  await advance(60);

  await expectLeft(0);
});

test('a move of the clock waits for what is being done, and does not have it done twice', async () => {
  const { work, expectInbox, expectLeft, advance } = await givenConsumer(`
    await tell('bodies', 'start');
    await holdOn(100);
    await tell('bodies', 'end');`);
  await work.send('a');
  await expectInbox('bodies', ['start']);

  await advance(86_400);

  await expectInbox('bodies', ['start', 'end']);
  await expectLeft(0);
});

test.each([
  ['FilterCriteria', { FilterCriteria: { Filters: [] } }],
  ['EventSourceArn', { EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }],
])('what the runtime cannot do is named at the start: %s', async (name, properties) => {
  await expect(givenConsumer('', { mapping: properties })).rejects.toThrow(name);
});
