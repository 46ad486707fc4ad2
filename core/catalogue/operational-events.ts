import * as z from 'zod';
import { defineEvent, id, open, text, time, userId } from './define-event.ts';

const webhookId = () => id().describe('The webhook that it is about.');
const count = () => z.int('takes a whole number').min(0, 'must not be negative');

/** A delivery that was given up, as the API shows it. */
const exhaustedDelivery = () =>
  open({
    id: id().describe('Its id, as the API shows it.'),
    event: text().describe('The name of the event that was to be delivered.'),
    event_id: id(),
    timestamp: text().describe('When that event happened.'),
    accepted_at: time().describe('When that event was accepted.'),
    run: count().describe('Which passage through the schedule it was.'),
    attempt: count().describe('How many attempts of this run were made.'),
    status_code: z.int().nullable().describe('Of the last response; null where none came.'),
    error: text().describe('What went wrong with the last attempt.'),
  });

/** A recovery that is over, as the API shows it. */
const completedRecovery = () =>
  open({
    id: id().describe('Its id, within its webhook.'),
    since: time().describe('It took events accepted then or later,'),
    until: time().describe('and before then.'),
    status: text().describe('Which deliveries it took.'),
    found: count().describe('Deliveries to replay that it has come to.'),
    replayed: count().describe('How many of them it has replayed.'),
    delivered: count().describe('How many replays were accepted at their first attempt.'),
  });

/**
 * What this system tells of its own doings, to the webhooks of the owner but for the one that it is about. Nobody else
 * publishes these. Each has the `webhook_id` of the webhook concerned; no URL, as customers put secrets into them.
 */
export const OPERATIONAL_EVENTS = {
  'webhook.disabled': defineEvent(
    'Cathcr turns one of your webhooks off.',
    () =>
      open({
        webhook_id: webhookId(),
        reason: text().describe('Why, as `disabled_reason` of the webhook tells it.'),
        disabled_at: time(),
        delivery_id: id().describe('The delivery that was the reason.'),
        user_id: userId(),
      }),
    {
      webhook_id: 'webhook_018d0c5e8f1a7b3c9d2e4f5a6b7c8d9e',
      reason:
        'delivery_018d0ca5-d8c0-7b2e-9d41-c6a8f0b3e572 failed 7 times, the last with: Connection timeout',
      disabled_at: '2024-01-16T17:51:00.000Z',
      delivery_id: 'delivery_018d0ca5-d8c0-7b2e-9d41-c6a8f0b3e572',
      user_id: 'user_123',
    },
  ),
  'delivery.exhausted': defineEvent(
    'All attempts of a delivery have failed, and it is given up.',
    () => open({ webhook_id: webhookId(), delivery: exhaustedDelivery(), user_id: userId() }),
    {
      webhook_id: 'webhook_018d0c5e8f1a7b3c9d2e4f5a6b7c8d9e',
      delivery: {
        id: 'delivery_018d0ca5-d8c0-7b2e-9d41-c6a8f0b3e572',
        event: 'thought.created',
        event_id: '018d0ca5-d8c0-7000-8000-0123456789ab',
        timestamp: '2024-01-15T10:30:00Z',
        accepted_at: '2024-01-15T10:30:00.192Z',
        run: 1,
        attempt: 7,
        status_code: null,
        error: 'Connection timeout',
      },
      user_id: 'user_123',
    },
  ),
  'recovery.completed': defineEvent(
    'A recovery has replayed all that one of your webhooks had missed.',
    () => open({ webhook_id: webhookId(), recovery: completedRecovery(), user_id: userId() }),
    {
      webhook_id: 'webhook_018d0c5e8f1a7b3c9d2e4f5a6b7c8d9e',
      recovery: {
        id: 'recovery_1',
        since: '2024-01-15T10:00:00.000Z',
        until: '2024-01-16T18:30:00.000Z',
        status: 'missed',
        found: 1200,
        replayed: 1200,
        delivered: 1100,
      },
      user_id: 'user_123',
    },
  ),
};
