import type { CustomHeaders } from './custom-headers.ts';
import type { Delivery } from './delivery.ts';
import { type Signatures, standardTimestampOf } from './signature.ts';

/**
 * The body that one webhook is sent: `{"event","timestamp","data","webhook_id"}` in that order.
 * @param payload the JSON text `{"event","timestamp","data"}` of the event
 */
export function composeBody(payload: string, webhookId: string): Buffer {
  return Buffer.from(`${payload.slice(0, -1)},"webhook_id":${JSON.stringify(webhookId)}}`);
}

/** An attempt as its headers tell of it: of which delivery, and when it was begun (epoch ms). */
type Told = Pick<Delivery, 'id' | 'eventType'> & { readonly at: number };

/**
 * The headers of an attempt's request, after the customer's own. Source: the contract, "Delivery Expectations" and "Headers"; and
 * standardwebhooks.com, "Webhook headers".
 */
export function requestHeadersOf(
  { id, eventType, at }: Told,
  signatures: Signatures,
  headers: CustomHeaders = {},
): Record<string, string> {
  const [first, next] = signatures;
  return {
    ...headers,
    'Content-Type': 'application/json',
    'User-Agent': 'Cathcr-Webhooks/1.0',
    'Accept-Encoding': 'identity',
    'X-Cathcr-Delivery': id,
    'X-Cathcr-Event': eventType,
    'X-Cathcr-Signature-256': first.body,
    ...(next && { 'X-Cathcr-Signature-256-Next': next.body }),
    'webhook-id': id,
    'webhook-timestamp': standardTimestampOf(at),
    'webhook-signature': signatures.map(({ standard }) => standard).join(' '),
  };
}
