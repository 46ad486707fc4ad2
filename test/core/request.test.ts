import crypto from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptEvent, readPublishRequest } from '../../core/event.ts';
import { compactJson, sliceMembers } from '../../core/json.ts';
import { composeBody, requestHeadersOf, signBody } from '../../core/request.ts';
import { anyJsonText, anyWhiteSpace } from './json-texts.ts';

const WEBHOOK_ID = 'webhook_0190163d8694739aa8f0b1a2c3d4e5f6';

/** The contract's own function for receivers ("Verification (Node.js)"), as a receiver copies it. */
function verifyWebhookSignature(payload: Buffer, signature: string, secret: string) {
  const hmac = crypto.createHmac('sha256', secret);
  // @ts-expect-error: the contract gives an encoding beside a buffer, which Node ignores.
  hmac.update(payload, 'utf8');
  const calculatedSignature = `sha256=${hmac.digest('hex')}`;

  return crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(calculatedSignature));
}

/** The body that a webhook is sent of an event published with `data`, a JSON text, after `space`. */
function whenComposed(data: string, space = ''): { text: string; body: string } {
  const text = `{"data":${space}${data},"timestamp":"2024-01-15T10:30:00Z","event":"thought.deleted"}`;
  const event = acceptEvent(readPublishRequest(text, JSON.parse(text)), 'event-1', 0);
  return { text, body: composeBody(event.payload, WEBHOOK_ID).toString() };
}

describe('the body of a request', () => {
  test('is the envelope of the contract, to the byte', () => {
    const data = '{"thought_id":"naïve 🔗","user_id":"user_123"}';
    expect(whenComposed(data).body).toBe(
      `{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00Z","data":${data},"webhook_id":"${WEBHOOK_ID}"}`,
    );
  });

  test('is JSON equal to what was published, in the order of the contract, whatever the data', () => {
    fc.assert(
      fc.property(anyJsonText, anyWhiteSpace, (value, space) => {
        const data = `{"2":${value},"1":${value},"__proto__":${value},${space}"thought_id":"t","user_id":"u"${space}}`;
        const { text, body } = whenComposed(data, space);
        expect(JSON.parse(body)).toEqual({ ...JSON.parse(text), webhook_id: WEBHOOK_ID });
        const members = sliceMembers(body);
        expect([...members.keys()]).toEqual(['event', 'timestamp', 'data', 'webhook_id']);
        expect(members.get('data')).toBe(compactJson(data));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the signature', () => {
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

describe('the headers of a request', () => {
  test('are those of the contract', () => {
    const headers = requestHeadersOf({ id: 'delivery-1', eventType: 'reminder.due' }, 'sha256=abc');
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'User-Agent': 'Cathcr-Webhooks/1.0',
      'X-Cathcr-Delivery': 'delivery-1',
      'X-Cathcr-Event': 'reminder.due',
      'X-Cathcr-Signature-256': 'sha256=abc',
    });
  });

  test('ask for a response that is not compressed', () => {
    expect(requestHeadersOf({ id: 'd', eventType: 'reminder.due' }, '')['Accept-Encoding']).toBe('identity');
  });
});
