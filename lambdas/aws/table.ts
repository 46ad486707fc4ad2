import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { InvalidRequestError } from '../../core/errors.ts';
import { MAX_COUNTED, type Page, type PageQuery } from '../../core/pagination.ts';

/** The table that holds everything, and the client for it. */
export type Table = { readonly name: string; readonly client: DynamoDBDocumentClient };

/** The key of an item. Its first part is the partition, the second the place in it. */
export type Key = { readonly pk: string; readonly sk: string };

/** The items of one kind in one partition, in the order of their ids. */
type Collection = { readonly pk: string; readonly skPrefix: string };

export const WEBHOOK_SK = 'WEBHOOK#';
export const DELIVERY_SK = 'DELIVERY#';

/** Where each kind of item lives. */
export const keyOf = {
  apiKey: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'KEY' }),
  apiKeyOfUser: (userId: string, keyId: string): Key => ({ pk: `USER#${userId}`, sk: `KEY#${keyId}` }),
  webhook: (userId: string, webhookId: string): Key => ({ pk: `USER#${userId}`, sk: WEBHOOK_SK + webhookId }),
  statistics: (webhookId: string): Key => ({ pk: `WEBHOOK#${webhookId}`, sk: 'STATISTICS' }),
  delivery: (webhookId: string, deliveryId: string): Key => ({
    pk: `WEBHOOK#${webhookId}`,
    sk: DELIVERY_SK + deliveryId,
  }),
  /** Attempts sort by when they were made (epoch ms, 13 digits until the year 2286). */
  attempt: (webhookId: string, at: number, attemptOf: string): Key => ({
    pk: `WEBHOOK#${webhookId}`,
    sk: `ATTEMPT#${at}#${attemptOf}`,
  }),
  eventClaim: (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: 'CLAIM' }),
  eventPayload: (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: 'PAYLOAD' }),
};

export const webhooksOf = (userId: string): Collection => ({ pk: `USER#${userId}`, skPrefix: WEBHOOK_SK });
export const deliveriesOf = (webhookId: string): Collection => ({
  pk: `WEBHOOK#${webhookId}`,
  skPrefix: DELIVERY_SK,
});

/** Opens the table of this name; where and as whom is the environment's, unless `config` says otherwise. */
export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { name, client };
}

/** Runs a conditional write; false where its condition did not hold. */
export async function holdsCondition(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The seconds since 1970 by which DynamoDB's TTL removes an item: `retentionDays` after `from` (epoch ms). */
export function expiryOf(from: number, retentionDays: number): number {
  return Math.floor(from / 1000) + retentionDays * 86_400;
}

const queryOf = (table: Table, { pk, skPrefix }: Collection): QueryCommandInput => ({
  TableName: table.name,
  KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
  ExpressionAttributeValues: { ':pk': pk, ':sk': skPrefix },
  ScanIndexForward: false,
});

/** Every item of a collection that is bounded in itself (a user's webhooks), newest first, read consistently. */
export async function queryAll(table: Table, collection: Collection): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const query = { ...queryOf(table, collection), ConsistentRead: true, ExclusiveStartKey };
    const answer = await table.client.send(new QueryCommand(query));
    items.push(...(answer.Items ?? []));
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Counts on from `after`, up to `limit` items; `last` is the key of the last that was counted. */
async function count(table: Table, collection: Collection, limit: number) {
  let counted = 0;
  let last: QueryCommandInput['ExclusiveStartKey'];
  do {
    const answer = await table.client.send(
      new QueryCommand({
        ...queryOf(table, collection),
        Select: 'COUNT',
        Limit: limit - counted,
        ExclusiveStartKey: last,
      }),
    );
    counted += answer.Count ?? 0;
    last = answer.LastEvaluatedKey;
  } while (last && counted < limit);
  return { counted, last };
}

const cursorOf = (key: Record<string, unknown>, { skPrefix }: Collection): string =>
  Buffer.from(String(key.sk).slice(skPrefix.length)).toString('base64url');

function keyOfCursor(cursor: string, { pk, skPrefix }: Collection): Key {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!/^[\x21-\x7e]{1,200}$/.test(place)) {
    throw new InvalidRequestError([{ field: 'cursor', detail: 'is not a cursor that this API gave' }]);
  }
  return { pk, sk: skPrefix + place };
}

/** Where a page by offset begins; undefined at the very beginning, null past the end. */
async function skip(table: Table, collection: Collection, offset: number) {
  if (offset === 0) return undefined;
  const { counted, last } = await count(table, collection, offset);
  return counted < offset ? null : (last ?? null);
}

/**
 * One page of a collection, newest first. By cursor, every page costs the same at any depth; by offset, what is
 * skipped and the total are counted, which reads the items counted.
 * @throws InvalidRequestError where the cursor is none that this gave
 */
export async function queryPage(
  table: Table,
  collection: Collection,
  { limit, offset = 0, cursor }: PageQuery,
): Promise<Page<Record<string, unknown>>> {
  const byCursor = cursor !== undefined;
  const [start, total] = byCursor
    ? [keyOfCursor(cursor, collection), undefined]
    : await Promise.all([
        skip(table, collection, offset),
        count(table, collection, MAX_COUNTED + 1).then(({ counted }) => counted),
      ]);
  if (start === null) return { items: [], total };
  const answer = await table.client.send(
    new QueryCommand({ ...queryOf(table, collection), Limit: limit, ExclusiveStartKey: start }),
  );
  const nextCursor = answer.LastEvaluatedKey && cursorOf(answer.LastEvaluatedKey, collection);
  return { items: answer.Items ?? [], total, nextCursor };
}
