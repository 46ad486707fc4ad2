import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConflictError, type Fault } from '../../core/errors.ts';
import type { Key } from './keys.ts';
import { getItem, holdsCondition, type Table } from './table.ts';

/**
 * Claims a key that a caller chose to make its retries harmless.
 * @param claim what is kept of the request; its `hash` tells another request under the same key from a repeat
 * @returns the claim that holds: `claim` itself the first time, for every repeat that of the first time
 * @throws ConflictError of `fault` where the key was claimed for another request before
 */
export async function claimOnce<C extends { readonly hash: string }>(
  table: Table,
  key: Key,
  claim: C,
  fault: Fault,
): Promise<C> {
  const put = new PutCommand({
    TableName: table.name,
    Item: { ...key, ...claim },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  if (await holdsCondition(table.client.send(put))) return claim;

  const item = await getItem(table, key, { isConsistent: true });
  if (!item) throw new Error('a claim expired while it was read');
  const { pk, sk, ...first } = item;
  if (first.hash !== claim.hash) throw new ConflictError(fault);
  return first as C;
}
