import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { configOf, queueOf } from '../support/clients.ts';
import { givenRuntime } from '../support/given.ts';
import { allow, arnOf, lambda, queue, queuePolicy, ref, role } from '../support/template.ts';

const FUNCTION = 'Test-Worker';
const USER = `arn:aws:sts::000000000000:assumed-role/Test-WorkerRole/${FUNCTION}`;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Test-Work';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Test-Table';
const SCHEDULE = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/one';
const ROLE = 'arn:aws:iam::000000000000:role/any';

const LOGS = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], '*');
const RESOURCES = {
  Worker: lambda('Worker', { Role: arnOf('WorkerRole') }),
  Work: queue(),
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  },
};

/** The AWS of a runtime as a function sees it whose role has `statements`, the queue's policy `onQueue`. */
async function givenFunction(statements: object[], onQueue: object[] = []) {
  const { runtime } = await givenRuntime({
    resources: {
      ...RESOURCES,
      WorkerRole: role([LOGS, ...statements], 'lambda.amazonaws.com'),
      WorkPolicy: queuePolicy('Work', onQueue),
    },
    outputs: { Work: ref('Work') },
  });
  const config = { ...configOf(runtime), credentials: { accessKeyId: FUNCTION, secretAccessKey: 'local' } };
  const sqs = new SQSClient(config);
  const dynamoDb = new DynamoDBClient(config);
  const QueueUrl = runtime.outputs.Work;
  const Key = { pk: { S: 'a' } };
  const schedule = {
    Name: 'one',
    ScheduleExpression: 'at(2040-01-01T00:00:00)',
    FlexibleTimeWindow: { Mode: 'OFF' } as const,
    Target: { Arn: QUEUE, RoleArn: ROLE, Input: '{}' },
  };
  return {
    runtime,
    send: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    sendBatch: () =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x' }] })),
    deleteBatch: () =>
      sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', ReceiptHandle: 'x' }] })),
    getUrl: () => sqs.send(new GetQueueUrlCommand({ QueueName: 'Test-Work' })),
    listQueues: () => sqs.send(new ListQueuesCommand({})),
    getItem: () => dynamoDb.send(new GetItemCommand({ TableName: 'Test-Table', Key })),
    batchGet: () =>
      dynamoDb.send(
        new BatchGetItemCommand({ RequestItems: { 'Test-Table': { Keys: [Key] }, Other: { Keys: [Key] } } }),
      ),
    queryIndex: () => dynamoDb.send(new QueryCommand({ TableName: 'Test-Table', IndexName: 'byName' })),
    putEvent: (EventBusName?: string, ...sources: string[]) =>
      new EventBridgeClient(config).send(
        new PutEventsCommand({
          Entries: ['s', ...sources].map((Source) => ({
            EventBusName,
            Source,
            DetailType: 't',
            Detail: '{}',
          })),
        }),
      ),
    createSchedule: () => new SchedulerClient(config).send(new CreateScheduleCommand(schedule)),
    listSchedules: () => new SchedulerClient(config).send(new ListSchedulesCommand({})),
  };
}

type Calls = Awaited<ReturnType<typeof givenFunction>>;

