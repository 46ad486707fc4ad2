import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { expect, test, vi } from 'vitest';
import { billedMsOf, Meter } from '../../local/meter/meter.ts';
import { configOf, eventsOf, queueOf, schedulerOf } from './support/clients.ts';
import { givenRuntime } from './support/given.ts';
import { handler } from './support/handlers.ts';
import { arnOf, lambda, mapping, queue, ref, rule } from './support/template.ts';

const KB = 1024;

const RESOURCES = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  },
  Indexed: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: ['pk', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'ByOwner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['kind'] },
        },
      ],
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
  Rule: rule('Bus', { source: ['test'] }, [{ Arn: arnOf('Work'), Id: 'work' }]),
  Idle: queue(),
  Work: queue({ VisibilityTimeout: 60 }),
  Worker: lambda('Worker', { MemorySize: 1024, TracingConfig: { Mode: 'Active' }, VpcConfig: {} }),
  Mapping: mapping('Work', 'Worker'),
};

const givenMetered = async (code = '') => {
  const meter = new Meter();
  const { runtime } = await givenRuntime(
    {
      resources: RESOURCES,
      outputs: { Table: ref('Table'), Indexed: ref('Indexed'), Work: ref('Work'), Idle: ref('Idle') },
      handlers: { Worker: handler(code) },
    },
    { meter },
  );
  meter.reset();
  return { meter, runtime };
};

test('a request to a queue is billed by its 64 KB chunks', async () => {
  const { meter, runtime } = await givenMetered();
  const { send } = queueOf(runtime, 'Idle');
  await send('short');
  await send('x'.repeat(65 * KB));
  expect(meter.usage).toEqual({ 'SQS sends': 3 });
});

test('the bus is billed by event, and the queue for what its rules send', async () => {
  const { meter, runtime } = await givenMetered('console.log("12345")');
  const Detail = JSON.stringify({ text: 'x'.repeat(65 * KB) });
  const entry = { EventBusName: 'bus', Source: 'test', DetailType: 'test', Detail };
  await eventsOf(runtime).send(new PutEventsCommand({ Entries: [entry] }));
  await vi.waitFor(() =>
    expect(meter.usage).toMatchObject({
      'events put': 2,
      'SQS sends': 2,
      // Two chunks received, and one request that deletes.
      'SQS receives and deletes': 3,
      invocations: 1,
      traces: 0.05,
      'log bytes': 31,
    }),
  );
  const [invocation] = meter.invocations;
  expect(meter.usage['GB-seconds']).toBe((invocation?.billedMs ?? 0) / 1000);
});

test('the table tells what its calls consume; a condition that does not hold is billed as well', async () => {
  const { meter, runtime } = await givenMetered();
  const client = new DynamoDBClient(configOf(runtime));
  const put = new PutItemCommand({
    TableName: runtime.outputs.Table,
    Item: { pk: { S: 'a' }, text: { S: 'x'.repeat(1500) } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await client.send(put);
  expect(meter.usage).toEqual({ 'write units': 2 });
  await expect(client.send(put)).rejects.toThrow(ConditionalCheckFailedException);
  expect(meter.usage).toEqual({ 'write units': 3 });
});

test('inserts are billed like puts, each by itself, and one whose item is there as well', async () => {
  const { meter, runtime } = await givenMetered();
  const { Table, Indexed } = runtime.outputs;
  const insertInto = (table: string | undefined, names: string, ...values: string[]) => ({
    Statement: `INSERT INTO "${table}" VALUE {${names}}`,
    Parameters: values.map((S) => ({ S })),
  });
  const Statements = [
    insertInto(Table, `'pk':?,'text':?`, 'a', 'x'.repeat(1500)),
    insertInto(Table, `'pk':?`, 'b'),
    insertInto(Indexed, `'pk':?,'owner':?`, 'a', 'me'),
  ];
  const insert = () =>
    new DynamoDBClient(configOf(runtime)).send(new BatchExecuteStatementCommand({ Statements }));
  await insert();
  expect(meter.usage).toEqual({ 'write units': 2 + 1 + 2 });
  await insert();
  expect(meter.usage).toEqual({ 'write units': 2 + 1 + 2 + 3 });
});

test('a schedule is billed when it fires, and the message that it sends', async () => {
  const { meter, runtime } = await givenMetered();
  await schedulerOf(runtime).send(
    new CreateScheduleCommand({
      Name: 'later',
      ScheduleExpression: 'at(2100-01-01T00:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
        RoleArn: 'arn:aws:iam::000000000000:role/any',
        Input: JSON.stringify({ QueueUrl: runtime.outputs.Idle, MessageBody: 'now' }),
      },
    }),
  );
  expect(meter.usage).toEqual({});
  await runtime.clock.advance(Date.parse('2100-01-02') / 1000 - Date.now() / 1000);
  expect(meter.usage).toEqual({ 'schedules fired': 1, 'SQS sends': 1 });
});

test('calls of a function in a network go through its NAT gateway, but for those of the table', async () => {
  const call = (
    service: string,
    operation: string,
    body: string,
  ) => `await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      'x-amz-target': '${operation}',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/1/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: '${body}',
  });`;
  const { meter, runtime } = await givenMetered(
    call(
      'sqs',
      'AmazonSQS.SendMessage',
      JSON.stringify({ QueueUrl: 'Test-Idle', MessageBody: 'x'.repeat(1000) }),
    ),
  );
  await queueOf(runtime, 'Work').send('go');
  await vi.waitFor(() => expect(meter.usage['NAT bytes']).toBeGreaterThan(1000));

  const { meter: other, runtime: another } = await givenMetered(
    call('dynamodb', 'DynamoDB_20120810.GetItem', '{"TableName":"Test-Table","Key":{"pk":{"S":"a"}}}'),
  );
  await queueOf(another, 'Work').send('go');
  await vi.waitFor(() => expect(other.usage).toMatchObject({ invocations: 1, 'read units': 0.5 }));
  expect(other.usage['NAT bytes']).toBeUndefined();
});

test('CPU time is stretched by the share of a vCPU that the memory gives, waiting is not', () => {
  expect(billedMsOf({ durationMs: 210.4, cpuMs: 10 }, 1769)).toBe(211);
  expect(billedMsOf({ durationMs: 210, cpuMs: 10 }, 1769 / 2)).toBe(220);
  expect(billedMsOf({ durationMs: 210, cpuMs: 10 }, 3538)).toBe(210);
});

test.each([
  ['an item that no index holds', {}, {}, 1],
  ['one that an index begins to hold', {}, { owner: { S: 'a' } }, 2],
  [
    'one that it holds already, the rest changed',
    { owner: { S: 'a' } },
    { owner: { S: 'a' }, n: { S: '1' } },
    1,
  ],
  ['one of which it holds something else', { owner: { S: 'a' } }, { owner: { S: 'a' }, kind: { S: 'k' } }, 2],
  ['one that moves in it', { owner: { S: 'a' } }, { owner: { S: 'b' } }, 3],
  ['one that it holds no longer', { owner: { S: 'a' } }, {}, 2],
])('a put is billed for the indexes that it changes: of %s', async (_, before, after, units) => {
  const { meter, runtime } = await givenMetered();
  const client = new DynamoDBClient(configOf(runtime));
  const put = (more: object) =>
    client.send(
      new PutItemCommand({ TableName: runtime.outputs.Indexed, Item: { pk: { S: 'p' }, ...more } }),
    );
  await put(before);
  meter.reset();
  await put(after);
  expect(meter.usage).toEqual({ 'write units': units });
});
