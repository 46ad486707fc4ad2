import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { InvalidRequestError } from '../../core/errors.ts';
import { MAX_COUNTED, type Page, type PageQuery, type Total } from '../../core/pagination.ts';
import { SDK_CONFIG } from './sdk.ts';

/** The table that holds everything, and the client for it. */
export type Table = { readonly name: string; readonly client: DynamoDBDocumentClient };

/** The key of an item. Its first part is the partition, the second the place in it. */
export type Key = { readonly pk: string; readonly sk: string };

/** The items of one kind in one partition, in the order of their ids. */
export type Collection = {
  readonly pk: string;
  readonly skPrefix: string;
  /** The ids to begin and to end with, both included; all where absent. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Attributes that must have these values. */
  readonly filter?: Readonly<Record<string, string>> | undefined;
};

export const KEY_SK = 'KEY#';
export const WEBHOOK_SK = 'WEBHOOK#';
export const DELIVERY_SK = 'DELIVERY#';
export const ATTEMPT_SK = 'ATTEMPT#';

/** Where each kind of item lives. */
export const keyOf = {
  apiKey: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'KEY' }),
  apiKeyOfUser: (userId: string, keyId: string): Key => ({ pk: `USER#${userId}`, sk: KEY_SK + keyId }),
  webhook: (userId: string, webhookId: string): Key => ({ pk: `USER#${userId}`, sk: WEBHOOK_SK + webhookId }),
  statistics: (webhookId: string): Key => ({ pk: `WEBHOOK#${webhookId}`, sk: 'STATISTICS' }),
  delivery: (webhookId: string, deliveryId: string): Key => ({
    pk: `WEBHOOK#${webhookId}`,
    sk: DELIVERY_SK + deliveryId,
  }),
  /** Attempts sort by when they were made (epoch ms, 13 digits until the year 2286). */
  attempt: (webhookId: string, at: number, attemptOf: string): Key => ({
    pk: `WEBHOOK#${webhookId}`,
    sk: `${ATTEMPT_SK}${at}#${attemptOf}`,
  }),
  /** The claim of an `Idempotency-Key` with which a webhook was made. */
  creationClaim: (userId: string, idempotencyKey: string): Key => ({
    pk: `USER#${userId}`,
    sk: `CREATION#${idempotencyKey}`,
  }),
  eventClaim: (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: 'CLAIM' }),
  eventPayload: (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: 'PAYLOAD' }),
};

/** Opens the table of this name; where and as whom is the environment's, unless `config` says otherwise. */
export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...SDK_CONFIG, ...config }), {
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

type Start = QueryCommandInput['ExclusiveStartKey'];

/** Sorts after every id. */
const LAST_ID = '~';

function queryOf(table: Table, { pk, skPrefix, from = '', to = LAST_ID, filter = {} }: Collection) {
  const filters = Object.entries(filter);
  return {
    TableName: table.name,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': pk,
      ':from': skPrefix + from,
      ':to': skPrefix + to,
      ...Object.fromEntries(filters.map(([name, value]) => [`:${name}`, value])),
    },
    ...(filters.length > 0 && {
      FilterExpression: filters.map(([name]) => `#${name} = :${name}`).join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(filters.map(([name]) => [`#${name}`, name])),
    }),
    ScanIndexForward: false,
  } satisfies QueryCommandInput;
}

/** Every item of a collection that is bounded in itself (a user's webhooks), newest first, read consistently. */
export async function queryAll(table: Table, collection: Collection): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Start;
  do {
    const query = { ...queryOf(table, collection), ConsistentRead: true, ExclusiveStartKey: start };
    const answer = await table.client.send(new QueryCommand(query));
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start);
  return items;
}

/** How many items a filter looks at for one page, at most; the page is short where it finds too few among them. */
const MAX_FILTERED = 1000;
/** How many items a filter looks at in one request. */
const FILTERED_AT_ONCE = 200;

const keyOfItem = (item: Record<string, unknown> | undefined): Start => item && { pk: item.pk, sk: item.sk };

/**
 * Up to `limit` items of a collection, newest first, from after `start`.
 * @returns the items, and where to go on; undefined at the end
 */
export async function queryItems(
  table: Table,
  collection: Collection,
  limit: number,
  { start, maxFiltered = MAX_FILTERED }: { start?: Start; maxFiltered?: number } = {},
) {
  const items: Record<string, unknown>[] = [];
  const query = queryOf(table, collection);
  let looked = 0;
  let last = start;
  do {
    const room = limit - items.length;
    const Limit = collection.filter ? FILTERED_AT_ONCE : room;
    const answer = await table.client.send(new QueryCommand({ ...query, Limit, ExclusiveStartKey: last }));
    const found = answer.Items ?? [];
    items.push(...found.slice(0, room));
    looked += answer.ScannedCount ?? 0;
    last = found.length > room ? keyOfItem(items.at(-1)) : answer.LastEvaluatedKey;
  } while (last && items.length < limit && !(collection.filter && looked >= maxFiltered));
  return { items, last };
}

