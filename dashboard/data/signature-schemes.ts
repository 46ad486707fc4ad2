/** What is signed, and with which secret; the id and the timestamp count by Standard Webhooks alone. */
export type Signed = {
  readonly payload: string;
  readonly secret: string;
  /** `webhook-id`. */
  readonly id: string;
  /** `webhook-timestamp`. */
  readonly timestamp: string;
};

/** One of the ways in which every request is signed. */
type SignatureScheme = {
  /** The header's value for what is signed, with one secret. */
  readonly sign: (signed: Signed) => Promise<string>;
  /** The signatures in what was copied of a header. */
  readonly readSignatures: (header: string) => readonly string[];
  /** What is wrong with a signature by itself, whatever it is of. */
  readonly findFault: (signature: string) => string | undefined;
  /** A signature as it should have been written. */
  readonly normalize: (signature: string) => string;
};

const encode = (text: string) => new TextEncoder().encode(text);

const toHex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  // A browser takes no key of no bytes. HMAC pads a key with zeros, so that this one is the same.
  const bytes = key.length > 0 ? key : new Uint8Array(1);
  const imported = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encode(text)));
}

/** The header's name may have been copied along with its value. */
const valueOf = (header: string) =>
  header.replace(/^\s*(?:x-cathcr-signature-256(?:-next)?|webhook-signature)\s*:/i, '').trim();

const HEX_LENGTH = 64;

/** `sha256=` and the hex HMAC-SHA256 of a payload, in `X-Cathcr-Signature-256`; in its `-Next` with a newer secret. */
const cathcr: SignatureScheme = {
  sign: async ({ payload, secret }) => `sha256=${toHex(await hmac(encode(secret), payload))}`,
  readSignatures: (header) => [valueOf(header)],
  normalize: (signature) => `sha256=${signature.replace(/^sha256=/i, '').toLowerCase()}`,
  findFault(signature) {
    if (signature === '') return 'The header is empty: is it read by its whole name, X-Cathcr-Signature-256?';
    if (signature.startsWith('v1,'))
      return 'This is the value of webhook-signature: choose that header above.';
    if (!signature.startsWith('sha256='))
      return 'The header does not begin with “sha256=”, which is part of its value.';
    const hex = signature.slice('sha256='.length);
    if (!/^[0-9a-f]*$/i.test(hex))
      return 'After “sha256=” there are characters that are no hexadecimal digits.';
    if (hex.length !== HEX_LENGTH)
      return `After “sha256=” there are ${hex.length} digits in place of ${HEX_LENGTH}: the header was cut off, or more was added.`;
    if (hex !== hex.toLowerCase()) return 'The digits are in capitals; they are sent in small letters.';
    return undefined;
  },
};

/** Base64 of RFC 4648, section 4; its padding may be left out. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const BASE64_LENGTH = 44;

/**
 * The bytes that a `whsec_` secret encodes in base64; any other, and one that is no base64, is its own key. As in
 * core/signature.ts, which needs Node.
 */
function standardKeyOf(secret: string): Uint8Array<ArrayBuffer> {
  const encoded = secret.slice('whsec_'.length);
  if (!secret.startsWith('whsec_') || !BASE64.test(encoded)) return encode(secret);
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

/** `v1,` and the base64 HMAC-SHA256 of id, timestamp and payload, for each secret that signs: `webhook-signature`. */
const standard: SignatureScheme = {
  sign: async ({ payload, secret, id, timestamp }) =>
    `v1,${toBase64(await hmac(standardKeyOf(secret), `${id}.${timestamp}.${payload}`))}`,
  readSignatures: (header) => valueOf(header).split(/\s+/),
  normalize: (signature) => `v1,${signature.replace(/^v1,/, '').replaceAll('-', '+').replaceAll('_', '/')}`,
  findFault(signature) {
    if (signature === '') return 'The header is empty: is it read by its whole name, webhook-signature?';
    if (signature.startsWith('sha256='))
      return 'This is the value of X-Cathcr-Signature-256: choose that header above.';
    if (!signature.startsWith('v1,'))
      return 'The header does not begin with “v1,”, which is part of its value.';
    const base64 = signature.slice('v1,'.length);
    if (/[-_]/.test(base64))
      return 'It is written in the base64 of URLs, with “-” and “_”; it is sent with “+” and “/”.';
    if (!/^[A-Za-z0-9+/=]*$/.test(base64)) return 'After “v1,” there are characters that are no base64.';
    if (base64.length !== BASE64_LENGTH)
      return `After “v1,” there are ${base64.length} characters in place of ${BASE64_LENGTH}: the header was cut off, or more was added.`;
    return undefined;
  },
};

export const SCHEMES = { cathcr, standard };

export type SchemeName = keyof typeof SCHEMES;
