import { ConflictError, NotFoundError } from '../../core/errors.ts';
import { isWebhookId } from '../../core/ids.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { GetWebhook } from '../aws/webhook-store.ts';
import type { ApiRequest } from './api-handler.ts';

/**
 * The webhook that a request's path names, of the caller alone.
 * @throws NotFoundError where the caller has none of this id: another's is as absent as one that never was
 */
export async function findWebhook(getWebhook: GetWebhook, { caller, path }: ApiRequest): Promise<Webhook> {
  const webhookId = path.webhook_id ?? '';
  const webhook = isWebhookId(webhookId) && (await getWebhook(caller.userId, webhookId));
  if (!webhook) throw new NotFoundError('there is no webhook of this id');
  return webhook;
}

/**
 * Sees to it that a webhook is on, before it is asked to `act`.
 * @throws ConflictError where it is off
 */
export function assertActive({ active }: Webhook, act: string): void {
  if (active) return;
  throw new ConflictError({ field: 'webhook', detail: `is turned off: turn it on to ${act}` });
}
