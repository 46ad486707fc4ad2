import { createHmac } from 'node:crypto';
import type { Delivery } from './delivery.ts';

/**
 * The body that one webhook is sent: `{"event","timestamp","data","webhook_id"}` in that order.
 * @param payload the JSON text `{"event","timestamp","data"}` of the event
 */
export function composeBody(payload: string, webhookId: string): Buffer {
  return Buffer.from(`${payload.slice(0, -1)},"webhook_id":${JSON.stringify(webhookId)}}`);
}

/**
 * The value of `X-Cathcr-Signature-256`: `sha256=` and the hex HMAC-SHA256 of the very bytes that are sent.
 * Source: the contract, "HMAC Signature Verification".
 */
export function signBody(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The headers of a delivery's requests. Source: the contract, "Delivery Expectations" and "Headers". */
export function requestHeadersOf(delivery: Pick<Delivery, 'id' | 'eventType'>, signature: string) {
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'Cathcr-Webhooks/1.0',
    'Accept-Encoding': 'identity',
    'X-Cathcr-Delivery': delivery.id,
    'X-Cathcr-Event': delivery.eventType,
    'X-Cathcr-Signature-256': signature,
  };
}
