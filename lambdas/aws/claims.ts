import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConflictError, type Fault } from '../../core/errors.ts';
import type { Key } from './keys.ts';
import { getItem, holdsCondition, secondsOf, type Table } from './table.ts';

/** The claim that holds, and whether it is that of this very call: else the call is a repeat. */
export type Claimed<C> = { readonly claim: C; readonly isOwn: boolean };

/**
 * Claims a key that a caller chose to make its retries harmless. A claim names the call that made it, which so knows it
 * for its own where the write's answer was lost and the write was made again. One that has expired holds no more, though
 * DynamoDB may take days to remove it.
 * @param claim what is kept of the request; its `hash` tells another request under the same key from a repeat
 * @param now when the request came, as its claim tells it: epoch ms
 * @returns `claim` itself the first time, for every repeat that of the first time
 * @throws ConflictError of `fault` where the key was claimed for another request before
 */
export async function claimOnce<C extends { readonly hash: string; readonly expires_at: number }>(
  table: Table,
  key: Key,
  claim: C,
  { now, fault }: { readonly now: number; readonly fault: Fault },
): Promise<Claimed<C>> {
  const by = randomUUID();
  const put = new PutCommand({
    TableName: table.name,
    Item: { ...key, ...claim, by },
    ConditionExpression: 'attribute_not_exists(pk) OR expires_at < :now',
    ExpressionAttributeValues: { ':now': secondsOf(now) },
  });
  if (await holdsCondition(table.client.send(put))) return { claim, isOwn: true };

  const item = await getItem(table, key, { isConsistent: true });
  if (!item) throw new Error('a claim expired while it was read');
  const { pk, sk, by: maker, ...first } = item;
  if (first.hash !== claim.hash) throw new ConflictError(fault);
  return { claim: first as C, isOwn: maker === by };
}
