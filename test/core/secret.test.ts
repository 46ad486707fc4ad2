import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecret } from '../../core/mask.ts';
import { mintSecret, secretSchema } from '../../core/secret.ts';
import { findFaults } from '../../core/validation.ts';

const faultsOf = (secret: unknown) => findFaults(secretSchema(), secret).map(({ detail }) => detail);

describe('a secret that is made', () => {
  test('is whsec_ and 32 random bytes in base64', () => {
    const [a, b] = [mintSecret(), mintSecret()];
    expect(a).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(a.slice(6), 'base64')).toHaveLength(32);
    expect(a).not.toBe(b);
  });

  test('is one that a customer might have given', () => {
    expect(faultsOf(mintSecret())).toEqual([]);
  });
});

describe('a masked secret', () => {
  test('shows the last four characters, and not how long it was', () => {
    expect(maskSecret('your_webhook_secret')).toBe('************cret');
    expect(maskSecret('x'.repeat(200)).length).toBe(maskSecret('x'.repeat(16)).length);
  });

  test('is as whole a text as the secret was', () => {
    expect(maskSecret('a secret of mine 🔗🔗bc')).toBe('************🔗bc');
    expect(maskSecret('a secret of mine 🔗🔗abc')).toBe('************abc');
  });

  test('that is sent back is refused, whatever the secret was', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 16, maxLength: 256 }), (secret) => {
        expect(faultsOf(maskSecret(secret))).toEqual([
          'is the masked form of a secret: give the secret itself',
        ]);
      }),
    );
  });
});

describe('a secret that a customer gives', () => {
  test.each([
    ['of 16 characters', 's'.repeat(16)],
    ['of 256 characters', 's'.repeat(256)],
    ['of any script', '🔗 héé 秘密の鍵 secret'],
    ['with an asterisk', '*a-secret-of-mine*'],
  ])('may be one %s', (_, secret) => {
    expect(faultsOf(secret)).toEqual([]);
  });

  test.each([
    ['empty', ''],
    ['of 15 characters', 's'.repeat(15)],
    ['of 257 characters', 's'.repeat(257)],
    ['with half a surrogate pair, which signs like any other half', `${'s'.repeat(16)}\ud800`],
  ])('may not be one %s', (_, secret) => {
    expect(faultsOf(secret)).toHaveLength(1);
  });

  test.each([1234567890123456, null, false, {}])('is a text, and not %j', (secret) => {
    expect(faultsOf(secret)).toEqual(['takes a text']);
  });
});
