import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endRotationSchema, rotateSecretSchema } from '../../core/rotation-request.ts';
import {
  endRotation,
  lastRotationAfter,
  previousSecretAt,
  rotateSecrets,
  type Secrets,
  signingSecretsAt,
} from '../../core/secret-rotation.ts';
import { findFaults } from '../../core/validation.ts';

const NOW = Date.UTC(2026, 0, 15, 10);
const HOUR_MS = 3_600_000;
const ONE: Secrets = { secret: 'secret one' };

const request = { key: 'key 1', body: 'body 1' };
const toTwo = { secret: 'secret two', overlapHours: 24, request };
const whenRotated = () => rotateSecrets(ONE, toTwo, NOW);

describe('a rotation', () => {
  test('has both secrets sign until its overlap ends, the older one first, and then the new one alone', () => {
    const secrets = whenRotated();
    const until = NOW + 24 * HOUR_MS;
    expect(signingSecretsAt(secrets, NOW)).toEqual(['secret one', 'secret two']);
    expect(signingSecretsAt(secrets, until - 1)).toEqual(['secret one', 'secret two']);
    expect(signingSecretsAt(secrets, until)).toEqual(['secret two']);
    expect(previousSecretAt(secrets, until - 1)?.until).toBe(until);
    expect(previousSecretAt(secrets, until)).toBeUndefined();
  });

  test.each([
    ['of the same secret', { secret: 'secret two', overlapHours: 24 }],
    ['of the same request, which made another secret', { ...toTwo, secret: 'another that was made' }],
  ])('changes nothing where it is a repeat: %s', (_, repeat) => {
    const secrets = whenRotated();
    expect(rotateSecrets(secrets, repeat, NOW + HOUR_MS)).toBe(secrets);
  });

  test.each([
    ['another secret', { secret: 'secret three', overlapHours: 24 }],
    ['the old one', { secret: 'secret one', overlapHours: 24 }],
    ['another request', { ...toTwo, secret: 'secret three', request: { key: 'key 2', body: 'body 1' } }],
  ])('is refused while one is under way: %s', (_, rotation) => {
    const later = () => rotateSecrets(whenRotated(), rotation, NOW + HOUR_MS);
    expect(later).toThrow('secret is being rotated until 2026-01-16T10:00:00.000Z: end that first');
    expect(later).toThrow(expect.objectContaining({ status: 409 }));
  });

  test('may follow as soon as the last is over, also one of the same key', () => {
    const rotation = { ...toTwo, secret: 'secret three' };
    expect(rotateSecrets(whenRotated(), rotation, NOW + 24 * HOUR_MS)).toMatchObject({
      secret: 'secret three',
      previousSecret: { secret: 'secret two' },
    });
  });

  test.each([0, 0.1])('of %d h is made once under one key, for a day', (overlapHours) => {
    const rotation = { ...toTwo, overlapHours };
    const secrets = rotateSecrets(ONE, rotation, NOW);
    const repeat = { ...rotation, secret: 'another that was made' };
    for (const hours of [0, 0.2, 23]) {
      expect(rotateSecrets(secrets, repeat, NOW + hours * HOUR_MS)).toBe(secrets);
    }
    expect(rotateSecrets(secrets, repeat, NOW + 24 * HOUR_MS).secret).toBe('another that was made');
  });

  test('is refused under a key that was used for another, or whose secret was replaced since', () => {
    const detailOf = (secrets: Secrets, body: string) => {
      const rotation = { secret: 'x', overlapHours: 0, request: { ...request, body } };
      return () => rotateSecrets(secrets, rotation, NOW + HOUR_MS);
    };
    const secrets = whenRotated();
    expect(detailOf(secrets, 'body 2')).toThrow('Idempotency-Key was used for another request before');
    const replaced = rotateSecrets(secrets, { secret: 'secret three', overlapHours: 0 }, NOW);
    expect(detailOf(replaced, 'body 1')).toThrow('Idempotency-Key made a secret that was replaced since');
    const patched = { ...secrets, lastRotation: lastRotationAfter(secrets, 'secret one', NOW) };
    expect(detailOf(patched, 'body 1')).toThrow('Idempotency-Key made a secret that was replaced since');
    const finished = { ...secrets, lastRotation: lastRotationAfter(secrets, 'secret two', NOW) };
    expect(detailOf(finished, 'body 1')()).toBe(finished);
  });

  test.each(['secret one', 'secret two', 'secret three'])(
    'without an overlap has %s sign alone',
    (secret) => {
      const secrets = rotateSecrets(whenRotated(), { secret, overlapHours: 0 }, NOW + HOUR_MS);
      expect(signingSecretsAt(secrets, NOW + HOUR_MS)).toEqual([secret]);
      expect(secrets.previousSecret).toBeUndefined();
      expect(Object.keys(secrets.lastRotation ?? {})).not.toContain('secret');
    },
  );

  test.each([
    ['new', 'secret two', undefined],
    ['old', 'secret one', true],
  ] as const)('that is ended early leaves the %s one: %s', (kept, secret, isReplaced) => {
    const secrets = endRotation(whenRotated(), kept, NOW + HOUR_MS);
    expect(signingSecretsAt(secrets, NOW + HOUR_MS)).toEqual([secret]);
    expect(secrets.lastRotation?.isReplaced).toBe(isReplaced);
    expect(() => endRotation(secrets, kept, NOW + HOUR_MS)).toThrow('secret is not being rotated');
  });

  test('is not ended once it is over', () => {
    const later = () => endRotation(whenRotated(), 'old', NOW + 24 * HOUR_MS);
    expect(later).toThrow('secret is not being rotated');
    expect(later).toThrow(expect.objectContaining({ status: 409 }));
  });

  test('never drops a secret before its time, and never signs with one after it, whatever is asked for when', () => {
    const anyRotation = fc.record({
      secret: fc.constantFrom('one', 'two', 'three'),
      overlapHours: fc.constantFrom(0, 0.5, 1, 24),
      request: fc.constantFrom(
        undefined,
        { key: 'a', body: 'a' },
        { key: 'b', body: 'b' },
        { key: 'a', body: 'b' },
      ),
      afterHours: fc.constantFrom(0, 0.25, 1, 30),
    });
    fc.assert(
      fc.property(fc.array(anyRotation, { maxLength: 8 }), (rotations) => {
        let secrets: Secrets = { secret: 'zero' };
        let now = NOW;
        /** Until when the secret before must sign, as it was promised. */
        let promised = { secret: 'zero', until: NOW };
        for (const { afterHours, ...rotation } of rotations) {
          now += afterHours * HOUR_MS;
          const before = secrets;
          try {
            secrets = rotateSecrets(before, rotation, now);
          } catch (error) {
            const isOfKey = (error as Error).message.startsWith('Idempotency-Key');
            if (isOfKey) expect(rotation.request?.key).toBe(before.lastRotation?.key);
            else expect(now).toBeLessThan(promised.until);
          }
          if (secrets !== before) {
            promised = { secret: before.secret, until: now + rotation.overlapHours * HOUR_MS };
            expect(secrets.secret).toBe(rotation.secret);
          }
          const signing = signingSecretsAt(secrets, now);
          expect(signing).toEqual(
            now < promised.until ? [promised.secret, secrets.secret] : [secrets.secret],
          );
        }
      }),
    );
  });
});

