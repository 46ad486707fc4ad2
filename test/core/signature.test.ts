import crypto from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { requestHeadersOf } from '../../core/request.ts';
import { mintSecret } from '../../core/secret.ts';
import { signBody, signRequest } from '../../core/signature.ts';

const ID = '018d0ca5-d8c0-7b2e-9d41-c6a8f0b3e572';

/** The contract's own function for receivers ("Verification (Node.js)"), as a receiver copies it. */
function verifyWebhookSignature(payload: Buffer, signature: string, secret: string) {
  const hmac = crypto.createHmac('sha256', secret);
  // @ts-expect-error: the contract gives an encoding beside a buffer, which Node ignores.
  hmac.update(payload, 'utf8');
  const calculatedSignature = `sha256=${hmac.digest('hex')}`;

  return crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(calculatedSignature));
}

describe('the signature of the contract', () => {
  test('is the hex HMAC-SHA256 of the body under the secret', () => {
    // The HMAC-SHA256 of RFC 4231, test case 2.
    expect(signBody(Buffer.from('what do ya want for nothing?'), 'Jefe')).toBe(
      'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test('is accepted by the receiver of the contract, and only of these bytes under this secret', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.string({ unit: 'binary', minLength: 16, maxLength: 256 }),
        fc.nat(),
        (bytes, secret, at) => {
          const body = Buffer.from(bytes);
          const signature = signBody(body, secret);
          const changed = Buffer.from(body);
          changed[at % body.length] = ((changed[at % body.length] ?? 0) + 1) % 256;
          expect(verifyWebhookSignature(body, signature, secret)).toBe(true);
          expect(verifyWebhookSignature(changed, signature, secret)).toBe(false);
          expect(verifyWebhookSignature(body, signature, `${secret}x`)).toBe(false);
        },
      ),
    );
  });
});

describe('the signature of Standard Webhooks', () => {
  /** What the published library finds of a request that was signed with `secret`, now. */
  function whenVerified(library: Webhook, secret: string, text: string, sent = text) {
    const at = Date.now();
    const signatures = signRequest({ id: ID, at, body: Buffer.from(text) }, [secret]);
    const headers = requestHeadersOf({ id: ID, at, eventType: 'thought.created' }, signatures);
    try {
      library.verify(sent, headers, { jsonParse: false });
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('is the one of the specification', () => {
    // Of its repository, libraries/javascript: "webhook signing".
    const at = 1_614_265_330_000;
    const body = Buffer.from('{"test": 2432232314}');
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(signRequest({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body }, [secret])[0].standard).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  test('is accepted by the library under a secret that was made, and only of this text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const secret = mintSecret();
        expect(whenVerified(new Webhook(secret), secret, text)).toBe('accepted');
        expect(whenVerified(new Webhook(secret), secret, text, `${text} `)).toBe(
          'No matching signature found',
        );
        expect(whenVerified(new Webhook(mintSecret()), secret, text)).toBe('No matching signature found');
      }),
    );
  });

  const byText = (secret: string) => new Webhook(secret);
  const byBytes = (secret: string) => new Webhook(Buffer.from(secret), { format: 'raw' });

  const anyPlain = fc.string({ unit: 'grapheme', minLength: 16, maxLength: 64 });
  const anyBase64 = fc
    .uint8Array({ minLength: 8, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const anyOther = fc.tuple(anyBase64, fc.constantFrom('-', '_', ' ', '.')).map((parts) => parts.join(''));

  test.each([
    ['plain, by its own bytes', anyPlain, byBytes],
    ['whsec_ and base64, by what it decodes to', anyBase64.map((text) => `whsec_${text}`), byText],
    ['whsec_ and unpadded base64', anyBase64.map((text) => `whsec_${text.replace(/=+$/, '')}`), byText],
    ['whsec_ and no base64, by its own bytes', anyOther.map((text) => `whsec_${text}`), byBytes],
  ])('is accepted by the library under a secret that is %s', (_, anySecret, libraryFor) => {
    fc.assert(
      fc.property(anySecret, (secret) => {
        expect(whenVerified(libraryFor(secret), secret, '{}')).toBe('accepted');
      }),
      { numRuns: 300 },
    );
  });
});
