import { ConflictError } from '../core/errors.ts';
import { faultOfKey, hashOf } from '../core/idempotency-key.ts';
import type { Webhook } from '../core/webhook.ts';
import { assertRoom } from '../core/webhook-room.ts';
import type { claimCreation, noteMade } from './aws/creation-claims.ts';
import type { GetWebhook } from './aws/webhook-store.ts';

export type CreationServices = {
  readonly maxWebhooksPerUser: number;
  readonly getWebhook: GetWebhook;
  readonly listWebhooks: (userId: string) => Promise<readonly Webhook[]>;
  readonly claimCreation: ReturnType<typeof claimCreation>;
  readonly noteMade: ReturnType<typeof noteMade>;
  /** False where there is one of this id. */
  readonly putWebhook: (webhook: Webhook) => Promise<boolean>;
  readonly putStatistics: (webhookId: string) => Promise<void>;
};

/**
 * Stores a new webhook, unless there is one of its id.
 * @returns the webhook that is stored
 * @throws ConflictError where the user has as many as a user may have, or as heavy ones
 */
export async function store(services: CreationServices, webhook: Webhook): Promise<Webhook> {
  const webhooks = await services.listWebhooks(webhook.userId);
  const made = webhooks.find(({ id }) => id === webhook.id);
  if (made) return made;
  if (webhooks.length >= services.maxWebhooksPerUser) {
    const detail = `would be one more than the ${services.maxWebhooksPerUser} that a user may have`;
    throw new ConflictError({ field: 'webhook', detail });
  }
  assertRoom(webhook, webhooks, services.maxWebhooksPerUser);
  await services.putStatistics(webhook.id);
  if (await services.putWebhook(webhook)) return webhook;
  return (await services.getWebhook(webhook.userId, webhook.id)) ?? webhook;
}

/**
 * Stores the webhook of a request with an `Idempotency-Key`, or finds the one that the first such request made.
 * @param asked what the request asks for, by which another under the same key is told from a repeat
 * @throws ConflictError where the key was used for another request, or the webhook was deleted since
 */
export async function storeOnce(
  services: CreationServices,
  webhook: Webhook,
  key: string,
  asked: unknown,
): Promise<Webhook> {
  const { id, userId, createdAt } = webhook;
  const claim = await services.claimCreation(userId, key, {
    webhookId: id,
    hash: hashOf(asked),
    claimedAt: createdAt,
    isMade: false,
  });
  if (!claim.isMade) {
    const stored = await store(services, { ...webhook, id: claim.webhookId });
    await services.noteMade(userId, key, claim);
    return stored;
  }
  const made = await services.getWebhook(userId, claim.webhookId);
  if (made) return made;
  throw new ConflictError(faultOfKey('made a webhook that was deleted since'));
}
