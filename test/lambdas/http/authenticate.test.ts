import { describe, expect, test } from 'vitest';
import { type ApiKey, createApiKey } from '../../../core/api-key.ts';
import { ForbiddenError, UnauthorizedError } from '../../../core/errors.ts';
import { createAuthenticate } from '../../../lambdas/http/authenticate.ts';
import { USER } from '../given.ts';

const KEY = 'a_key_of_mine';

/** Authentication over a list of keys that may change, on a clock that is set. */
function givenKeys(...texts: string[]) {
  const keys = new Map<string, ApiKey>();
  const clock = { now: 0 };
  const finds: string[] = [];
  const add = (text: string) => {
    const key = createApiKey(text, { userId: USER, scopes: ['webhooks:read', 'events:publish'], now: 0 });
    keys.set(key.hash, key);
  };
  for (const text of texts) add(text);
  const find = async (hash: string) => {
    finds.push(hash);
    return keys.get(hash);
  };
  return { authenticate: createAuthenticate(find, () => clock.now), keys, clock, finds, add };
}

describe('a caller', () => {
  test.each([`Bearer ${KEY}`, `bearer ${KEY}`, `BEARER  ${KEY}`])(
    'with %j is known',
    async (authorization) => {
      const { authenticate } = givenKeys(KEY);
      expect(await authenticate(authorization, 'webhooks:read')).toEqual({ userId: USER });
    },
  );

  test.each([undefined, '', 'Bearer', 'Bearer ', KEY, `Basic ${KEY}`, `Bearer ${KEY} x`, `Bearer${KEY}`])(
    'with %j is told what it takes, and no key is looked for',
    async (authorization) => {
      const { authenticate, finds } = givenKeys(KEY);
      const asked = authenticate(authorization, 'webhooks:read');
      await expect(asked).rejects.toThrow(UnauthorizedError);
      await expect(asked).rejects.toThrow(/Bearer your_api_key/);
      expect(finds).toEqual([]);
    },
  );

  test('with another key is not known, and its key is not told', async () => {
    const { authenticate } = givenKeys(KEY);
    const asked = authenticate('Bearer another_key', 'webhooks:read');
    await expect(asked).rejects.toThrow(UnauthorizedError);
    await expect(asked).rejects.not.toThrow(/another_key/);
  });

  test('whose key lacks the scope is refused by its name', async () => {
    const { authenticate } = givenKeys(KEY);
    const asked = authenticate(`Bearer ${KEY}`, 'webhooks:write');
    await expect(asked).rejects.toThrow(ForbiddenError);
    await expect(asked).rejects.toThrow(/webhooks:write/);
  });

  test('is looked for by the hash of its key alone', async () => {
    const { authenticate, finds } = givenKeys(KEY);
    await authenticate(`Bearer ${KEY}`, 'webhooks:read');
    expect(finds).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });
});

describe('a key that was found', () => {
  test('is remembered for less than 30 seconds more, and then a revoked one works no more', async () => {
    const { authenticate, keys, clock, finds } = givenKeys(KEY);
    const ask = () => authenticate(`Bearer ${KEY}`, 'webhooks:read');
    await ask();
    keys.clear();
    clock.now = 29_999;
    expect(await ask()).toEqual({ userId: USER });
    expect(finds).toHaveLength(1);
    clock.now = 30_000;
    await expect(ask()).rejects.toThrow(UnauthorizedError);
    await expect(ask()).rejects.toThrow(UnauthorizedError);
  });

  test('is not remembered longer for being used', async () => {
    const { authenticate, keys, clock } = givenKeys(KEY);
    const ask = () => authenticate(`Bearer ${KEY}`, 'webhooks:read');
    for (clock.now = 0; clock.now < 30_000; clock.now += 10_000) await ask();
    keys.clear();
    await expect(ask()).rejects.toThrow(UnauthorizedError);
  });

  test('is remembered with its scopes: each request is judged by its own', async () => {
    const { authenticate } = givenKeys(KEY);
    await authenticate(`Bearer ${KEY}`, 'events:publish');
    await expect(authenticate(`Bearer ${KEY}`, 'webhooks:write')).rejects.toThrow(ForbiddenError);
  });

  test('costs memory for no more than a thousand of them', async () => {
    const texts = Array.from({ length: 1001 }, (_, i) => `key-${i}`);
    const { authenticate, finds } = givenKeys(...texts);
    for (const text of texts) await authenticate(`Bearer ${text}`, 'webhooks:read');
    await authenticate('Bearer key-1000', 'webhooks:read');
    expect(finds).toHaveLength(1001);
    await authenticate('Bearer key-0', 'webhooks:read');
    expect(finds).toHaveLength(1002);
  });
});

test('a key that is not known is not remembered as such: it works as soon as it is made', async () => {
  const { authenticate, add } = givenKeys();
  await expect(authenticate(`Bearer ${KEY}`, 'webhooks:read')).rejects.toThrow(UnauthorizedError);
  add(KEY);
  expect(await authenticate(`Bearer ${KEY}`, 'webhooks:read')).toEqual({ userId: USER });
});

test('a store that does not answer is no refusal', async () => {
  const authenticate = createAuthenticate(() => Promise.reject(new Error('throttled')));
  await expect(authenticate(`Bearer ${KEY}`, 'webhooks:read')).rejects.toThrow('throttled');
});