describe('a call that no policy allows', () => {
  test.each<[string, (calls: Calls) => Promise<unknown>, object, string, string]>([
    [
      'GetItem',
      (calls) => calls.getItem(),
      { name: 'AccessDeniedException', status: 400 },
      'dynamodb:GetItem',
      TABLE,
    ],
    [
      'Query of an index',
      (calls) => calls.queryIndex(),
      { name: 'AccessDeniedException', status: 400 },
      'dynamodb:Query',
      `${TABLE}/index/byName`,
    ],
    [
      'BatchGetItem',
      (calls) => calls.batchGet(),
      { name: 'AccessDeniedException', status: 400 },
      'dynamodb:BatchGetItem',
      TABLE,
    ],
    ['SendMessage', (calls) => calls.send(), { name: 'AccessDenied', status: 403 }, 'sqs:sendmessage', QUEUE],
    [
      'SendMessageBatch',
      (calls) => calls.sendBatch(),
      { name: 'AccessDenied', status: 403 },
      'sqs:sendmessage',
      QUEUE,
    ],
    [
      'DeleteMessageBatch',
      (calls) => calls.deleteBatch(),
      { name: 'AccessDenied', status: 403 },
      'sqs:deletemessage',
      QUEUE,
    ],
    [
      'GetQueueUrl',
      (calls) => calls.getUrl(),
      { name: 'AccessDenied', status: 403 },
      'sqs:getqueueurl',
      QUEUE,
    ],
    [
      'PutEvents',
      (calls) => calls.putEvent('bus'),
      { name: 'AccessDeniedException', status: 400 },
      'events:PutEvents',
      'arn:aws:events:us-east-1:000000000000:event-bus/bus',
    ],
    [
      'PutEvents to no bus by name',
      (calls) => calls.putEvent(),
      { name: 'AccessDeniedException', status: 400 },
      'events:PutEvents',
      'arn:aws:events:us-east-1:000000000000:event-bus/default',
    ],
    [
      'CreateSchedule',
      (calls) => calls.createSchedule(),
      { name: 'AccessDeniedException', status: 403 },
      'scheduler:CreateSchedule',
      SCHEDULE,
    ],
    [
      'ListSchedules',
      (calls) => calls.listSchedules(),
      { name: 'AccessDeniedException', status: 403 },
      'scheduler:ListSchedules',
      'arn:aws:scheduler:us-east-1:000000000000:schedule/*/*',
    ],
  ])('is refused in AWS’s words: %s', async (_, call, { name, status }: any, action, resource) => {
    const refused = call(await givenFunction([allow('*', 'arn:aws:s3:::other')]));

    await expect(refused).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
      message: `User: ${USER} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    });
  });

  test('is refused as a whole where one of its tables is not allowed', async () => {
    const { batchGet } = await givenFunction([allow('dynamodb:BatchGetItem', TABLE)]);

    await expect(batchGet()).rejects.toThrow(
      'on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Other',
    );
  });

  test('takes no effect', async () => {
    const { send, runtime } = await givenFunction([]);
    await expect(send()).rejects.toThrow('not authorized');

    const work = queueOf(runtime, 'Work');
    await work.send('by the operator');
    expect((await work.receive()).map(({ Body }) => Body)).toEqual(['by the operator']);
  });
});

describe('a call', () => {
  test('passes by the role', async () => {
    const calls = await givenFunction([
      allow('sqs:Send*', QUEUE),
      allow('dynamodb:GetItem', arnOf('Table')),
      allow('events:PutEvents', arnOf('Bus')),
    ]);

    expect((await calls.send()).MessageId).toBeTruthy();
    expect((await calls.sendBatch()).Successful).toHaveLength(1);
    expect((await calls.getItem()).Item).toBeUndefined();
    expect((await calls.putEvent('bus')).FailedEntryCount).toBe(0);
  });

  test('passes by the policy of the resource', async () => {
    const Principal = { AWS: arnOf('WorkerRole') };
    const { send } = await givenFunction([], [allow('sqs:SendMessage', arnOf('Work'), { Principal })]);

    expect((await send()).MessageId).toBeTruthy();
  });

  test('is refused as a whole where one of its events has another source than the role may use', async () => {
    const Condition = { StringEquals: { 'events:source': 's' } };
    const { putEvent } = await givenFunction([allow('events:PutEvents', arnOf('Bus'), { Condition })]);

    expect((await putEvent('bus')).FailedEntryCount).toBe(0);
    await expect(putEvent('bus', 's', 'other')).rejects.toThrow(
      'not authorized to perform: events:PutEvents',
    );
  });

  test('is refused by a denial in the role', async () => {
    const { send } = await givenFunction([
      allow('*', '*'),
      {
        Effect: 'Deny',
        Action: 'sqs:*',
        Resource: '*',
        Condition: { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:*' } },
      },
    ]);

    await expect(send()).rejects.toThrow(
      `perform: sqs:sendmessage on resource: ${QUEUE} with an explicit deny in an identity-based policy`,
    );
  });

  test('is refused by a denial in the policy of the resource', async () => {
    const deny = { Effect: 'Deny', Action: 'sqs:SendMessage', Resource: QUEUE, Principal: '*' };
    const { send } = await givenFunction([allow('*', '*')], [deny]);

    await expect(send()).rejects.toThrow('with an explicit deny in a resource-based policy');
  });

  test('is by TLS, as AWS’s endpoints are', async () => {
    const { send } = await givenFunction(
      [allow('sqs:SendMessage', QUEUE)],
      [
        {
          Effect: 'Deny',
          Action: 'sqs:*',
          Resource: QUEUE,
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    );

    expect((await send()).MessageId).toBeTruthy();
  });

  test('of an operation whose permission is not known is refused, whatever the role', async () => {
    const { listQueues } = await givenFunction([allow('*', '*')]);

    await expect(listQueues()).rejects.toThrow('does not know what permission sqs:ListQueues takes');
  });
});

describe('a role', () => {
  const create = allow('scheduler:CreateSchedule', SCHEDULE);
  const passTo = (service: string) =>
    allow('iam:PassRole', ROLE, { Condition: { StringEquals: { 'iam:PassedToService': service } } });

  test('is passed to Scheduler by who may', async () => {
    const { createSchedule } = await givenFunction([create, passTo('scheduler.amazonaws.com')]);

    expect((await createSchedule()).ScheduleArn).toBe(SCHEDULE);
  });

  test.each([
    ['nobody', []],
    ['another service', [passTo('lambda.amazonaws.com')]],
  ])('is not passed to Scheduler by who may pass it to %s', async (_, statements) => {
    const { createSchedule } = await givenFunction([create, ...statements]);

    await expect(createSchedule()).rejects.toThrow(`perform: iam:PassRole on resource: ${ROLE}`);
  });
});