/** Counts a collection: exact to `MAX_COUNTED`, of which no more items than that are looked at. */
async function countItems(table: Table, collection: Collection): Promise<Total> {
  const query = { ...queryOf(table, collection), Select: 'COUNT' as const };
  let count = 0;
  let looked = 0;
  let last: Start;
  do {
    const Limit = MAX_COUNTED + 1 - looked;
    const answer = await table.client.send(new QueryCommand({ ...query, Limit, ExclusiveStartKey: last }));
    count += answer.Count ?? 0;
    looked += answer.ScannedCount ?? 0;
    last = answer.LastEvaluatedKey;
  } while (last && looked <= MAX_COUNTED);
  return { count: Math.min(count, MAX_COUNTED), isExact: looked <= MAX_COUNTED };
}

/** A key as a cursor: its place in the collection, in base64url. */
const showCursor = (key: NonNullable<Start>, { skPrefix }: Collection): string =>
  Buffer.from(String(key.sk).slice(skPrefix.length)).toString('base64url');

/**
 * The key that a cursor stands for.
 * @throws InvalidRequestError where it is no cursor
 */
function readCursor(cursor: string, { pk, skPrefix, from = '', to = LAST_ID }: Collection): Key {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!/^[\x21-\x7e]{1,200}$/.test(place) || place < from || place > to) {
    throw new InvalidRequestError([{ field: 'cursor', detail: 'is not a cursor of this list' }]);
  }
  return { pk, sk: skPrefix + place };
}

/** Where a page begins; where there is none, where a search may go on. */
type Beginning = { readonly start?: Start; readonly isNone?: boolean };

/** Where a page by offset begins. A filter looks at so many items at most, and may not get there. */
async function skipItems(table: Table, collection: Collection, offset: number): Promise<Beginning> {
  if (offset === 0) return {};
  const { items, last } = await queryItems(table, collection, offset, { maxFiltered: MAX_COUNTED });
  return { start: last, isNone: items.length < offset || !last };
}

/**
 * One page of a collection, newest first. By cursor (empty at the beginning), every page costs the same at any
 * depth; by offset, what is skipped and the total are read.
 * @throws InvalidRequestError where the cursor is none that this gave
 */
export async function queryPage(
  table: Table,
  collection: Collection,
  { limit, offset = 0, cursor }: PageQuery,
): Promise<Page<Record<string, unknown>>> {
  const showNext = (last: Start) => last && showCursor(last, collection);
  if (cursor !== undefined) {
    const start = cursor === '' ? undefined : readCursor(cursor, collection);
    const { items, last } = await queryItems(table, collection, limit, { start });
    return { items, nextCursor: showNext(last) };
  }
  const [{ start, isNone }, total] = await Promise.all([
    skipItems(table, collection, offset),
    countItems(table, collection),
  ]);
  if (isNone) return { items: [], total, nextCursor: showNext(start) };
  const { items, last } = await queryItems(table, collection, limit, { start });
  return { items, total, nextCursor: showNext(last) };
}

const MAX_BATCH_KEYS = 100;
/** How often a batch may be answered in part before it is given up. */
const MAX_THROTTLED = 6;

/** Waits before what was left unread is asked for again: 50 ms, and twice as long each time. */
async function backOff(times: number): Promise<void> {
  if (times > MAX_THROTTLED) throw new Error('the table is throttled');
  await setTimeout(25 * 2 ** times);
}

/** The items of these keys, of which each is asked for once, however many there are. */
export async function getItems(table: Table, keys: readonly Key[]): Promise<Record<string, unknown>[]> {
  const distinct = [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
  const items: Record<string, unknown>[] = [];
  let waiting: Record<string, unknown>[] = distinct;
  let throttled = 0;
  while (waiting.length > 0) {
    const Keys = waiting.slice(0, MAX_BATCH_KEYS);
    const answer = await table.client.send(new BatchGetCommand({ RequestItems: { [table.name]: { Keys } } }));
    items.push(...(answer.Responses?.[table.name] ?? []));
    const refused = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    waiting = [...refused, ...waiting.slice(MAX_BATCH_KEYS)];
    if (refused.length > 0) await backOff(++throttled);
  }
  return items;
}
