import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acceptedAtOf,
  deriveDeliveryId,
  deriveEventId,
  isWebhookId,
  mintEventId,
  mintWebhookId,
  parseDeliveryId,
  showDeliveryId,
} from '../../core/ids.ts';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const anyTime = fc.integer({ min: 0, max: Date.UTC(2200, 0) });

describe('the id of a delivery', () => {
  test('is a UUID, the same however often it is derived', () => {
    const first = deriveDeliveryId(NOW, 'event-1', 'webhook-1');
    expect(first).toMatch(UUID_V7);
    expect(deriveDeliveryId(NOW, 'event-1', 'webhook-1')).toBe(first);
  });

  test('differs by event and by webhook, wherever the border between the two lies', () => {
    const ids = [
      deriveDeliveryId(NOW, 'event-1', 'webhook-1'),
      deriveDeliveryId(NOW, 'event-2', 'webhook-1'),
      deriveDeliveryId(NOW, 'event-1', 'webhook-2'),
      deriveDeliveryId(NOW, 'event-1w', 'ebhook-1'),
      deriveDeliveryId(NOW, 'webhook-1', 'event-1'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is never met twice in 20,000 deliveries of one millisecond', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => deriveDeliveryId(NOW, `event-${i}`, 'webhook-1'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('sorts by the time of acceptance, and tells it', () => {
    fc.assert(
      fc.property(anyTime, anyTime, fc.string(), fc.string(), (a, b, eventId, webhookId) => {
        const [idA, idB] = [deriveDeliveryId(a, eventId, webhookId), deriveDeliveryId(b, webhookId, eventId)];
        expect(acceptedAtOf(idA)).toBe(a);
        if (a !== b) expect(idA < idB).toBe(a < b);
      }),
    );
  });

  test('is shown with its prefix and read with it or without, whatever its case', () => {
    const id = deriveDeliveryId(NOW, 'event-1', 'webhook-1');
    expect(showDeliveryId(id)).toBe(`delivery_${id}`);
    expect(parseDeliveryId(showDeliveryId(id))).toBe(id);
    expect(parseDeliveryId(id)).toBe(id);
    expect(parseDeliveryId(id.toUpperCase())).toBe(id);
  });

  test.each([
    '',
    'delivery_',
    'delivery_123',
    'event_018bcfe5-6800-715c-9c65-60500d043110',
    'delivery_delivery_018bcfe5-6800-715c-9c65-60500d043110',
    '018bcfe5-6800-715c-9c65-60500d04311',
    '018bcfe5-6800-715c-9c65-60500d0431100',
    '018bcfe5-6800-715c-9c65-60500d04311g',
    '018bcfe56800715c9c6560500d043110',
    ' 018bcfe5-6800-715c-9c65-60500d043110',
    '018bcfe5-6800-715c-9c65-60500d043110\n',
  ])('is not read from %j', (text) => {
    expect(parseDeliveryId(text)).toBeUndefined();
  });
});

describe('the id of an event', () => {
  test('that is minted is a new UUIDv7 of its time each time', () => {
    const [a, b] = [mintEventId(NOW), mintEventId(NOW)];
    expect(a).toMatch(UUID_V7);
    expect(a).not.toBe(b);
    expect(acceptedAtOf(a)).toBe(NOW);
  });

  test('that is derived from a bus envelope is the same for each repeat of it', () => {
    const id = deriveEventId(NOW, 'envelope-1');
    expect(id).toMatch(UUID_V7);
    expect(deriveEventId(NOW, 'envelope-1')).toBe(id);
    expect(deriveEventId(NOW, 'envelope-2')).not.toBe(id);
  });
});

describe('the id of a webhook', () => {
  test('has the form it is known by, is new each time and sorts by time', () => {
    const [a, b, later] = [mintWebhookId(NOW), mintWebhookId(NOW), mintWebhookId(NOW + 1)];
    expect([a, b, later].every(isWebhookId)).toBe(true);
    expect(a).not.toBe(b);
    expect(a < later && b < later).toBe(true);
  });

  test.each([
    '',
    'webhook_',
    'webhook_789',
    '0'.repeat(32),
    `webhook_${'0'.repeat(31)}`,
    `webhook_${'0'.repeat(33)}`,
    `webhook_${'A'.repeat(32)}`,
    `webhook_${'0'.repeat(32)}\n`,
    `webhook_${'0'.repeat(31)}#`,
  ])('is not %j', (text) => {
    expect(isWebhookId(text)).toBe(false);
  });
});
