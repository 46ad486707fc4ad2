import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Announcement,
  announceDisabled,
  announceExhausted,
  isExhaustionTold,
} from '../../core/announcement.ts';
import type { Delivery } from '../../core/delivery.ts';
import { acceptEvent, readBusDetail, showBusDetail } from '../../core/event.ts';
import { OPERATIONAL_TYPES, PUBLISHED_TYPES } from '../../core/event-catalogue.ts';
import { deriveDeliveryId } from '../../core/ids.ts';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const WEBHOOK = 'webhook_1';
const DELIVERY = deriveDeliveryId(NOW, 'event-1', WEBHOOK);

const givenDelivery = (changes: Partial<Delivery> = {}): Delivery => ({
  id: DELIVERY,
  webhookId: WEBHOOK,
  eventId: 'event-1',
  eventType: 'thought.deleted',
  timestamp: '2024-01-15T10:30:00Z',
  status: 'exhausted',
  run: 1,
  runStartedAt: NOW,
  generation: 1,
  attempt: 7,
  lastAttempt: { at: NOW + 1000, responseTimeMs: 500, statusCode: 500, error: 'Response 500' },
  ...changes,
});

/** What the Dispatcher makes of it. */
function whenTold({ id, acceptedAt, event }: Announcement) {
  const text = showBusDetail(event, id, acceptedAt);
  const read = readBusDetail('cathcr.webhooks', text, JSON.parse(text));
  return acceptEvent(read, read.id ?? '', read.acceptedAt ?? 0);
}

describe('a delivery that was given up', () => {
  test('is told to its owner, of its webhook, without a URL', () => {
    const { payload, ...event } = whenTold(announceExhausted('user_123', givenDelivery()));
    expect(event).toMatchObject({
      type: 'delivery.exhausted',
      userId: 'user_123',
      acceptedAt: NOW + 1500,
      timestamp: '2026-01-15T10:30:01.500Z',
      about: WEBHOOK,
    });
    expect(JSON.parse(payload)).toEqual({
      event: 'delivery.exhausted',
      timestamp: '2026-01-15T10:30:01.500Z',
      data: {
        webhook_id: WEBHOOK,
        delivery: {
          id: `delivery_${DELIVERY}`,
          event: 'thought.deleted',
          event_id: 'event-1',
          timestamp: '2024-01-15T10:30:00Z',
          accepted_at: '2026-01-15T10:30:00.000Z',
          run: 1,
          attempt: 7,
          status_code: 500,
          error: 'Response 500',
        },
        user_id: 'user_123',
      },
    });
  });

  test('is the same event however often it is told, and another in its next run', () => {
    const [first, again, next] = [1, 1, 2].map((run) => announceExhausted('u', givenDelivery({ run })));
    expect(again).toEqual(first);
    expect(next?.id).not.toBe(first?.id);
  });

  test('is told to nobody where it is a test', () => {
    expect(isExhaustionTold(givenDelivery({ isTest: true }))).toBe(false);
  });

  test.each(OPERATIONAL_TYPES)('is told to nobody where it is one of %s', (eventType) => {
    expect(isExhaustionTold(givenDelivery({ eventType }))).toBe(false);
  });

  test.each(PUBLISHED_TYPES)('is told where it is one of %s', (eventType) => {
    expect(isExhaustionTold(givenDelivery({ eventType }))).toBe(true);
  });

  test('is never told of what has not failed', () => {
    const lastAttempt = { at: NOW, responseTimeMs: 1, statusCode: 200 };
    expect(() => announceExhausted('u', givenDelivery({ lastAttempt }))).toThrow('has not failed');
  });
});

describe('a webhook that was turned off', () => {
  const told = (at: number, deliveryId = DELIVERY) =>
    announceDisabled({ id: WEBHOOK, userId: 'user_123' }, { at, reason: 'it failed', deliveryId });

  test('is told with the reason that the API tells', () => {
    expect(JSON.parse(whenTold(told(NOW)).payload).data).toEqual({
      webhook_id: WEBHOOK,
      reason: 'it failed',
      disabled_at: '2026-01-15T10:30:00.000Z',
      delivery_id: `delivery_${DELIVERY}`,
      user_id: 'user_123',
    });
  });

  test('is another event each time that it is turned off', () => {
    expect(told(NOW)).toEqual(told(NOW));
    expect(new Set([told(NOW), told(NOW + 1), told(NOW, 'another')].map(({ id }) => id)).size).toBe(3);
  });
});

test('whatever is told can be read again, whatever the receiver and the owner have put into it', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 64 });
  fc.assert(
    fc.property(
      texts,
      texts.filter((text) => text.length > 0),
      (error, userId) => {
        const lastAttempt = { at: NOW, responseTimeMs: 0, statusCode: null, error };
        const event = whenTold(announceExhausted(userId, givenDelivery({ lastAttempt })));
        expect(event.userId).toBe(userId);
        expect(JSON.parse(event.payload).data.delivery.error).toBe(error);
      },
    ),
  );
});

describe('the bus detail of what the system tells', () => {
  const valid = JSON.parse(showBusDetail(announceExhausted('u', givenDelivery()).event, 'event-2', NOW));
  const read = (detail: object, source: 'cathcr' | 'cathcr.webhooks' = 'cathcr.webhooks') =>
    readBusDetail(source, JSON.stringify(detail), detail);

  test.each([
    ['id', { id: undefined }],
    ['accepted_at', { accepted_at: undefined }],
    ['event', { event: 'thought.deleted' }],
    ['data.webhook_id', { data: { ...valid.data, webhook_id: undefined } }],
    ['data.webhook_id', { data: { ...valid.data, webhook_id: {} } }],
    ['data.delivery', { data: { ...valid.data, delivery: undefined } }],
    ['more', { more: 1 }],
  ])('is refused without a right %s', (field, changes) => {
    expect(read(valid).about).toBe(WEBHOOK);
    expect(() => read({ ...valid, ...changes })).toThrow(field);
  });

  test('is refused of Cathcr itself', () => {
    expect(() => read(valid, 'cathcr')).toThrow('event is an event that this system alone tells of');
  });
});
