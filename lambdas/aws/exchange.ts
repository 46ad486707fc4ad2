import type { Exchange } from '../../core/delivery.ts';
import type { Signature, Signatures } from '../../core/signature.ts';
import { pack, unpack } from './packing.ts';

/** What an exchange begins with whose signatures stand before it: no deflated text begins so. */
const MARK = 0xff;
/** The length of an HMAC-SHA256. */
const HMAC_BYTES = 32;

const BODY_PREFIX = 'sha256=';
const STANDARD_PREFIX = 'v1,';

/** The bytes of a signature after their number: nothing packs them any smaller, and their text would be half as long again. */
function packSignature({ body, standard = '' }: Signature): Uint8Array {
  const ofBody = Buffer.from(body.slice(BODY_PREFIX.length), 'hex');
  const ofStandard = Buffer.from(standard.slice(STANDARD_PREFIX.length), 'base64');
  return Buffer.concat([Buffer.of(ofBody.length + ofStandard.length), ofBody, ofStandard]);
}

function readSignature(bytes: Buffer): Signature {
  const standard = bytes.subarray(HMAC_BYTES);
  return {
    body: BODY_PREFIX + bytes.subarray(0, HMAC_BYTES).toString('hex'),
    standard: standard.length > 0 ? STANDARD_PREFIX + standard.toString('base64') : undefined,
  };
}

/** An exchange as it is stored: its signatures, and the rest as packed JSON. */
export function packExchange({ signatures, ...rest }: Exchange): Uint8Array {
  const head = Buffer.of(MARK, signatures.length);
  return Buffer.concat([head, ...signatures.map(packSignature), pack(JSON.stringify(rest))]);
}

/** An exchange of before there were several signatures: all of it packed JSON, the only one in it. */
function unpackOld(packed: Uint8Array): Exchange {
  const { signature, ...rest } = JSON.parse(unpack(packed));
  return { ...rest, signatures: [{ body: signature }] };
}

export function unpackExchange(packed: Uint8Array): Exchange {
  const bytes = Buffer.from(packed);
  if (bytes[0] !== MARK) return unpackOld(packed);
  let place = 2;
  const signatures = Array.from({ length: bytes[1] ?? 0 }, () => {
    const start = place + 1;
    place = start + (bytes[place] ?? 0);
    return readSignature(bytes.subarray(start, place));
  });
  return { ...JSON.parse(unpack(bytes.subarray(place))), signatures: signatures as unknown as Signatures };
}
