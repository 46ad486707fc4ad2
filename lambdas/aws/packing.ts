import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A text as it is stored: its UTF-8 bytes, compressed, as a write is billed by the KiB. */
export const pack = (text: string): Uint8Array => deflateRawSync(text);

export const unpack = (packed: Uint8Array): string => inflateRawSync(packed).toString();
