import * as fc from 'fast-check';
import { expect, test } from 'vitest';
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

test('signatures weigh their bytes alone, and one for their number', () => {
  for (const secrets of [[], ['another_webhook_secret']]) {
    const signatures = givenSignatures('', ...secrets);
    const rest = pack(JSON.stringify({ url: URL, response: RESPONSE }));
    const packed = packExchange({ url: URL, signatures, response: RESPONSE });
    expect(packed.length).toBe(rest.length + 1 + 64 * signatures.length);
  }
});
