import { readFileSync } from 'node:fs';

const VECTORS_FILE = new URL('../../packages/vectors.json', import.meta.url).pathname;

/** A request, and what a receiver says to it: which delivery it is, or why it is refused. */
export type Vector = {
  readonly name: string;
  readonly scheme: 'standard' | 'cathcr';
  readonly secret: string | readonly string[];
  /** When it arrives: epoch seconds. */
  readonly now: number;
  readonly toleranceSeconds?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly expect: { readonly id: string } | { readonly code: string };
};

/** What every receiver of ours answers alike. */
export const VECTORS: readonly Vector[] = JSON.parse(readFileSync(VECTORS_FILE, 'utf8'));
