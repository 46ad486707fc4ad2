import { ConflictError } from '../../core/errors.ts';
import type { Claim, claimEventId } from '../../lambdas/aws/event-store.ts';

/** Claims of events' ids as the store keeps them, of which `before` were made before. */
export function givenClaims(before: Readonly<Record<string, Claim>> = {}) {
  const claims = new Map(Object.entries(before));
  const claim: ReturnType<typeof claimEventId> = async (eventId, own) => {
    const first = claims.get(eventId);
    if (first && first.hash !== own.hash) {
      throw new ConflictError({ field: 'id', detail: 'was given to another event before' });
    }
    claims.set(eventId, first ?? own);
    // Never the very object that was given: the store adds to it.
    return { claim: { ...(first ?? own) }, isOwn: !first };
  };
  return claim;
}
