import { describe, expect, test } from 'vitest';
import { createApiKey, hashApiKey, isScope, mintApiKey } from '../../core/api-key.ts';

describe('an API key', () => {
  test('is a prefix that leak scanners find, and 32 random bytes', () => {
    const [a, b] = [mintApiKey(), mintApiKey()];
    expect(a).toMatch(/^cathcr_key_[\w-]{43}$/);
    expect(a).not.toBe(b);
  });

  test('is known by its SHA-256 alone', () => {
    // SHA-256 of "abc", from FIPS 180-2.
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('is recorded for a user, without its text', () => {
    const key = createApiKey('a_key_of_mine', { userId: 'user_123', scopes: ['webhooks:read'], now: 7 });
    expect(key).toEqual({
      id: `key_${hashApiKey('a_key_of_mine').slice(0, 16)}`,
      hash: hashApiKey('a_key_of_mine'),
      userId: 'user_123',
      scopes: ['webhooks:read'],
      createdAt: 7,
    });
    expect(JSON.stringify(key)).not.toContain('a_key_of_mine');
  });

  test('allows what are scopes, and nothing else', () => {
    const texts = ['webhooks:read', 'webhooks:write', 'events:publish', 'admin', '', 'webhooks'];
    expect(texts.filter(isScope)).toEqual(['webhooks:read', 'webhooks:write', 'events:publish']);
  });
});
