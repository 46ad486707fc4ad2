import { setImmediate } from 'node:timers/promises';
import type { AwsAnswer, AwsService } from '../aws/call.ts';
import { JSON_1_0 } from '../aws/json-headers.ts';
import type { Resource, Stack } from '../stack/stack.ts';

/** What `CreateTable` takes from a table's properties as they are. */
const CREATED_WITH = new Set([
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
]);

/** Makes the tables of the stack; one that is there from an earlier start is left as it is. */
export async function createTables(stack: Stack, dynamoDb: AwsService): Promise<void> {
  const tables = stack.resourcesOf('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  await Promise.all(tables.map((table) => createTable(table, dynamoDb)));
}

async function createTable({ logicalId, ref, properties }: Resource, dynamoDb: AwsService): Promise<void> {
  properties.refuse('StreamSpecification', 'ResourcePolicy');
  const definition = Object.entries(properties.values).filter(([name]) => CREATED_WITH.has(name));
  const created = await request(dynamoDb, 'CreateTable', {
    TableName: ref,
    BillingMode: 'PAY_PER_REQUEST',
    ...Object.fromEntries(definition),
  });
  if (created.status !== 200 && !created.body.includes('ResourceInUseException')) {
    throw new Error(`the table ${logicalId} cannot be made: ${created.body}`);
  }
  const found = await untilActive(ref, dynamoDb);
  const names = indexNamesOf(found.GlobalSecondaryIndexes);
  const missing = indexNamesOf(properties.values.GlobalSecondaryIndexes).filter(
    (name) => !names.includes(name),
  );
  if (missing.length > 0) {
    throw new Error(
      `the table ${logicalId} is of an earlier version, without the index ${missing.join(', ')}: begin anew, in an empty folder`,
    );
  }
}

const indexNamesOf = (indexes: unknown = []) =>
  (indexes as { IndexName: string }[]).map(({ IndexName }) => IndexName);

/** Waits until a table can be used. @returns its description */
async function untilActive(name: string, dynamoDb: AwsService): Promise<Record<string, unknown>> {
  const { body } = await request(dynamoDb, 'DescribeTable', { TableName: name });
  const { Table } = JSON.parse(body);
  if (Table?.TableStatus === 'ACTIVE') return Table;
  await setImmediate();
  return untilActive(name, dynamoDb);
}

function request(dynamoDb: AwsService, operation: string, input: object): Promise<AwsAnswer> {
  return dynamoDb({
    service: 'dynamodb',
    operation,
    accessKeyId: 'cloudformation',
    method: 'POST',
    url: '/',
    headers: {
      ...JSON_1_0,
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
}
