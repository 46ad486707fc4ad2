import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { DAY_SECONDS } from '../../core/duration.ts';
import type { Key } from './keys.ts';
import { SDK_CONFIG } from './sdk.ts';

/** The table that holds everything, and the client for it. */
export type Table = { readonly name: string; readonly client: DynamoDBDocumentClient };

/** Opens the table of this name; where and as whom is the environment's, unless `config` says otherwise. */
export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const base = new DynamoDBClient({ ...SDK_CONFIG, ...config });
  // It copies all that is sent and answered for a log that nobody keeps: an eighth of what a write takes of CPU.
  base.middlewareStack.remove('loggerMiddleware');
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  return { name, client };
}

/** Runs a conditional write; undefined where its condition did not hold. */
export async function ifConditionHolds<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Runs a conditional write; false where its condition did not hold. */
export const holdsCondition = async (write: Promise<object>): Promise<boolean> =>
  (await ifConditionHolds(write)) !== undefined;

/** A time (epoch ms) as DynamoDB's TTL counts it: whole seconds since 1970. */
export const secondsOf = (time: number): number => Math.floor(time / 1000);

/**
 * The seconds since 1970 by which an item expires: `retentionDays` after `from` (epoch ms). DynamoDB's TTL removes it
 * within a few days from then.
 */
export function expiryOf(from: number, retentionDays: number): number {
  return secondsOf(from) + retentionDays * DAY_SECONDS;
}

/** The item of a key; undefined where there is none. */
export async function getItem(
  table: Table,
  Key: Key,
  { isConsistent = false } = {},
): Promise<Record<string, any> | undefined> {
  const get = new GetCommand({ TableName: table.name, Key, ConsistentRead: isConsistent });
  return (await table.client.send(get)).Item;
}

const MAX_BATCH_KEYS = 100;
/** How often a batch may be answered in part before it is given up. */
const MAX_THROTTLED = 6;

/** Waits before what was left unread is asked for again: 50 ms, and twice as long each time. */
async function backOff(times: number): Promise<void> {
  if (times > MAX_THROTTLED) throw new Error('the table is throttled');
  await setTimeout(25 * 2 ** times);
}

/** The keys, each once: DynamoDB refuses a request that asks for an item twice. */
export const distinctOf = (keys: readonly Key[]): Key[] => [
  ...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values(),
];

/** What the table gives of these keys, at most a hundred, in one request; and those that it was too busy to read. */
export async function getBatch(table: Table, keys: readonly Key[], { isConsistent = false } = {}) {
  const { Responses, UnprocessedKeys } = await table.client.send(
    new BatchGetCommand({
      RequestItems: { [table.name]: { Keys: [...keys], ConsistentRead: isConsistent } },
    }),
  );
  return {
    items: Responses?.[table.name] ?? [],
    refused: (UnprocessedKeys?.[table.name]?.Keys ?? []) as Key[],
  };
}

/** The items of these keys, of which each is asked for once, however many there are. */
export async function getItems(
  table: Table,
  keys: readonly Key[],
  { isConsistent = false } = {},
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let waiting = distinctOf(keys);
  let throttled = 0;
  while (waiting.length > 0) {
    const { items: read, refused } = await getBatch(table, waiting.slice(0, MAX_BATCH_KEYS), {
      isConsistent,
    });
    items.push(...read);
    waiting = [...refused, ...waiting.slice(MAX_BATCH_KEYS)];
    if (refused.length > 0) await backOff(++throttled);
  }
  return items;
}
