import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packExchange, unpackExchange } from '../../../lambdas/aws/exchange.ts';
import { pack } from '../../../lambdas/aws/packing.ts';
import { givenSignature } from '../given.ts';

const URL = 'https://your-app.com/webhooks/cathcr';
const RESPONSE = { headers: { 'content-type': 'text/plain' }, body: 'OK' };

test('an exchange is read as it was stored', () => {
  const anySignature = fc.string().map(givenSignature);
  const anyResponse = fc.option(
    fc.record({ headers: fc.dictionary(fc.string(), fc.string()), body: fc.string() }),
    {
      nil: undefined,
    },
  );
  fc.assert(
    fc.property(
      anySignature,
      fc.array(anySignature, { maxLength: 2 }),
      anyResponse,
      (first, more, response) => {
        const exchange = { url: URL, signatures: [first, ...more], response } as const;
        // A dictionary may hold a member called __proto__, which JSON.parse keeps: compared as text.
        expect(JSON.stringify(unpackExchange(packExchange(exchange)))).toBe(
          JSON.stringify({ url: URL, response, signatures: exchange.signatures }),
        );
      },
    ),
  );
});

test('one that was stored before there were several signatures is read, and stored anew', () => {
  const { body } = givenSignature();
  const old = pack(JSON.stringify({ url: URL, signature: body, response: RESPONSE }));
  const read = { url: URL, response: RESPONSE, signatures: [{ body }] };
  expect(unpackExchange(old)).toEqual(read);
  expect(unpackExchange(packExchange(unpackExchange(old)))).toEqual(read);
});

test('a second signature weighs its 32 bytes, against the text of the first alone', () => {
  const signature = givenSignature();
  const old = pack(JSON.stringify({ url: URL, signature: signature.body, response: RESPONSE }));
  const both = packExchange({ url: URL, signatures: [signature], response: RESPONSE });
  expect(both.length - old.length).toBeLessThan(12);
});
