import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ApiKey } from '../../core/api-key.ts';
import { KEY_SK, keyOf, partitionOf } from './keys.ts';
import { queryAll } from './paging.ts';
import { getItem, type Table } from './table.ts';

const readApiKey = ({ pk, sk, ...key }: Record<string, unknown>) => key as ApiKey;

/** The API key of a hash; undefined where there is none. */
export const findApiKey =
  (table: Table) =>
  async (hash: string): Promise<ApiKey | undefined> => {
    const item = await getItem(table, keyOf.apiKey(hash));
    return item && readApiKey(item);
  };

/** The API keys of a user, newest last. */
export const listApiKeys =
  (table: Table) =>
  async (userId: string): Promise<ApiKey[]> => {
    const items = await queryAll(table, { pk: partitionOf.user(userId), skPrefix: KEY_SK });
    return items.map(readApiKey).toSorted((a, b) => a.createdAt - b.createdAt);
  };

/** Stores an API key: first in its user's list, so that no key works that is not listed. */
export const putApiKey = (table: Table) => async (key: ApiKey) => {
  for (const itemKey of [keyOf.apiKeyOfUser(key.userId, key.id), keyOf.apiKey(key.hash)]) {
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...key, ...itemKey } }));
  }
};

/** Revokes an API key: last in its user's list, so that no key works that is not listed. */
export const deleteApiKey = (table: Table) => async (key: ApiKey) => {
  for (const Key of [keyOf.apiKey(key.hash), keyOf.apiKeyOfUser(key.userId, key.id)]) {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
  }
};
