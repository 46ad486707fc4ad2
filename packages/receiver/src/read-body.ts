import { MAX_BODY_BYTES } from './receiver.ts';

/**
 * The bytes of a body; undefined where there are more of them than are let in. Those are read to their end all the same,
 * and dropped: who is still sending does not listen for an answer.
 */
export async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) read.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(read) : undefined;
}
