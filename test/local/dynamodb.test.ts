import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { create, updateIndexes } from 'dynalite/db/index.js';
import { expect, test } from 'vitest';
import { configOf } from './support/clients.ts';
import { givenDirectory, givenRuntime } from './support/given.ts';
import { ref } from './support/template.ts';

const KEYS = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'sk', KeyType: 'RANGE' },
];

const RESOURCES = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: KEYS,
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-owner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  },
};

const givenTable = async (dataDirectory?: string) => {
  const given = await givenRuntime(
    { resources: RESOURCES, outputs: { Table: ref('Table') } },
    { dataDirectory },
  );
  const client = new DynamoDBClient(configOf(given.runtime));
  return { ...given, client, TableName: given.runtime.outputs.Table };
};

/** The items of an owner, by the index. */
const findOwned = async ({ client, TableName }: Awaited<ReturnType<typeof givenTable>>, owner: string) => {
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-owner',
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: owner } },
    }),
  );
  return Items;
};

const ITEM = { pk: { S: 'a' }, sk: { S: '1' }, owner: { S: 'me' } };

test('the table of the template is there, and works', async () => {
  const given = await givenTable();
  const { client, TableName } = given;
  const put = () =>
    client.send(
      new PutItemCommand({ TableName, Item: ITEM, ConditionExpression: 'attribute_not_exists(pk)' }),
    );

  await put();

  await expect(put()).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  expect(await findOwned(given, 'me')).toEqual([ITEM]);
  const described = await client.send(new DescribeTableCommand({ TableName }));
  expect(described.Table).toMatchObject({ TableStatus: 'ACTIVE', KeySchema: KEYS });
});

test('a table outlives a restart on the same folder', async () => {
  const dataDirectory = await givenDirectory();
  const first = await givenTable(dataDirectory);
  await first.client.send(new PutItemCommand({ TableName: first.TableName, Item: ITEM }));
  await first.runtime.stop();

  const { client, TableName } = await givenTable(dataDirectory);

  const found = await client.send(new GetItemCommand({ TableName, Key: { pk: ITEM.pk, sk: ITEM.sk } }));
  expect(found.Item).toEqual(ITEM);
});

test('an index agrees with the items after a kill between the writing of the two', async () => {
  const dataDirectory = await givenDirectory();
  const first = await givenTable(dataDirectory);
  await first.client.send(new PutItemCommand({ TableName: first.TableName, Item: ITEM }));
  await first.runtime.stop();
  const store = create({ path: join(dataDirectory, 'tables') });
  for await (const table of store.tableDb.createValueStream()) {
    await promisify(updateIndexes)(store, table, ITEM, { ...ITEM, owner: { S: 'another' } });
  }
  await store.db.close();

  const second = await givenTable(dataDirectory);

  expect(await findOwned(second, 'another')).toEqual([]);
  expect(await findOwned(second, 'me')).toEqual([ITEM]);
});

test('a table of an earlier version, without an index that is there now, is refused in words', async () => {
  const dataDirectory = await givenDirectory();
  const before = await givenTable(dataDirectory);
  await before.runtime.stop();
  const { GlobalSecondaryIndexes, ...Properties } = RESOURCES.Table.Properties;
  const [index] = GlobalSecondaryIndexes;
  const now = {
    Type: RESOURCES.Table.Type,
    Properties: { ...Properties, GlobalSecondaryIndexes: [index, { ...index, IndexName: 'by-owner-too' }] },
  };
  await expect(givenRuntime({ resources: { Table: now } }, { dataDirectory })).rejects.toThrow(
    'without the index by-owner-too: begin anew',
  );
});

const insertOf = (table: string, item: Record<string, { S: string }>) => ({
  Statement: `INSERT INTO "${table}" VALUE {${Object.keys(item)
    .map((name) => `'${name}':?`)
    .join(',')}}`,
  Parameters: Object.values(item),
});

test('of the inserts of a batch each is done by itself: one whose item is there fails alone', async () => {
  const { client, TableName = '' } = await givenTable();
  await client.send(new PutItemCommand({ TableName, Item: ITEM }));
  const other = { ...ITEM, sk: { S: '2' } };
  const Statements = [
    insertOf(TableName, { ...ITEM, owner: { S: 'another' } }),
    insertOf(TableName, other),
    insertOf('nowhere', ITEM),
    { Statement: `DELETE FROM "${TableName}" WHERE pk = 'a'` },
  ];

  const { Responses } = await client.send(new BatchExecuteStatementCommand({ Statements }));

  expect(Responses?.map(({ Error: failure }) => failure?.Code)).toEqual([
    'DuplicateItem',
    undefined,
    'ResourceNotFound',
    'ValidationError',
  ]);
  const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
  const found = await client.send(new QueryCommand({ TableName, ...query }));
  expect(found.Items).toEqual([ITEM, other]);
});
