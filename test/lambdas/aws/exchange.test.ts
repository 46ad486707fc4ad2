import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Exchange } from '../../../core/delivery.ts';
import { packExchange, unpackExchange } from '../../../lambdas/aws/exchange.ts';
import { pack } from '../../../lambdas/aws/packing.ts';
import { givenSignatures } from '../given.ts';

const URL = 'https://your-app.com/webhooks/cathcr';
const RESPONSE = { headers: { 'content-type': 'text/plain' }, body: 'OK' };

test('an exchange is read as it was stored, under one secret or two', () => {
  const anySignatures = fc
    .tuple(fc.string(), fc.boolean())
    .map(([text, areTwo]) => givenSignatures(text, ...(areTwo ? ['another_webhook_secret'] : [])));
  const anyResponse = fc.option(
    fc.record({ headers: fc.dictionary(fc.string(), fc.string()), body: fc.string() }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(anySignatures, anyResponse, (signatures, response) => {
      const exchange = { url: URL, signatures, response };
      // A dictionary may hold a member called __proto__, which JSON.parse keeps: compared as text.
      expect(JSON.stringify(unpackExchange(packExchange(exchange)))).toBe(
        JSON.stringify({ url: URL, response, signatures }),
      );
    }),
  );
});

test('one that was stored before there were several signatures is read, and stored anew', () => {
  const [{ body }] = givenSignatures();
  const old = pack(JSON.stringify({ url: URL, signature: body, response: RESPONSE }));
  const read: Exchange = { url: URL, response: RESPONSE, signatures: [{ body }] };
  expect(unpackExchange(old)).toEqual(read);
  expect(unpackExchange(packExchange(unpackExchange(old)))).toEqual(read);
});

test('both signatures weigh as bytes little more than one of them did as packed text', () => {
  const signatures = givenSignatures();
  const old = pack(JSON.stringify({ url: URL, signature: signatures[0].body, response: RESPONSE }));
  expect(packExchange({ url: URL, signatures, response: RESPONSE }).length).toBeLessThan(old.length + 12);
});
