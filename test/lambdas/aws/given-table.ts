import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { onTestFinished } from 'vitest';
import { openTable, type Table } from '../../../lambdas/aws/table.ts';
import { UNDELIVERED_INDEX } from '../../../lambdas/env.ts';

/** Until the table is there: it is made a moment after dynalite has said so, as by DynamoDB. */
async function waitForTable({ name, client }: Table): Promise<void> {
  const describe = new DescribeTableCommand({ TableName: name });
  while ((await client.send(describe)).Table?.TableStatus !== 'ACTIVE') await setTimeout(1);
}

/** An empty table in memory, which judges keys, conditions and expressions as DynamoDB does. */
export async function givenTable(): Promise<Table> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config: DynamoDBClientConfig = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const table = openTable('table', config);
  onTestFinished(() => {
    table.client.destroy();
    server.close();
  });
  await table.client.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', UNDELIVERED_INDEX.attribute].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: UNDELIVERED_INDEX.name,
          KeySchema: [
            { AttributeName: UNDELIVERED_INDEX.attribute, KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...UNDELIVERED_INDEX.others] },
        },
      ],
    }),
  );
  await waitForTable(table);
  return table;
}

export type Sent = { readonly name: string; readonly input: Record<string, unknown> };

/** A client of any AWS service that notes each command, and answers it as `answer` says. */
export function givenClient(answer: (sent: Sent, count: number) => unknown = () => ({})) {
  const sent: Sent[] = [];
  const send = async (command: { input: Record<string, unknown> }) => {
    const one = { name: command.constructor.name, input: command.input };
    return answer(one, sent.push(one));
  };
  return { client: { send } as never, sent };
}
