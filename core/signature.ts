import { createHmac } from 'node:crypto';

/** What one secret makes of a request: the values of two headers. */
export type Signature = {
  /** For `X-Cathcr-Signature-256`, or `X-Cathcr-Signature-256-Next`. */
  readonly body: string;
  /** For `webhook-signature`. */
  readonly standard: string;
};

/** Of a request, one for each secret that it is signed with: of an older one first, while two overlap. */
export type Signatures = readonly [Signature, ...Signature[]];

/** What is signed: the delivery's id, when the attempt was begun (epoch ms), and the bytes that are sent. */
type Signed = { readonly id: string; readonly at: number; readonly body: Uint8Array };

const STANDARD_PREFIX = 'whsec_';
/** Base64 of RFC 4648, section 4; its padding may be left out. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * `sha256=` and the hex HMAC-SHA256 of the very bytes that are sent, keyed with the bytes of the secret.
 * Source: the contract, "HMAC Signature Verification".
 */
export function signBody(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The value of `webhook-timestamp`: seconds since 1970. */
export const standardTimestampOf = (at: number): string => String(Math.floor(at / 1000));

/**
 * What Standard Webhooks takes for the key: the bytes that a `whsec_` secret encodes in base64. Any other secret, and a
 * `whsec_` that is no base64, is its own key.
 */
function standardKeyOf(secret: string): string | Uint8Array {
  const encoded = secret.slice(STANDARD_PREFIX.length);
  const isEncoded = secret.startsWith(STANDARD_PREFIX) && BASE64.test(encoded);
  return isEncoded ? Buffer.from(encoded, 'base64') : secret;
}

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. Source: standardwebhooks.com, "Signature scheme". */
function signStandard({ id, at, body }: Signed, secret: string): string {
  const hmac = createHmac('sha256', standardKeyOf(secret));
  return `v1,${hmac
    .update(`${id}.${standardTimestampOf(at)}.`)
    .update(body)
    .digest('base64')}`;
}

/** Signs a request with each of these secrets, in both ways. */
export function signRequest(signed: Signed, [first, ...more]: readonly [string, ...string[]]): Signatures {
  const sign = (secret: string) => ({
    body: signBody(signed.body, secret),
    standard: signStandard(signed, secret),
  });
  return [sign(first), ...more.map(sign)];
}
