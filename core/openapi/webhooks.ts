import { EVENT_CATALOGUE, EVENT_TYPES, type EventType } from '../event-catalogue.ts';
import { envelopeOf, REQUEST_HEADERS } from './examples.ts';
import { pascalCase, schemaNamesOf, schemaRef } from './schemas.ts';

const HEADERS = {
  'X-Cathcr-Signature-256': {
    description:
      '`sha256=` and the hex HMAC-SHA256 of the bytes of the body under the secret of the webhook: under the old one while two overlap. Compare it in constant time.',
    required: true,
    schema: { type: 'string', pattern: '^sha256=[0-9a-f]{64}$' },
  },
  'X-Cathcr-Signature-256-Next': {
    description: 'The same under the new secret; there while two overlap.',
    required: false,
    schema: { type: 'string', pattern: '^sha256=[0-9a-f]{64}$' },
  },
  'X-Cathcr-Delivery': {
    description:
      'The id of the delivery, the same over retries and replays: drop what you have already taken.',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  },
  'X-Cathcr-Event': {
    description: 'The name of the event.',
    required: true,
    schema: schemaRef('EventType'),
  },
  'webhook-id': {
    description: 'The id of the delivery, once more, as Standard Webhooks names it.',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  },
  'webhook-timestamp': {
    description: 'When the attempt was begun: seconds since 1970.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'webhook-signature': {
    description:
      '`v1,` and the base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body`, as Standard Webhooks has it: its libraries verify it. While two secrets overlap there is one of each.',
    required: true,
    schema: { type: 'string', pattern: '^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$' },
  },
} as const;

const RESPONSES = {
  '2XX': { description: 'You have taken it.' },
  410: { description: 'You want no more of it: the webhook is turned off at once.' },
  default: {
    description:
      'You have not taken it, and neither have you where no answer comes within 30 s. It is tried again: at once, and then after 5 min, 15 min, 1 h, 6 h and 24 h. Redirects are not followed. A 429 or 503 may ask for a longer wait by `Retry-After`, to a day.',
  },
};

/** The name of a header's component: `WebhookId` is that of a parameter. */
const componentOf = (name: string) => pascalCase(name.replace(/^webhook-/, 'standard-'));

/** The headers of requests to webhooks. */
export function describeEventHeaders(): Record<string, object> {
  const parameters = Object.entries(HEADERS).map(([name, header]) => {
    return [componentOf(name), { name, in: 'header', ...header, example: REQUEST_HEADERS[name] }] as const;
  });
  return Object.fromEntries(parameters);
}

function describeEvent(type: EventType) {
  const { description, sample } = EVENT_CATALOGUE[type];
  const content = {
    schema: schemaRef(schemaNamesOf(type).envelope),
    example: envelopeOf(type, sample),
  };
  return {
    operationId: `receive${pascalCase(type)}`,
    tags: ['Events'],
    summary: description,
    security: [],
    parameters: Object.keys(HEADERS).map((name) => ({
      $ref: `#/components/parameters/${componentOf(name)}`,
    })),
    requestBody: { required: true, content: { 'application/json': content } },
    responses: RESPONSES,
  };
}

/** `webhooks`: what a receiver is sent, of each event. */
export function describeWebhooks(): Record<string, object> {
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: describeEvent(type) }]));
}