describe('the body of a rotation', () => {
  test.each([
    {},
    { overlap_hours: 0 },
    { overlap_hours: 168, secret: 'a_secret_of_mine' },
    { overlap_hours: 0.5 },
  ])('may be %j', (body) => expect(findFaults(rotateSecretSchema(), body)).toEqual([]));

  test('overlaps for a day where it does not say for how long', () => {
    expect(rotateSecretSchema().parse({})).toEqual({ overlap_hours: 24 });
  });

  test.each([
    [{ overlap_hours: -1 }, 'overlap_hours', 'takes 0 to 168'],
    [{ overlap_hours: 168.1 }, 'overlap_hours', 'takes 0 to 168'],
    [{ overlap_hours: '24' }, 'overlap_hours', 'takes a number'],
    [{ overlap_hours: Number.POSITIVE_INFINITY }, 'overlap_hours', 'takes a number'],
    [{ overlap_hours: null }, 'overlap_hours', 'takes a number'],
    [{ secret: 'short' }, 'secret', 'takes 16 to 256 characters'],
    [{ secret: '************cret' }, 'secret', 'is the masked form of a secret: give the secret itself'],
    [{ overlap: 1 }, 'overlap', 'is not a known field'],
    [[], 'body', 'takes an object'],
  ])('is refused: %j', (body, field, detail) => {
    expect(findFaults(rotateSecretSchema(), body)).toEqual([{ field, detail }]);
  });
});

describe('the body that ends a rotation', () => {
  test.each(['new', 'old'])('may keep the %s one', (keep) => {
    expect(findFaults(endRotationSchema(), { keep })).toEqual([]);
  });

  test.each([
    [{}, 'keep', 'takes new or old'],
    [{ keep: 'both' }, 'keep', 'takes new or old'],
    [{ keep: 'new', secret: 'another_secret_of_mine' }, 'secret', 'is not a known field'],
    [[], 'body', 'takes an object'],
  ])('is refused: %j', (body, field, detail) => {
    expect(findFaults(endRotationSchema(), body)).toEqual([{ field, detail }]);
  });
});
