import type * as z from 'zod';
import { deliveryQuerySchema } from '../delivery-requests.ts';
import { EVENT_CATALOGUE } from '../event-catalogue.ts';
import { cursorQuerySchema, pageQuerySchema } from '../pagination.ts';
import type { RouteKey } from '../routes.ts';
import { statisticsQuerySchema } from '../statistics.ts';
import * as examples from './examples.ts';
import type { SchemaName } from './schemas.ts';

export const TAGS = {
  Webhooks: 'Where events are posted to.',
  Deliveries: 'What was sent, what came of it, and how to send it again.',
  Publishing: "For Cathcr's own services.",
  Reference: 'What anybody may read, without an API key.',
} as const;

/** An answer to a request that went well. */
type Answer = {
  readonly description: string;
  /** The schema of its JSON body; none where it has no body. */
  readonly schema?: SchemaName | 'any object';
  readonly example?: unknown;
  /** The same as plain text, to who asks for that. */
  readonly plainExample?: string;
  /** Headers that it always has: what they say, and an example. */
  readonly headers?: Readonly<Record<string, readonly [description: string, example: string]>>;
};

/** What the document says of a route beyond its path and scope. */
export type Operation = {
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  /** What an `Idempotency-Key` does here, where one is taken. */
  readonly idempotencyKey?: string;
  readonly request?: {
    readonly schema: SchemaName;
    readonly example: unknown;
    readonly isOptional?: boolean;
  };
  /** When it is a 409, where it can be one. */
  readonly conflict?: string;
  readonly answers: Readonly<Record<number, Answer>>;
};

const CACHE_HEADERS = {
  'Cache-Control': ['How long it may be kept.', 'public, max-age=3600'],
} as const;

