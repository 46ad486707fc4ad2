import { createHash } from 'node:crypto';
import { validate as isUuid, v7 as uuidV7 } from 'uuid';

/** The latest time that an id can hold in its 48 bits: epoch ms. */
export const MAX_TIME = 2 ** 48 - 1;

const DELIVERY_PREFIX = 'delivery_';
const WEBHOOK_ID = /^webhook_[0-9a-f]{32}$/;

const hashBytes = (...parts: string[]): Uint8Array =>
  createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16);

/** A new webhook's id; ids sort by the time of creation (`now`, epoch ms). */
export function mintWebhookId(now: number): string {
  return `webhook_${uuidV7({ msecs: now }).replaceAll('-', '')}`;
}

/** Whether `text` has the form of a webhook's id. */
export function isWebhookId(text: string): boolean {
  return WEBHOOK_ID.test(text);
}

/** A new event's id: a UUIDv7 of when it was accepted (epoch ms). */
export function mintEventId(acceptedAt: number): string {
  return uuidV7({ msecs: acceptedAt });
}

/** The id of an event that came over the bus without one: the same for every repeat of one bus envelope. */
export function deriveEventId(acceptedAt: number, envelopeId: string): string {
  return uuidV7({ msecs: acceptedAt, random: hashBytes('event', envelopeId) });
}

/** The id of an event that the system tells of itself: the same however often it tells of the same thing at that time. */
export function deriveOwnEventId(acceptedAt: number, ...thing: string[]): string {
  return uuidV7({ msecs: acceptedAt, random: hashBytes('own event', ...thing) });
}

/**
 * The UUID of the delivery of one event to one webhook: the same however often it is made. Its high 48 bits are
 * the time of acceptance (epoch ms), so that ids sort by it.
 */
export function deriveDeliveryId(acceptedAt: number, eventId: string, webhookId: string): string {
  return uuidV7({ msecs: acceptedAt, random: hashBytes('delivery', eventId, webhookId) });
}

/** When the event of a delivery was accepted (epoch ms), read from the delivery's UUID. */
export function acceptedAtOf(deliveryId: string): number {
  return Number.parseInt(deliveryId.replaceAll('-', '').slice(0, 12), 16);
}

/** The least id that a delivery accepted at `time` (epoch ms) or later can have. */
export function leastDeliveryId(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** A delivery's id as the API shows it: `delivery_<uuid>`. */
export function showDeliveryId(deliveryId: string): string {
  return DELIVERY_PREFIX + deliveryId;
}

/** The UUID in a delivery's id, which may be bare or prefixed; undefined where it is neither. */
export function parseDeliveryId(text: string): string | undefined {
  const uuid = text.startsWith(DELIVERY_PREFIX) ? text.slice(DELIVERY_PREFIX.length) : text;
  return isUuid(uuid) ? uuid.toLowerCase() : undefined;
}
