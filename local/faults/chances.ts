import { createHash } from 'node:crypto';

/** Three numbers from 0 to below 1 that look random, and are the same for the same text. */
export function chancesOf(text: string): [number, number, number] {
  const hash = createHash('sha256').update(text).digest();
  const chanceAt = (offset: number) => hash.readUInt32BE(offset) / 2 ** 32;
  return [chanceAt(0), chanceAt(4), chanceAt(8)];
}

/** Numbers from 0 to 1 that look random and are the same every time (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