/** What the document says of each route: one that is not here does not compile. */
export const OPERATIONS: Record<RouteKey, Operation> = {
  'POST /webhooks': {
    id: 'createWebhook',
    tag: 'Webhooks',
    summary: 'Create a webhook',
    description:
      'The secret is shown in full in this answer alone, and in that of a repeat under the same key.',
    idempotencyKey: 'A repeat under the same key makes no second webhook.',
    request: { schema: 'CreateWebhook', example: examples.CREATE_WEBHOOK },
    conflict:
      'The user has as many webhooks as they may, or they would be too heavy together, or the key was used for another request.',
    answers: {
      201: {
        description: 'The webhook.',
        schema: 'Webhook',
        example: examples.CREATED_WEBHOOK,
        headers: { Location: ['Where it is.', `/webhooks/${examples.WEBHOOK.id}`] },
      },
    },
  },
  'GET /webhooks': {
    id: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'List all webhooks',
    description: 'Newest first.',
    query: pageQuerySchema,
    answers: {
      200: {
        description: 'A page of them.',
        schema: 'WebhookList',
        example: {
          webhooks: [examples.WEBHOOK],
          pagination: { total: 1, limit: 20, offset: 0, next_cursor: null },
        },
      },
    },
  },
  'GET /webhooks/{webhook_id}': {
    id: 'getWebhook',
    tag: 'Webhooks',
    summary: 'Get a webhook',
    answers: { 200: { description: 'The webhook.', schema: 'Webhook', example: examples.WEBHOOK } },
  },
  'PATCH /webhooks/{webhook_id}': {
    id: 'updateWebhook',
    tag: 'Webhooks',
    summary: 'Update a webhook',
    description:
      'What is left out stays as it is. `active: true` turns on again what Cathcr turned off. A new secret is shown in full in this answer alone.',
    request: { schema: 'PatchWebhook', example: examples.PATCH_WEBHOOK },
    conflict: 'Others are changing it at the same time, or all webhooks would be too heavy together.',
    answers: {
      200: {
        description: 'The webhook as it is now.',
        schema: 'Webhook',
        example: { ...examples.WEBHOOK, ...examples.PATCH_WEBHOOK, updated_at: '2024-01-16T09:00:00.000Z' },
      },
    },
  },
  'POST /webhooks/{webhook_id}/secret/rotate': {
    id: 'rotateSecret',
    tag: 'Webhooks',
    summary: 'Rotate the secret of a webhook',
    description:
      'For a while both secrets sign: `X-Cathcr-Signature-256` is of the old one, `X-Cathcr-Signature-256-Next` of the new one, `webhook-signature` of both. Then the new one signs alone. It is shown in full in this answer alone, and in that of a repeat. `overlap_hours: 0` ends a rotation that is under way.',
    idempotencyKey:
      'A repeat under the same key is answered as the first was, for a day, and changes nothing.',
    request: { schema: 'RotateSecret', example: { overlap_hours: 24 }, isOptional: true },
    conflict:
      'Another rotation is under way, the `Idempotency-Key` was used for another request or its secret was replaced since, or others are changing the webhook at the same time.',
    answers: {
      200: {
        description: 'The webhook with its new secret.',
        schema: 'Webhook',
        example: examples.ROTATED_WEBHOOK,
      },
    },
  },
  'POST /webhooks/{webhook_id}/secret/rotate/end': {
    id: 'endRotation',
    tag: 'Webhooks',
    summary: 'End the rotation of a secret early',
    description:
      'One of the two secrets that overlap signs alone from the next attempt on: `new` finishes the rotation before its time, `old` calls it off.',
    request: { schema: 'EndRotation', example: { keep: 'new' } },
    conflict: 'No rotation is under way, or others are changing the webhook at the same time.',
    answers: {
      200: { description: 'The webhook as it is now.', schema: 'Webhook', example: examples.WEBHOOK },
    },
  },
  'DELETE /webhooks/{webhook_id}': {
    id: 'deleteWebhook',
    tag: 'Webhooks',
    summary: 'Delete a webhook',
    description: 'Its deliveries and logs are out of reach with it.',
    answers: { 204: { description: 'It is deleted.' } },
  },
  'POST /webhooks/{webhook_id}/filter/test': {
    id: 'testFilter',
    tag: 'Webhooks',
    summary: 'Try a filter',
    description:
      "Says whether a filter lets an event through, and if not, why. The filter is the webhook's own unless there is one in the request. Nothing is sent or changed.",
    request: { schema: 'FilterTestRequest', example: examples.FILTER_TEST, isOptional: true },
    answers: {
      200: { description: 'What it says.', schema: 'FilterTest', example: examples.FILTER_TESTED },
    },
  },
  'GET /webhooks/{webhook_id}/deliveries': {
    id: 'listDeliveries',
    tag: 'Deliveries',
    summary: 'List the deliveries of a webhook',
    description:
      'A row for each delivery, newest first, by its latest attempt. A page that is filtered may be short: go on while there is a `next_cursor`.',
    query: deliveryQuerySchema,
    answers: {
      200: {
        description: 'A page of them.',
        schema: 'DeliveryList',
        example: {
          deliveries: [examples.FAILED_DELIVERY, examples.DELIVERY],
          pagination: { total: 256, limit: 20, offset: 0, next_cursor: examples.DELIVERY_CURSOR },
        },
      },
    },
  },
  'GET /webhooks/{webhook_id}/deliveries/{delivery_id}': {
    id: 'getDelivery',
    tag: 'Deliveries',
    summary: 'Get a delivery',
    description: 'With its payload and its attempts, the latest 50 of them: the logs have all.',
    answers: {
      200: { description: 'The delivery.', schema: 'DeliveryDetail', example: examples.DELIVERY_DETAIL },
    },
  },
  'GET /webhooks/{webhook_id}/logs': {
    id: 'listLogs',
    tag: 'Deliveries',
    summary: 'Read the logs of a webhook',
    description:
      'A row for each attempt, newest first across all deliveries, 50 at most: go on while there is a `next_cursor`.',
    query: cursorQuerySchema,
    answers: {
      200: {
        description: 'A page of them.',
        schema: 'AttemptList',
        example: { logs: [examples.ATTEMPT], pagination: { limit: 50, next_cursor: null } },
      },
    },
  },
  'GET /webhooks/{webhook_id}/stats': {
    id: 'getStatistics',
    tag: 'Deliveries',
    summary: 'Read the statistics of a webhook',
    description:
      'How its attempts ended and how long answers took, in buckets of UTC hours. They are added up in batches, and now and then a little short.',
    query: statisticsQuerySchema,
    answers: {
      200: { description: 'The statistics.', schema: 'Statistics', example: examples.STATISTICS },
    },
  },
  'POST /webhooks/{webhook_id}/test': {
    id: 'testWebhook',
    tag: 'Deliveries',
    summary: 'Send a test',
    description:
      'Sends an event the way that events go, once, without retries: a sample, or `data` of your own. Works on a webhook that is off, and never turns one off.',
    request: { schema: 'TestRequest', example: { event: 'thought.created' }, isOptional: true },
    answers: {
      202: {
        description: 'It is on its way.',
        schema: 'QueuedDelivery',
        example: { delivery_id: examples.DELIVERY_ID },
      },
    },
  },
  'POST /webhooks/{webhook_id}/replay/{delivery_id}': {
    id: 'replayDelivery',
    tag: 'Deliveries',
    summary: 'Replay a delivery',
    description:
      'Sends the stored payload again under the same delivery id, with all retries. A receiver that drops what it has already taken drops it again.',
    conflict: 'The webhook is off.',
    answers: {
      202: {
        description: 'It is on its way.',
        schema: 'QueuedDelivery',
        example: { delivery_id: examples.DELIVERY_ID },
      },
    },
  },
  'POST /webhooks/{webhook_id}/recoveries': {
    id: 'createRecovery',
    tag: 'Deliveries',
    summary: 'Recover what a webhook has missed',
    description:
      'Replays every delivery of the range that was not delivered, oldest first, no faster than the webhook takes them. A webhook has one recovery at a time: where one of the same range is running, that is the answer.',
    request: { schema: 'CreateRecovery', example: examples.CREATE_RECOVERY },
    conflict: 'The webhook is off, or a recovery of another range is running.',
    answers: {
      202: {
        description: 'It is running.',
        schema: 'Recovery',
        example: { ...examples.RECOVERY, found: 0, replayed: 0, delivered: 0 },
        headers: { Location: ['Where it is.', `/webhooks/${examples.WEBHOOK.id}/recoveries/recovery_1`] },
      },
    },
  },
  'GET /webhooks/{webhook_id}/recoveries': {
    id: 'listRecoveries',
    tag: 'Deliveries',
    summary: 'List the recoveries of a webhook',
    description: 'Newest first.',
    query: cursorQuerySchema,
    answers: {
      200: {
        description: 'A page of them.',
        schema: 'RecoveryList',
        example: { recoveries: [examples.RECOVERY], pagination: { limit: 20, next_cursor: null } },
      },
    },
  },
  'GET /webhooks/{webhook_id}/recoveries/{recovery_id}': {
    id: 'getRecovery',
    tag: 'Deliveries',
    summary: 'Get a recovery',
    description: 'With how far it has come.',
    answers: { 200: { description: 'The recovery.', schema: 'Recovery', example: examples.RECOVERY } },
  },
  'POST /webhooks/{webhook_id}/recoveries/{recovery_id}/cancel': {
    id: 'cancelRecovery',
    tag: 'Deliveries',
    summary: 'Cancel a recovery',
    description: 'It begins no more replays; those that it has begun go on. One that is over stays as it is.',
    answers: {
      200: {
        description: 'The recovery as it stands now.',
        schema: 'Recovery',
        example: {
          ...examples.RECOVERY,
          state: 'cancelled',
          finished_at: '2024-01-16T18:31:00.000Z',
          cancelled_reason: 'on request',
        },
      },
    },
  },
  'POST /events': {
    id: 'publishEvent',
    tag: 'Publishing',
    summary: 'Publish an event',
    description:
      'Goes to the webhooks of the user in `data.user_id` that are subscribed to it. What is unknown inside `data` is passed on as it is.',
    idempotencyKey: 'The same as `id`: a repeat under the same key is not sent again.',
    request: { schema: 'PublishRequest', example: examples.PUBLISH_REQUEST },
    conflict: 'The id was given to another event before.',
    answers: {
      202: {
        description: 'It is accepted.',
        schema: 'AcceptedEvent',
        example: { id: examples.DELIVERY.event_id },
      },
    },
  },
  'GET /event-types': {
    id: 'listEventTypes',
    tag: 'Reference',
    summary: 'List the events',
    answers: {
      200: {
        description: 'Each event with the JSON Schema of its `data`, and a sample.',
        schema: 'EventTypeList',
        headers: CACHE_HEADERS,
        example: {
          event_types: [
            {
              name: 'thought.deleted',
              description: EVENT_CATALOGUE['thought.deleted'].description,
              schema: { type: 'object', required: ['thought_id', 'user_id'] },
              sample: EVENT_CATALOGUE['thought.deleted'].sample,
            },
          ],
        },
      },
    },
  },
  'GET /ip-ranges': {
    id: 'listIpRanges',
    tag: 'Reference',
    summary: 'List the addresses that webhooks are called from',
    description: 'As JSON, or with `Accept: text/plain` as a plain list.',
    answers: {
      200: {
        description: 'The ranges to let in.',
        schema: 'IpRanges',
        example: { ip_ranges: ['52.89.214.238/32', '54.187.174.169/32'] },
        plainExample: '52.89.214.238/32\n54.187.174.169/32\n',
        headers: { ...CACHE_HEADERS, Vary: ['What the answer depends on.', 'Accept'] },
      },
    },
  },
  'GET /openapi.json': {
    id: 'getOpenApi',
    tag: 'Reference',
    summary: 'Read this document',
    answers: {
      200: { description: 'OpenAPI 3.1.', schema: 'any object', headers: CACHE_HEADERS },
    },
  },
};
