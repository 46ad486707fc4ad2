import { claimOnce } from './claims.ts';
import { expiryOf, keyOf, type Table } from './table.ts';

/** How long an `Idempotency-Key` is remembered with which a webhook was made. */
const REMEMBERED_DAYS = 1;

/** Which webhook a request with an `Idempotency-Key` makes, and a hash of what was asked for. */
export type CreationClaim = { readonly webhookId: string; readonly hash: string };

/**
 * Claims an `Idempotency-Key` for the making of a webhook, at `now` (epoch ms).
 * @returns the claim that holds: that of the first time for every repeat
 * @throws ConflictError where the key was used for another request before
 */
export const claimCreation =
  (table: Table) =>
  (userId: string, idempotencyKey: string, claim: CreationClaim, now: number): Promise<CreationClaim> =>
    claimOnce(
      table,
      keyOf.creationClaim(userId, idempotencyKey),
      { ...claim, expires_at: expiryOf(now, REMEMBERED_DAYS) },
      { field: 'Idempotency-Key', detail: 'was used for another request before' },
    );
