import { hourOf, NO_FIGURES } from '../figures.ts';
import { requestHeadersOf } from '../request.ts';
import { showStatistics, spanOf } from '../statistics.ts';

const WEBHOOK_ID = 'webhook_789';
const DELIVERY_UUID = '018d0ca5-d8c0-7b2e-9d41-c6a8f0b3e572';
const SIGNATURES = [
  {
    body: `sha256=${'1234567890abcdef'.repeat(4)}`,
    standard: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  },
] as const;
const NEXT_SIGNATURE = {
  body: `sha256=${'fedcba0987654321'.repeat(4)}`,
  standard: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const URL = 'https://your-app.com/webhooks/cathcr';

export const DELIVERY_ID = `delivery_${DELIVERY_UUID}`;

/** Headers of a request to a webhook whose secret is being rotated. Source: the contract, "HMAC Signature Verification". */
export const REQUEST_HEADERS: Readonly<Record<string, string>> = requestHeadersOf(
  { id: DELIVERY_UUID, eventType: 'thought.created', at: Date.UTC(2024, 0, 15, 10, 30) },
  [...SIGNATURES, NEXT_SIGNATURE],
);

/** Source: the contract, "Creating a Webhook". */
export const CREATE_WEBHOOK = {
  url: URL,
  events: ['thought.created', 'thought.updated', 'reminder.due'],
  secret: 'your_webhook_secret',
  active: true,
  description: 'Main application webhook',
};

/** Source: the contract, "Update Webhook". */
export const PATCH_WEBHOOK = { events: ['thought.created', 'reminder.due'], active: false };

export const CREATED_WEBHOOK = {
  id: WEBHOOK_ID,
  url: URL,
  events: ['thought.created', 'thought.updated', 'reminder.due'],
  active: true,
  secret: 'your_webhook_secret',
  secret_rotation: null,
  description: 'Main application webhook',
  filter: null,
  rate_limit: null,
  headers: {},
  keep_while_inactive: false,
  ordered: false,
  created_at: '2024-01-15T10:00:00.000Z',
  updated_at: '2024-01-15T10:00:00.000Z',
  disabled_at: null,
  disabled_reason: null,
  last_delivery: null,
  delivery_count: 0,
  failure_count: 0,
};

export const WEBHOOK = {
  ...CREATED_WEBHOOK,
  secret: '************cret',
  last_delivery: '2024-01-15T10:30:00.000Z',
  delivery_count: 256,
  failure_count: 3,
};

export const FILTER_TEST = {
  event: 'thought.created',
  data: { thought: { id: 'thought_456', tags: ['important'] }, user_id: 'user_123' },
  filter: { thought: { tags: ['work', { prefix: 'work-' }] } },
};

export const FILTER_TESTED = {
  matches: false,
  mismatches: [
    { field: 'data.thought.tags', detail: 'is "important"; the filter takes ["work",{"prefix":"work-"}]' },
  ],
  event: 'thought.created',
  subscribed: true,
};

export const ROTATED_WEBHOOK = {
  ...WEBHOOK,
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwRSBqL4gCxKo=',
  secret_rotation: { previous_secret: '************cret', until: '2024-01-17T09:00:00.000Z' },
  updated_at: '2024-01-16T09:00:00.000Z',
};

/** Source: the contract, "thought.deleted". */
export const PUBLISH_REQUEST = {
  event: 'thought.deleted',
  timestamp: '2024-01-15T10:40:00Z',
  data: { thought_id: 'thought_456', user_id: 'user_123' },
};

const PAYLOAD = { ...PUBLISH_REQUEST, webhook_id: WEBHOOK_ID };

/** Source: the contract, "Monitoring Delivery Status". */
export const DELIVERY = {
  id: DELIVERY_ID,
  timestamp: '2024-01-15T10:40:00Z',
  event: 'thought.deleted',
  event_id: '018d0ca5-d8c0-7000-8000-0123456789ab',
  accepted_at: '2024-01-15T10:40:00.192Z',
  status: 'succeeded',
  status_code: 200,
  response_time: 150,
  run: 1,
  attempt: 1,
  success: true,
  next_attempt_at: null,
};

/** Where the list goes on after that delivery. */
export const DELIVERY_CURSOR = 'MDE4ZDBjYTUtZDhjMC03YjJlLTlkNDEtYzZhOGYwYjNlNTcy';

export const FAILED_DELIVERY = {
  ...DELIVERY,
  id: 'delivery_018d0ca6-c320-7f03-8e55-1b7c9d2a4e60',
  timestamp: '2024-01-20T14:00:00Z',
  event: 'reminder.due',
  event_id: '018d0ca6-c320-7000-8000-ba9876543210',
  accepted_at: '2024-01-20T14:00:00.480Z',
  status: 'retrying',
  status_code: null,
  response_time: 30_000,
  attempt: 3,
  success: false,
  error: 'Connection timeout',
  next_attempt_at: '2024-01-20T14:20:31.000Z',
};

export const ATTEMPT = {
  delivery_id: DELIVERY_ID,
  event: 'thought.deleted',
  run: 1,
  attempt: 1,
  timestamp: '2024-01-15T10:40:00.410Z',
  success: true,
  status_code: 200,
  response_time: 150,
  request: {
    url: URL,
    headers: requestHeadersOf(
      { id: DELIVERY_UUID, eventType: 'thought.deleted', at: Date.UTC(2024, 0, 15, 10, 40) },
      SIGNATURES,
    ),
    body: JSON.stringify(PAYLOAD),
  },
  response: { headers: { 'content-type': 'text/plain' }, body: 'OK' },
  next_attempt_at: null,
};

export const DELIVERY_DETAIL = { ...DELIVERY, payload: PAYLOAD, attempts: [ATTEMPT] };

const DAY_END = Date.parse('2024-01-15T10:40:00Z');

export const STATISTICS = showStatistics('day', spanOf('day', DAY_END), {
  hours: [
    {
      hour: hourOf(DAY_END),
      figures: {
        ...NO_FIGURES,
        attempts: 256,
        failed: 3,
        responseTimes: NO_FIGURES.responseTimes.with(3, 197).with(4, 56),
      },
    },
  ],
  undelivered: { count: 1, isExact: true },
});

export const CREATE_RECOVERY = { since: '2024-01-15T10:00:00Z' };

export const RECOVERY = {
  id: 'recovery_1',
  webhook_id: WEBHOOK_ID,
  state: 'running',
  since: '2024-01-15T10:00:00.000Z',
  until: '2024-01-16T18:30:00.000Z',
  status: 'missed',
  found: 1200,
  replayed: 1200,
  delivered: 1100,
  failed_in_a_row: 0,
  created_at: '2024-01-16T18:30:00.000Z',
  finished_at: null,
  cancelled_reason: null,
};

/** An envelope of an event. */
export const envelopeOf = (event: string, data: unknown) => ({
  event,
  timestamp: '2024-01-15T10:30:00Z',
  data,
  webhook_id: WEBHOOK_ID,
});
