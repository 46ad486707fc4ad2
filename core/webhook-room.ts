import { ConflictError } from './errors.ts';
import type { Webhook } from './webhook.ts';

/** For each webhook that a user may have. */
const BYTES_OF_EACH = 1024;
/** However few they may be: as much as one query of the table reads, and many of the largest. */
const MIN_BYTES = 1024 * 1024;

/** What a webhook weighs: the bytes of all that its customer may make large. */
export function weightOf({ url, events, description = '', filter = '', headers = {} }: Webhook): number {
  return Buffer.byteLength([url, ...events, description, filter, ...Object.entries(headers).flat()].join(''));
}

/**
 * Sees to it that a user's webhooks, which are all read for each of their events, stay light together.
 * @param all those that there are; a `webhook` of before among them is not counted
 * @throws ConflictError where they would weigh more than they may
 */
export function assertRoom(webhook: Webhook, all: readonly Webhook[], maxWebhooks: number): void {
  const others = all.filter(({ id }) => id !== webhook.id);
  const bytes = [webhook, ...others].reduce((sum, one) => sum + weightOf(one), 0);
  const most = Math.max(MIN_BYTES, maxWebhooks * BYTES_OF_EACH);
  if (bytes <= most) return;
  const detail = `would bring your webhooks to ${bytes} bytes of URLs, events, descriptions, filters and headers, of which there may be ${most} in all`;
  throw new ConflictError({ field: 'webhook', detail });
}
