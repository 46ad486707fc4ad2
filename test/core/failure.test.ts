import { describe, expect, test } from 'vitest';
import { ADDRESS_FAULT } from '../../core/address-policy.ts';
import { InvalidRequestError } from '../../core/errors.ts';
import {
  describeFailure,
  isHopeless,
  isOwnTrouble,
  kindOfFailure,
  MissingError,
} from '../../core/failure.ts';

describe('a failure in words', () => {
  test.each([
    ['ETIMEDOUT', 'Connection timeout'],
    ['ECONNREFUSED', 'Connection refused'],
    ['ECONNRESET', 'Connection reset'],
    ['EPIPE', 'Connection reset'],
    ['ENOTFOUND', 'DNS lookup failed'],
    ['EAI_AGAIN', 'DNS lookup failed'],
    ['EHOSTUNREACH', 'Host unreachable'],
    ['ENETUNREACH', 'Network unreachable'],
    ['ENETDOWN', 'Network unreachable'],
    ['CERT_HAS_EXPIRED', 'TLS certificate expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS certificate is for another host'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS certificate is self-signed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS certificate chain is incomplete'],
    ['EPROTO', 'TLS handshake failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS handshake failed'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'TLS handshake failed'],
    ['CERT_REVOKED', 'TLS handshake failed'],
    ['HPE_INVALID_CONSTANT', 'Response is not HTTP'],
    ['EWHATEVER', 'Request failed (EWHATEVER)'],
    [undefined, 'Request failed'],
  ])('%s is %j', (code, words) => {
    expect(describeFailure(code)).toBe(words);
  });
});

describe('trouble of our own', () => {
  test.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'])(
    'is %s, however often it comes',
    (code) => {
      expect([1, 3, 4, 100].every((receiveCount) => isOwnTrouble(code, receiveCount))).toBe(true);
    },
  );

  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'CERT_HAS_EXPIRED',
    undefined,
  ])('is not %s', (code) => {
    expect(isOwnTrouble(code, 1)).toBe(false);
  });

  test.each(['EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN'])(
    'is %s, of which either side may be the cause, until that has lasted for three receives',
    (code) => {
      const taken = [1, 2, 3, 4, 5].map((receiveCount) => isOwnTrouble(code, receiveCount));
      expect(taken).toEqual([true, true, true, false, false]);
    },
  );
});

describe('a message is put aside', () => {
  test('at once where it cannot be understood', () => {
    expect(isHopeless(new InvalidRequestError([{ field: 'run', detail: 'takes a number' }]), 1)).toBe(true);
  });

  test('where what it needs is missing, once that was waited for', () => {
    const missing = new MissingError('the row is not there');
    expect([1, 3, 10, 11, 19].map((count) => isHopeless(missing, count))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('never for trouble that may end', () => {
    expect(isHopeless(new Error('throttled'), 19)).toBe(false);
  });
});

describe('the kind of a failure', () => {
  const ofCode = (code: string | undefined, statusCode: number | null = null) =>
    kindOfFailure({ at: 0, responseTimeMs: 1, statusCode, error: describeFailure(code) });

  test.each([
    ['ETIMEDOUT', 'Timeout'],
    ['ENOTFOUND', 'Dns'],
    ['CERT_HAS_EXPIRED', 'Tls'],
    ['EPROTO', 'Tls'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'Tls'],
    ['ECONNREFUSED', 'Connection'],
    ['EHOSTUNREACH', 'Connection'],
    ['HPE_INVALID_CONSTANT', 'Connection'],
    [undefined, 'Connection'],
  ])('without a response is told by its words: %s is %s', (code, kind) => {
    expect(ofCode(code)).toBe(kind);
  });

  test.each([
    [301, '3xx'],
    [399, '3xx'],
    [400, '4xx'],
    [410, '4xx'],
    [500, '5xx'],
    [599, '5xx'],
  ])('with a response is that of its status: %i is %s', (statusCode, kind) => {
    expect(ofCode('Response', statusCode)).toBe(kind);
  });

  test('is that of the address where it may not be called, and none for a success', () => {
    const result = { at: 0, responseTimeMs: 1, statusCode: null };
    expect(kindOfFailure({ ...result, error: `URL ${ADDRESS_FAULT}` })).toBe('Address');
    expect(kindOfFailure({ ...result, statusCode: 204 })).toBeUndefined();
  });
});
