import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ApiKey } from '../../core/api-key.ts';
import { keyOf, type Table } from './table.ts';

/** The API key of a hash; undefined where there is none. */
export const findApiKey =
  (table: Table) =>
  async (hash: string): Promise<ApiKey | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf.apiKey(hash) }),
    );
    return Item as ApiKey | undefined;
  };

/** Stores an API key: first in its user's list, so that no key works that is not listed. */
export const putApiKey = (table: Table) => async (key: ApiKey) => {
  for (const itemKey of [keyOf.apiKeyOfUser(key.userId, key.id), keyOf.apiKey(key.hash)]) {
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...key, ...itemKey } }));
  }
};
