import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { Runtime } from '../../../local/runtime.ts';
import { configOf, queueOf } from '../support/clients.ts';
import { givenRuntime } from '../support/given.ts';
import { queue, ref } from '../support/template.ts';

const FIXTURE = {
  resources: {
    Work: queue(),
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    },
  },
  outputs: { Work: ref('Work'), Table: ref('Table') },
};

/** A client's settings as a function has them, which asks once. */
const asFunction = (runtime: Runtime) => ({
  ...configOf(runtime),
  credentials: { accessKeyId: 'SomeFunction', secretAccessKey: 'local' },
});

async function givenFaults(...rules: object[]) {
  const { runtime, send } = await givenRuntime(FIXTURE);
  expect((await send('PUT', '/_local/faults', { seed: 5, rules })).status).toBe(204);
  const config = asFunction(runtime);
  const QueueUrl = runtime.outputs.Work ?? '';
  const sqs = new SQSClient(config);
  return {
    runtime,
    config,
    TableName: runtime.outputs.Table ?? '',
    sendMessage: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' })),
    sendBatch: (count: number) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody: 'hello' })),
        }),
      ),
    readBodies: async () => (await queueOf(runtime, 'Work').receive()).map(({ Body }) => Body),
    readCounts: async () => ((await (await send('GET', '/_local/faults')).json()) as any).counts,
    disarm: () => send('DELETE', '/_local/faults'),
  };
}

test('a throttled call is refused, and takes no effect', async () => {
  const { sendMessage, readBodies, readCounts } = await givenFaults({ fault: 'throttled' });
  await expect(sendMessage()).rejects.toMatchObject({ name: 'RequestThrottled' });
  expect(await readBodies()).toEqual([]);
  expect(await readCounts()).toEqual({ throttled: 1 });
});

test('an SDK asks again after a throttled call', async () => {
  const { config, TableName, readCounts } = await givenFaults({ fault: 'throttled', times: 1 });
  const client = new DynamoDBClient({ ...config, maxAttempts: 2 });
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }));
  expect(await readCounts()).toEqual({ throttled: 1 });
});

test('every service is throttled in its own words', async () => {
  const { config, TableName } = await givenFaults({ fault: 'throttled' });
  const Entries = [{ Source: 'a', DetailType: 'b', Detail: '{}' }];
  await expect(
    new DynamoDBClient(config).send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } })),
  ).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  await expect(new EventBridgeClient(config).send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
    name: 'ThrottlingException',
  });
  await expect(new SchedulerClient(config).send(new GetScheduleCommand({ Name: 'a' }))).rejects.toMatchObject(
    {
      name: 'ThrottlingException',
    },
  );
});

test('a failed call is a 500', async () => {
  const { sendMessage, readBodies } = await givenFaults({ fault: 'failed' });
  await expect(sendMessage()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect(await readBodies()).toEqual([]);
});

test('a reset cuts the connection before the call took effect', async () => {
  const { sendMessage, readBodies } = await givenFaults({ fault: 'reset' });
  await expect(sendMessage()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await readBodies()).toEqual([]);
});

test('a lost answer cuts it after the call took effect', async () => {
  const { sendMessage, readBodies } = await givenFaults({ fault: 'lost-answer' });
  await expect(sendMessage()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await readBodies()).toEqual(['hello']);
});

test('a slow call is answered late', async () => {
  const { sendMessage, readBodies, readCounts } = await givenFaults({ fault: 'slow', ms: 20 });
  await sendMessage();
  expect(await readBodies()).toEqual(['hello']);
  expect(await readCounts()).toEqual({ slow: 1 });
});

test('of a batch of messages a part is refused, and the rest is there', async () => {
  const { sendBatch, sendMessage, readBodies } = await givenFaults({ fault: 'partly-refused' });
  const { Successful = [], Failed = [] } = await sendBatch(10);
  expect(Failed.length).toBeGreaterThan(0);
  expect([...Successful, ...Failed].map(({ Id }) => Id)).toEqual(Array.from('0123456789'));
  expect(await readBodies()).toHaveLength(Successful.length);
  await sendMessage();
});

test('of a batch of one message all is refused', async () => {
  const { sendBatch, readBodies } = await givenFaults({ fault: 'partly-refused' });
  expect(await sendBatch(1)).toMatchObject({ Failed: [{ Id: '0', SenderFault: false }] });
  expect(await readBodies()).toEqual([]);
});

test('of several events a part is refused, in their order', async () => {
  const { config } = await givenFaults({ fault: 'partly-refused' });
  const Entries = Array.from({ length: 5 }, () => ({ Source: 'a', DetailType: 'b', Detail: '{}' }));
  const answer = await new EventBridgeClient(config).send(new PutEventsCommand({ Entries }));
  const failed = answer.Entries?.map(({ ErrorCode }) => ErrorCode !== undefined) ?? [];
  expect(failed).toHaveLength(5);
  expect(failed.filter(Boolean)).toHaveLength(answer.FailedEntryCount ?? 0);
  expect(failed.at(-1)).toBe(true);
});

test('of several items a part is left unread', async () => {
  const { config, TableName, disarm } = await givenFaults({ fault: 'partly-refused' });
  const client = new DynamoDBClient(config);
  const Keys = ['a', 'b', 'c'].map((pk) => ({ pk: { S: pk } }));
  for (const Item of Keys) await client.send(new PutItemCommand({ TableName, Item }));
  const first = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
  const read = first.Responses?.[TableName] ?? [];
  expect(read.length).toBeLessThan(3);
  await disarm();
  const rest = await client.send(new BatchGetItemCommand({ RequestItems: first.UnprocessedKeys }));
  const all = [...read, ...(rest.Responses?.[TableName] ?? [])].map(({ pk }) => pk?.S);
  expect(new Set(all)).toEqual(new Set(['a', 'b', 'c']));
  expect(all).toHaveLength(3);
});

test('of several statements a part is refused, each for itself', async () => {
  const { config, TableName, disarm } = await givenFaults({ fault: 'partly-refused' });
  const client = new DynamoDBClient(config);
  const Statements = ['a', 'b', 'c'].map((pk) => ({
    Statement: `INSERT INTO "${TableName}" VALUE {'pk':?}`,
    Parameters: [{ S: pk }],
  }));
  const insert = async () => {
    const { Responses } = await client.send(new BatchExecuteStatementCommand({ Statements }));
    return Responses?.map(({ Error: failure }) => failure?.Code);
  };
  const first = await insert();
  expect(first).toHaveLength(3);
  expect(first?.at(-1)).toBe('ThrottlingError');
  await disarm();
  expect(await insert()).toEqual(first?.map((code) => (code === undefined ? 'DuplicateItem' : undefined)));
});

test("the operator's own calls pass", async () => {
  const { runtime } = await givenFaults({ fault: 'reset' });
  await queueOf(runtime, 'Work').send('hello');
});
