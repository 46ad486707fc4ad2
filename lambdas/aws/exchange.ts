import type { Exchange } from '../../core/delivery.ts';
import type { Signature, Signatures } from '../../core/signature.ts';
import { pack, unpack } from './packing.ts';

/** The length of an HMAC-SHA256. */
const HMAC_BYTES = 32;
/** What one secret makes of a request: two of them. */
const SIGNATURE_BYTES = 2 * HMAC_BYTES;

const BODY_PREFIX = 'sha256=';
const STANDARD_PREFIX = 'v1,';

/** The bytes of a signature: nothing packs them any smaller, and their text would be half as long again. */
const packSignature = ({ body, standard }: Signature): Uint8Array =>
  Buffer.concat([
    Buffer.from(body.slice(BODY_PREFIX.length), 'hex'),
    Buffer.from(standard.slice(STANDARD_PREFIX.length), 'base64'),
  ]);

const readSignature = (bytes: Buffer): Signature => ({
  body: BODY_PREFIX + bytes.subarray(0, HMAC_BYTES).toString('hex'),
  standard: STANDARD_PREFIX + bytes.subarray(HMAC_BYTES).toString('base64'),
});

/** An exchange as it is stored: how many signatures it has, their bytes, and the rest as packed JSON. */
export function packExchange({ signatures, ...rest }: Exchange): Uint8Array {
  const count = Buffer.of(signatures.length);
  return Buffer.concat([count, ...signatures.map(packSignature), pack(JSON.stringify(rest))]);
}

export function unpackExchange(packed: Uint8Array): Exchange {
  const [count = 0] = packed;
  const bytes = Buffer.from(packed).subarray(1);
  const signatures = Array.from({ length: count }, (_, index) =>
    readSignature(bytes.subarray(index * SIGNATURE_BYTES, (index + 1) * SIGNATURE_BYTES)),
  );
  const rest = unpack(bytes.subarray(count * SIGNATURE_BYTES));
  return { ...JSON.parse(rest), signatures: signatures as unknown as Signatures };
}
