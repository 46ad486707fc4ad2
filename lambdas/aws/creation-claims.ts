import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { REMEMBERED_DAYS, USED_BEFORE } from '../../core/idempotency-key.ts';
import { claimOnce } from './claims.ts';
import { keyOf } from './keys.ts';
import { expiryOf, type Table } from './table.ts';

/** Which webhook a request with an `Idempotency-Key` makes. */
export type CreationClaim = {
  readonly webhookId: string;
  /** Of what was asked for, by which another request under the same key is told from a repeat. */
  readonly hash: string;
  /** Epoch ms. */
  readonly claimedAt: number;
  /** Whether the webhook was made: one that is not there any more was deleted since. */
  readonly isMade: boolean;
};

const expiring = (claim: CreationClaim) => ({
  ...claim,
  expires_at: expiryOf(claim.claimedAt, REMEMBERED_DAYS),
});

/**
 * Claims an `Idempotency-Key` for the making of a webhook.
 * @returns the claim that holds: that of the first time for every repeat
 * @throws ConflictError where the key was used for another request before
 */
export const claimCreation =
  (table: Table) =>
  async (userId: string, idempotencyKey: string, claim: CreationClaim): Promise<CreationClaim> => {
    const key = keyOf.creationClaim(userId, idempotencyKey);
    const options = { now: claim.claimedAt, fault: USED_BEFORE };
    return (await claimOnce(table, key, expiring(claim), options)).claim;
  };

/** Notes that the webhook of a claim was made. */
export const noteMade =
  (table: Table) =>
  async (userId: string, idempotencyKey: string, claim: CreationClaim): Promise<void> => {
    const Item = { ...keyOf.creationClaim(userId, idempotencyKey), ...expiring({ ...claim, isMade: true }) };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };
