import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { customHeadersSchema } from '../../core/custom-headers.ts';
import { maskHeaders } from '../../core/mask.ts';
import { requestHeadersOf } from '../../core/request.ts';
import { findFaults } from '../../core/validation.ts';
import { patchWebhookSchema } from '../../core/webhook.ts';

const faultsOf = (headers: unknown) => findFaults(patchWebhookSchema('public'), { headers });

describe('headers of one’s own', () => {
  test.each([
    null,
    {},
    { Authorization: 'Bearer a_token_of_mine' },
    { 'x-a': '!', "!#$%&'*+.^_`|~": '~ {"a": 1} ~' },
    { valueOf: 'x', toString: 'y' },
    { ['a'.repeat(64)]: 'x'.repeat(1024) },
    Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`X-${n}`, 'x'.repeat(200)])),
  ])('may be %j', (headers) => expect(faultsOf(headers)).toEqual([]));

  test.each([
    'Content-Type',
    'content-length',
    'Content-Encoding',
    'Host',
    'User-Agent',
    'Accept-Encoding',
    'Connection',
    'Keep-Alive',
    'Transfer-Encoding',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'HTTP2-Settings',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Forwarded',
    'X-Forwarded-For',
    'Via',
    'X-Real-IP',
    'X-Client-IP',
    'X-Cluster-Client-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Cathcr-Signature-256',
    'X-Cathcr-Anything',
    'webhook-id',
    'Webhook-Signature',
    'Transfer_Encoding',
    'X_Cathcr_Signature_256',
    'content.length',
    'X-Cathcr_Event',
    '__proto__',
    'constructor',
    'Constructor',
  ])('have no reserved name: %s', (name) => {
    const headers: unknown = JSON.parse(`{"X-Fine":"x",${JSON.stringify(name)}:"x"}`);
    expect(faultsOf(headers)).toEqual([{ field: `headers.${name}`, detail: 'has a reserved name' }]);
  });

  test.each(['', 'a b', 'a:', 'a\r\nb', 'é', 'a\u0000', '(a)', '"a"', 'a/b', 'a'.repeat(65)])(
    'have names that are tokens: not %j',
    (name) => {
      const detail = 'has a name that is no token of 1 to 64 characters';
      expect(faultsOf({ [name]: 'x' })).toEqual([{ field: `headers.${name}`, detail }]);
    },
  );

  test.each([
    '',
    ' a',
    'a ',
    'a\r\nX-Injected: 1',
    'a\nb',
    'a\tb',
    'é',
    '\u0000',
    '\u007f',
    'x'.repeat(1025),
    1,
    null,
    true,
    ['a'],
    { a: 'b' },
  ])('have values that are visible ASCII: not %j', (value) => {
    const detail = 'takes 1 to 1024 visible ASCII characters, and spaces between them';
    expect(faultsOf({ 'X-A': value })).toEqual([{ field: 'headers.X-A', detail }]);
  });

  test.each([
    [[], 'takes an object'],
    ['Authorization: x', 'takes an object'],
    [7, 'takes an object'],
    [Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`X-${n}`, 'x'])), 'takes at most 10 headers'],
    [{ 'X-A': 'a', 'x-a': 'b' }, 'names a header twice'],
    [{ 'X-A': 'a', X_A: 'b' }, 'names a header twice'],
    [
      { 'X-A': 'a'.repeat(1024), 'X-B': 'b'.repeat(1020) },
      'takes at most 2048 characters, names and values together',
    ],
  ])('are refused as a whole: %j', (headers, detail) => {
    expect(faultsOf(headers)).toEqual([{ field: 'headers', detail }]);
  });

  test('are refused in the masked form that is shown', () => {
    const masked = maskHeaders({ Authorization: 'Bearer a_token_of_mine', 'X-Short': 'fifteen letters' });
    expect(masked).toEqual({ Authorization: '************mine', 'X-Short': '************' });
    const detail = 'is the masked form of a value: give the value itself';
    expect(faultsOf(masked)).toEqual([
      { field: 'headers.Authorization', detail },
      { field: 'headers.X-Short', detail },
    ]);
  });

  test('that are taken can be sent, leave those of the system as they are, and are shown by name alone', () => {
    const anyName = fc.oneof(
      fc.string({
        unit: fc.constantFrom('a', 'b', 'X', 'Y', '-', '_', '.', '~', '9'),
        minLength: 1,
        maxLength: 12,
      }),
      fc.constantFrom('Authorization', 'content-type', 'X-CATHCR-EVENT', 'TE', 'constructor', '__proto__'),
      fc.string(),
    );
    const anyValue = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary' }));
    const anyHeaders = fc
      .array(fc.tuple(anyName, anyValue), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs));
    const told = { id: 'delivery-1', eventType: 'reminder.due', at: 0 } as const;
    const signatures = [{ body: 'sha256=abc', standard: 'v1,abc' }] as const;
    const own = Object.entries(requestHeadersOf(told, signatures));
    fc.assert(
      fc.property(anyHeaders, (headers) => {
        fc.pre(customHeadersSchema().safeParse(headers).success);
        const sent = Object.entries(requestHeadersOf(told, signatures, headers));
        for (const [name, value] of sent) {
          validateHeaderName(name);
          validateHeaderValue(name, value);
        }
        expect(new Map(sent.map(([name, value]) => [name.toLowerCase(), value])).size).toBe(sent.length);
        expect(sent).toEqual(expect.arrayContaining(own));
        expect(sent).toHaveLength(own.length + Object.keys(headers).length);
        expect(Object.keys(maskHeaders(headers))).toEqual(Object.keys(headers));
        for (const value of Object.values(maskHeaders(headers))) expect(value).toMatch(/^\*{12}.{0,4}$/);
      }),
      { numRuns: 1000 },
    );
  });
});
