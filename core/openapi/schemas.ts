import * as z from 'zod';
import * as answers from '../answers.ts';
import { eventTypeSchema, PUBLISH_REQUESTS } from '../event.ts';
import {
  EVENT_CATALOGUE,
  EVENT_TYPES,
  type EventType,
  isOperational,
  PUBLISHED_TYPES,
} from '../event-catalogue.ts';
import { ENVELOPE_SCHEMAS, eventEnvelopeSchema } from '../event-envelope.ts';
import { eventPatternSchema } from '../event-pattern.ts';
import { filterTestSchema } from '../filter-trial.ts';
import { type JsonSchema, tidySchema } from '../json-schema.ts';
import { createRecoverySchema } from '../recovery-requests.ts';
import { endRotationSchema, rotateSecretSchema } from '../rotation-request.ts';
import { testRequestSchema } from '../test-request.ts';
import { createWebhookSchema, patchWebhookSchema } from '../webhook.ts';

/** `AiProcessingStarted` for `ai.processing_started`. */
export const pascalCase = (name: string): string =>
  name.replace(/(?:^|[._-])(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The schemas that requests are read with and answers are held against, as the document names them. */
const OWN_SCHEMAS = {
  CreateWebhook: createWebhookSchema('public'),
  PatchWebhook: patchWebhookSchema('public'),
  RotateSecret: rotateSecretSchema(),
  EndRotation: endRotationSchema(),
  TestRequest: testRequestSchema,
  FilterTestRequest: filterTestSchema(),
  Webhook: answers.webhookAnswer,
  WebhookList: answers.webhookListAnswer,
  FilterTest: answers.filterTestAnswer,
  Delivery: answers.deliveryAnswer,
  DeliveryDetail: answers.deliveryDetailAnswer,
  DeliveryList: answers.deliveryListAnswer,
  DeliveryStatus: answers.deliveryStatusSchema,
  Attempt: answers.attemptAnswer,
  AttemptList: answers.attemptListAnswer,
  Statistics: answers.statisticsAnswer,
  Pagination: answers.paginationAnswer,
  QueuedDelivery: answers.queuedDeliveryAnswer,
  CreateRecovery: createRecoverySchema,
  Recovery: answers.recoveryAnswer,
  RecoveryList: answers.recoveryListAnswer,
  AcceptedEvent: answers.acceptedEventAnswer,
  EventTypeInfo: answers.eventTypeAnswer,
  EventTypeList: answers.eventTypeListAnswer,
  IpRanges: answers.ipRangesAnswer,
  Problem: answers.problemAnswer,
  GatewayRefusal: answers.gatewayRefusalAnswer,
  EventType: eventTypeSchema,
  EventPattern: eventPatternSchema(),
  EventEnvelope: eventEnvelopeSchema,
} satisfies Record<string, z.ZodType>;

/** What several events tell of. */
const SUBJECT_SCHEMAS = {
  Thought: EVENT_CATALOGUE['thought.created'].data.shape.thought,
  ThoughtCategory: EVENT_CATALOGUE['thought.created'].data.shape.thought.shape.category.unwrap().unwrap(),
  ThoughtValues: EVENT_CATALOGUE['thought.updated'].data.shape.previous_values,
  Category: EVENT_CATALOGUE['category.created'].data.shape.category,
  CategoryValues: EVENT_CATALOGUE['category.updated'].data.shape.previous_values,
  Reminder: EVENT_CATALOGUE['reminder.created'].data.shape.reminder,
  Subscription: EVENT_CATALOGUE['user.subscription_updated'].data.shape.subscription,
  ProcessingResults: EVENT_CATALOGUE['ai.processing_completed'].data.shape.results,
} satisfies Record<string, z.ZodType>;

/** The names of an event's schemas: what is sent of it, its data, and how it is published. */
export const schemaNamesOf = (type: EventType) => ({
  envelope: `${pascalCase(type)}Event`,
  data: `${pascalCase(type)}Data`,
  publish: `Publish${pascalCase(type)}`,
});

export type SchemaName = keyof typeof OWN_SCHEMAS | 'PublishRequest';

export const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** One of several objects, told apart by their `event`. */
function describeUnion(types: readonly EventType[], nameOf: (type: EventType) => string): JsonSchema {
  const refs = types.map((type) => [type, schemaRef(nameOf(type))] as const);
  return {
    oneOf: refs.map(([, ref]) => ref) as never,
    discriminator: {
      propertyName: 'event',
      mapping: Object.fromEntries(refs.map(([type, { $ref }]) => [type, $ref])),
    },
  };
}

function collectSchemas(): Map<string, z.ZodType | undefined> {
  const ofEvents = EVENT_TYPES.flatMap((type): [string, z.ZodType | undefined][] => {
    const names = schemaNamesOf(type);
    return [
      [names.envelope, ENVELOPE_SCHEMAS.get(type)],
      [names.data, EVENT_CATALOGUE[type].data],
      [names.publish, isOperational(type) ? undefined : PUBLISH_REQUESTS.get(type)],
    ];
  });
  return new Map<string, z.ZodType | undefined>([
    ...Object.entries({ ...OWN_SCHEMAS, ...SUBJECT_SCHEMAS }),
    ...ofEvents,
  ]);
}

/**
 * The JSON Schemas of the document by name, and of `others` (parameters) that refer to them. A schema that stands
 * inside another one is referred to, not repeated.
 */
export function describeSchemas(others: ReadonlyMap<string, z.ZodType>) {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of [...collectSchemas(), ...others]) if (schema) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => schemaRef(id).$ref });
  const described = Object.entries(schemas).map(([id, schema]) => [id, tidySchema(schema)] as const);
  return {
    components: {
      ...Object.fromEntries(described.filter(([id]) => !others.has(id))),
      EventEnvelope: describeUnion(EVENT_TYPES, (type) => schemaNamesOf(type).envelope),
      PublishRequest: describeUnion(PUBLISHED_TYPES, (type) => schemaNamesOf(type).publish),
    },
    others: new Map(described.filter(([id]) => others.has(id))),
  };
}
