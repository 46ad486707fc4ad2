import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { InvalidRequestError } from '../../core/errors.ts';
import { MAX_COUNTED, type Page, type PageQuery, type Total } from '../../core/pagination.ts';
import type { Table } from './table.ts';

/** The items of one kind in one partition, in the order of their ids: newest first, unless told otherwise. */
export type Collection = {
  readonly pk: string;
  /** Those alone that an index has, which holds their `pk` in this attribute, and of the rest of them what it holds. */
  readonly index?: { readonly name: string; readonly attribute: string } | undefined;
  readonly skPrefix: string;
  /** The ids to begin and to end with, both included; all where absent. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Attributes that must have these values. */
  readonly filter?: Readonly<Record<string, string>> | undefined;
  readonly isOldestFirst?: boolean | undefined;
};

type Start = QueryCommandInput['ExclusiveStartKey'];

/** Sorts after every id. */
const LAST_ID = '~';

/** The placeholders of attributes, as their names may be words that DynamoDB keeps for itself. */
const namesOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [`#${name}`, name]));

function queryOf(table: Table, collection: Collection) {
  const { pk, index, skPrefix, from = '', to = LAST_ID, filter = {}, isOldestFirst = false } = collection;
  const filters = Object.entries(filter);
  return {
    TableName: table.name,
    IndexName: index?.name,
    KeyConditionExpression: `${index?.attribute ?? 'pk'} = :pk AND sk BETWEEN :from AND :to`,
    ExpressionAttributeValues: {
      ':pk': pk,
      ':from': skPrefix + from,
      ':to': skPrefix + to,
      ...Object.fromEntries(filters.map(([name, value]) => [`:${name}`, value])),
    },
    ...(filters.length > 0 && {
      FilterExpression: filters.map(([name]) => `#${name} = :${name}`).join(' AND '),
      ExpressionAttributeNames: namesOf(filters.map(([name]) => name)),
    }),
    ScanIndexForward: isOldestFirst,
  } satisfies QueryCommandInput;
}

/**
 * Every item of a collection that is bounded in itself (a user's webhooks) and has no filter, newest first, read
 * consistently.
 * @param fields the attributes to read, all where absent; the whole item is billed in any case
 */
export async function queryAll(
  table: Table,
  collection: Omit<Collection, 'filter'>,
  fields?: readonly string[],
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  const projection = fields && {
    ProjectionExpression: fields.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: namesOf(fields),
  };
  let start: Start;
  do {
    const query = { ...queryOf(table, collection), ...projection, ConsistentRead: true };
    const answer = await table.client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }));
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start);
  return items;
}

/** The first item of a collection, in its order, read consistently; undefined where there is none. */
export async function queryFirst(
  table: Table,
  collection: Omit<Collection, 'filter'>,
): Promise<Record<string, unknown> | undefined> {
  const query = { ...queryOf(table, collection), Limit: 1, ConsistentRead: true };
  return (await table.client.send(new QueryCommand(query))).Items?.[0];
}

/** How many items a filter looks at for one page, at most; the page is short where it finds too few among them. */
const MAX_FILTERED = 1000;
/** How many items a filter looks at in one request. */
const FILTERED_AT_ONCE = 200;

/** The key of a place in a collection, as DynamoDB takes it to go on from there. */
const keyAt = ({ pk, index }: Collection, sk: unknown) => ({
  pk,
  sk,
  ...(index && { [index.attribute]: pk }),
});

/**
 * Up to `limit` items of a collection, in its order, from after `start`.
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
    last = found.length > room ? keyAt(collection, items.at(-1)?.sk) : answer.LastEvaluatedKey;
  } while (last && items.length < limit && !(collection.filter && looked >= maxFiltered));
  return { items, last };
}

/** Counts a collection: exact to `MAX_COUNTED`, of which no more items than that are looked at. */
export async function countItems(table: Table, collection: Collection): Promise<Total> {
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

/** A cursor that its list has not given. */
export class WrongCursorError extends InvalidRequestError {
  constructor() {
    super([{ field: 'cursor', detail: 'is not a cursor of this list' }]);
  }
}

/**
 * The key that a cursor stands for.
 * @throws WrongCursorError where it is no cursor
 */
function readCursor(cursor: string, collection: Collection): Start {
  const { skPrefix, from = '', to = LAST_ID } = collection;
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!/^[\x21-\x7e]{1,200}$/.test(place) || place < from || place > to) {
    throw new WrongCursorError();
  }
  return keyAt(collection, skPrefix + place);
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
 * @throws WrongCursorError where the cursor is none that this gave
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
