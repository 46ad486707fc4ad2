import { createHash, randomBytes } from 'node:crypto';
import { SCOPES, type Scope } from './routes.ts';

/** A key for the API: whose it is and what it allows. The key itself is not kept, only its hash. */
export type ApiKey = {
  readonly id: string;
  readonly hash: string;
  readonly userId: string;
  readonly scopes: readonly Scope[];
  /** Epoch ms. */
  readonly createdAt: number;
};

/** A new key's text: a fixed prefix, by which leak scanners find it, and 32 random bytes in base64url. */
export function mintApiKey(): string {
  return `cathcr_key_${randomBytes(32).toString('base64url')}`;
}

/**
 * The SHA-256 of a key's text, in hex: all of a key that is stored. Keys are found by it and their texts never compared,
 * so how long that takes tells nothing of a key: of a hash that somebody wants to come near to, they cannot choose the
 * next character. Nor can a stolen hash be tried out: a key is 32 random bytes, not a password.
 */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The record of a key's text. */
export function createApiKey(
  key: string,
  { userId, scopes, now }: { userId: string; scopes: readonly Scope[]; now: number },
): ApiKey {
  const hash = hashApiKey(key);
  return { id: `key_${hash.slice(0, 16)}`, hash, userId, scopes, createdAt: now };
}

/** Whether `text` names a scope. */
export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
