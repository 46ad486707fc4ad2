import { describe, expect, test } from 'vitest';
import { showWebhook } from '../../core/show-webhook.ts';
import { createWebhook } from '../../core/webhook.ts';
import { NO_STATISTICS } from '../../core/webhook-statistics.ts';

const NOW = Date.UTC(2026, 0, 15, 10);
const LATER = NOW + 60_000;
const DISABLED = { at: NOW, reason: 'it failed 7 times', deliveryId: 'delivery-1' };

const givenWebhook = createWebhook(
  {
    url: 'https://your-app.com/webhooks/cathcr',
    events: ['thought.created', 'reminder.due'],
    secret: 'your_webhook_secret',
    description: 'Main application webhook',
  },
  { id: 'webhook_1', userId: 'user_123', now: NOW },
);

describe('a webhook as it is shown', () => {
  test('has its fields in the order of the contract, nothing internal, and its secret masked', () => {
    const shown = showWebhook(givenWebhook, NO_STATISTICS, { now: NOW });
    expect(shown).toEqual({
      id: 'webhook_1',
      url: 'https://your-app.com/webhooks/cathcr',
      events: ['thought.created', 'reminder.due'],
      active: true,
      secret: '************cret',
      secret_rotation: null,
      description: 'Main application webhook',
      filter: null,
      rate_limit: null,
      headers: {},
      keep_while_inactive: false,
      ordered: false,
      created_at: '2026-01-15T10:00:00.000Z',
      updated_at: '2026-01-15T10:00:00.000Z',
      disabled_at: null,
      disabled_reason: null,
      last_delivery: null,
      delivery_count: 0,
      failure_count: 0,
    });
  });

  test('has its secret in full only where that is asked for', () => {
    expect(showWebhook(givenWebhook, NO_STATISTICS, { now: NOW, reveal: { secret: true } }).secret).toBe(
      'your_webhook_secret',
    );
    expect(JSON.stringify(showWebhook(givenWebhook, NO_STATISTICS, { now: NOW }))).not.toContain(
      'your_webhook',
    );
  });

  test('tells its statistics, and when and why the system turned it off', () => {
    const statistics = { deliveryCount: 9, failureCount: 7, lastDeliveryAt: LATER, lastSuccessAt: NOW };
    expect(
      showWebhook({ ...givenWebhook, active: false, disabled: DISABLED }, statistics, { now: NOW }),
    ).toMatchObject({
      active: false,
      disabled_at: '2026-01-15T10:00:00.000Z',
      disabled_reason: 'it failed 7 times',
      last_delivery: '2026-01-15T10:01:00.000Z',
      delivery_count: 9,
      failure_count: 7,
    });
  });
});
