import type { WebhookAnswer } from './answers.ts';
import { maskHeaders, maskSecret } from './mask.ts';
import { previousSecretAt } from './secret-rotation.ts';
import { showTime, showTimeIfAny } from './show-time.ts';
import { filterOf, type Webhook } from './webhook.ts';
import type { WebhookStatistics } from './webhook-statistics.ts';

/** Which of a webhook's secrets an answer shows in full: those that it is the one to set. */
export type Reveal = { readonly secret?: boolean; readonly headers?: boolean };

/** A webhook as the API shows it at a time (epoch ms), its secrets masked but for what is to be revealed. */
export function showWebhook(
  webhook: Webhook,
  statistics: WebhookStatistics,
  { now, reveal = {} }: { now: number; reveal?: Reveal },
): WebhookAnswer {
  const { headers = {} } = webhook;
  const previous = previousSecretAt(webhook, now);
  return {
    id: webhook.id,
    url: webhook.url,
    events: [...webhook.events],
    active: webhook.active,
    secret: reveal.secret ? webhook.secret : maskSecret(webhook.secret),
    secret_rotation: previous
      ? { previous_secret: maskSecret(previous.secret), until: showTime(previous.until) }
      : null,
    description: webhook.description ?? null,
    filter: filterOf(webhook) ?? null,
    rate_limit: webhook.rateLimit ?? null,
    headers: { ...(reveal.headers ? headers : maskHeaders(headers)) },
    keep_while_inactive: webhook.keepWhileInactive ?? false,
    ordered: webhook.ordered ?? false,
    created_at: showTime(webhook.createdAt),
    updated_at: showTime(webhook.updatedAt),
    disabled_at: showTimeIfAny(webhook.disabled?.at),
    disabled_reason: webhook.disabled?.reason ?? null,
    last_delivery: showTimeIfAny(statistics.lastDeliveryAt),
    delivery_count: statistics.deliveryCount,
    failure_count: statistics.failureCount,
  };
}
