import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptEvent, readPublishRequest } from '../../core/event.ts';
import { compactJson, sliceMembers } from '../../core/json.ts';
import { composeBody, requestHeadersOf } from '../../core/request.ts';
import { anyJsonText, anyWhiteSpace } from './json-texts.ts';

const WEBHOOK_ID = 'webhook_0190163d8694739aa8f0b1a2c3d4e5f6';

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

describe('the headers of a request', () => {
  const at = Date.UTC(2024, 0, 15, 10, 30, 0, 999);
  const told = { id: 'delivery-1', eventType: 'reminder.due', at } as const;

  test('are those of the contract, and those of Standard Webhooks', () => {
    expect(requestHeadersOf(told, [{ body: 'sha256=abc', standard: 'v1,abc' }])).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'Cathcr-Webhooks/1.0',
      // A response that is not compressed.
      'Accept-Encoding': 'identity',
      'X-Cathcr-Delivery': 'delivery-1',
      'X-Cathcr-Event': 'reminder.due',
      'X-Cathcr-Signature-256': 'sha256=abc',
      'webhook-id': 'delivery-1',
      'webhook-timestamp': '1705314600',
      'webhook-signature': 'v1,abc',
    });
  });
});
