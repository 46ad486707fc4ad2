import { createHmac, timingSafeEqual } from 'node:crypto';
import { findHeader, type RequestHeaders } from './headers.ts';
import { VerificationError } from './verification-error.ts';

/** What a request claims: the delivery it is of, what was signed, and the signatures it carries. */
export type Claims = {
  readonly id: string;
  /** What stands before the body in what was signed. */
  readonly prefix: string;
  readonly signatures: readonly string[];
  /** When the request was sent (epoch seconds); undefined where the scheme does not tell. */
  readonly sentAt: number | undefined;
};

/** One way of signing: where the claims are, the key that a secret stands for, and the text of a signature. */
type SignatureScheme = {
  readonly readClaims: (headers: RequestHeaders) => Claims;
  readonly keyOf: (secret: string) => Uint8Array;
  readonly show: (digest: Buffer) => string;
};

/** Base64 of RFC 4648, section 4; its padding may be left out. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function need(headers: RequestHeaders, name: string): string {
  const value = findHeader(headers, name);
  if (value === undefined) throw new VerificationError('missing-header', `there is no ${name}`);
  return value;
}

/**
 * Standard Webhooks (https://www.standardwebhooks.com): the delivery's id and the time of sending are signed with the
 * body. Of several signatures, parted by spaces, one must be right. The key is what a `whsec_` secret encodes; any other
 * secret, and a `whsec_` that is no base64, is its own key.
 */
const standard: SignatureScheme = {
  readClaims(headers) {
    const id = need(headers, 'webhook-id');
    const timestamp = need(headers, 'webhook-timestamp');
    const signatures = need(headers, 'webhook-signature').split(' ');
    // A dot in an id could move the border between what is signed as the id and what is signed as the time.
    if (id.includes('.')) throw new VerificationError('malformed-header', 'webhook-id has a dot in it');
    if (!/^\d{1,12}$/.test(timestamp)) {
      throw new VerificationError('malformed-header', 'webhook-timestamp is not a number of seconds');
    }
    return { id, prefix: `${id}.${timestamp}.`, signatures, sentAt: Number(timestamp) };
  },
  keyOf(secret) {
    const encoded = secret.slice('whsec_'.length);
    const isEncoded = secret.startsWith('whsec_') && BASE64.test(encoded);
    return Buffer.from(isEncoded ? encoded : secret, isEncoded ? 'base64' : 'utf8');
  },
  show: (digest) => `v1,${digest.toString('base64')}`,
};

/**
 * Cathcr's own header: the body alone is signed. While a secret is being changed, a second header has the signature
 * that is made with the new one.
 */
const cathcr: SignatureScheme = {
  readClaims(headers) {
    const signature = need(headers, 'x-cathcr-signature-256');
    const next = findHeader(headers, 'x-cathcr-signature-256-next');
    const id = need(headers, 'x-cathcr-delivery');
    return { id, prefix: '', signatures: next ? [signature, next] : [signature], sentAt: undefined };
  },
  keyOf: (secret) => Buffer.from(secret),
  show: (digest) => `sha256=${digest.toString('hex')}`,
};

export const SCHEMES = { standard, cathcr };

/** Whether two texts are the same, in a time that does not tell where they differ. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whether one of the signatures that a request claims was made of this body with one of these secrets. */
export function isSigned(
  { keyOf, show }: SignatureScheme,
  { prefix, signatures }: Claims,
  body: string | Uint8Array,
  secrets: readonly string[],
): boolean {
  const right = secrets.map((secret) =>
    show(createHmac('sha256', keyOf(secret)).update(prefix).update(body).digest()),
  );
  return right.some((signature) => signatures.some((given) => isSame(given, signature)));
}
