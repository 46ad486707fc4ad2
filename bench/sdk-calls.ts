/**
 * The calls of AWS that the Deliverer and the Dispatcher make, each with its answer thrown away: what the SDK alone
 * takes of a delivery, to be told from what the functions take. `cpu.ts` bundles it as a function is bundled.
 */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { SDK_CONFIG } from '../lambdas/aws/sdk.ts';
import { openTable } from '../lambdas/aws/table.ts';

const TableName = 'table';
const { client } = openTable(TableName);
const sqs = new SQSClient(SDK_CONFIG);
const QueueUrl = `${process.env.AWS_ENDPOINT_URL}/000000000000/queue`;

const Key = {
  pk: 'WEBHOOK#webhook_018d0c5e8f1a7b3c9d2e4f5a6b7c8d9e',
  sk: 'WEBHOOK#018d0c5e8f1a7b3c9d2e4f5a',
};
const Keys = Array.from({ length: 10 }, (_, index) => ({ ...Key, sk: `${Key.sk}${index}` }));
const bytes = (length: number) => new Uint8Array(length).fill(0x5a);

/** As long as a delivery's row. */
const Item = {
  ...Key,
  eventId: '018d0ca5-d8c0-7000-8000-0123456789ab',
  eventType: 'thought.created',
  timestamp: '2026-01-01T00:00:00.000Z',
  status: 'succeeded',
  run: 1,
  generation: 1,
  attempt: 1,
  lastAttempt: { at: 1_800_000_000_000, responseTimeMs: 200, statusCode: 200 },
  payload: bytes(440),
  exchange: bytes(150),
  expires_at: 1_800_000_000,
};

const Entries = Array.from({ length: 10 }, (_, index) => ({
  Id: String(index),
  MessageBody: 'x'.repeat(1000),
  MessageGroupId: 'group',
}));

const putRow = () =>
  client.send(
    new PutCommand({
      TableName,
      Item,
      ConditionExpression: 'attribute_not_exists(pk) OR #run < :run',
      ExpressionAttributeNames: { '#run': 'run' },
      ExpressionAttributeValues: { ':run': 1 },
    }),
  );

const STATEMENT = {
  Statement: `INSERT INTO "${TableName}" VALUE {${Object.keys(Item)
    .map((name) => `'${name}':?`)
    .join(',')}}`,
  Parameters: Object.values(Item),
};
const insertRows = (rows: number) =>
  new BatchExecuteStatementCommand({ Statements: Array.from({ length: rows }, () => STATEMENT) });

export const SDK_CALLS = {
  get: () => client.send(new GetCommand({ TableName, Key, ConsistentRead: true })),
  /** The webhooks of ten deliveries. */
  getBatch: () =>
    client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } })),
  /** Rows of deliveries, so many at a time. */
  insert: (rows = 1) => (rows === 1 ? putRow() : client.send(insertRows(rows))),
  update: () =>
    client.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'ADD deliveryCount :deliveries SET lastDeliveryAt = :at',
        ConditionExpression: 'attribute_exists(pk) AND lastDeliveryAt < :at',
        ExpressionAttributeValues: { ':deliveries': 10, ':at': 1_800_000_000_000 },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  query: () =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': Key.pk, ':sk': 'WEBHOOK#' },
      }),
    ),
  sendBatch: () => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
};

/** A call of AWS that a function makes for a delivery or an event. */
export type SdkCall = keyof typeof SDK_CALLS;
