import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether the value of `X-Cathcr-Signature-256` was made of these very bytes with this secret.
 * The comparison takes the same time wherever two signatures differ. `timingSafeEqual` throws where they differ in
 * length, so that is looked at first.
 *
 * @param {string | Uint8Array} payload the request's body as it came, before anything has parsed it
 * @param {string | undefined} signature
 * @param {string} secret
 */
export function verifyWebhookSignature(payload, signature, secret) {
  const calculated = Buffer.from(`sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`);
  const given = Buffer.from(signature ?? '');
  return given.length === calculated.length && timingSafeEqual(given, calculated);
}
