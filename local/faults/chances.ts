import { createHash } from 'node:crypto';

/** Three numbers from 0 to below 1 that look random, and are the same for the same text. */
export function chancesOf(text: string): [number, number, number] {
  const hash = createHash('sha256').update(text).digest();
  const chanceAt = (offset: number) => hash.readUInt32BE(offset) / 2 ** 32;
  return [chanceAt(0), chanceAt(4), chanceAt(8)];
}
