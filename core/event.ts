import { createHash } from 'node:crypto';
import * as z from 'zod';
import { userId } from './catalogue/define-event.ts';
import { EVENT_CATALOGUE, EVENT_TYPES, type EventType } from './event-catalogue.ts';
import { MAX_TIME } from './ids.ts';
import { compactJson, sliceMembers } from './json.ts';
import { validate } from './validation.ts';

/** The most an event may weigh, as the UTF-8 bytes of its JSON: 256 KiB. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** Something that happened in Cathcr, accepted for delivery. */
export type CathcrEvent = {
  readonly id: string;
  readonly type: EventType;
  /** Whose webhooks it is for: `data.user_id`. */
  readonly userId: string;
  /** Epoch ms, stamped once. */
  readonly acceptedAt: number;
  /** When it happened, as the producer gave it, or else when it was accepted. */
  readonly timestamp: string;
  /** The JSON text `{"event","timestamp","data"}`, to which a delivery adds its `webhook_id`. */
  readonly payload: string;
};

/** An event as a producer gives it, before it has an id and a time of acceptance. */
export type PublishedEvent = {
  readonly id?: string | undefined;
  /** Where the id is settled already (by `POST /events`), when it was accepted: epoch ms. */
  readonly acceptedAt?: number | undefined;
  readonly type: EventType;
  readonly userId: string;
  readonly timestamp?: string | undefined;
  /** The JSON text of `data`, as it was given but for white space between its tokens. */
  readonly data: string;
};

/** An event's id as a producer may choose it. */
export const eventIdSchema = z
  .string('takes a string')
  .regex(/^[\x21-\x7e]{1,128}$/, 'takes 1 to 128 printable ASCII characters without spaces')
  .describe("A producer's own id, which makes a repeat harmless.");

/** The name of one event of the catalogue. */
export const eventTypeSchema = z
  .enum(EVENT_TYPES, { error: 'takes the name of an event of the catalogue' })
  .describe('The name of an event.');

const fields = {
  id: eventIdSchema.optional(),
  event: eventTypeSchema,
  timestamp: z.iso
    .datetime({ offset: true, error: 'takes an ISO 8601 time with its offset' })
    .max(64, 'takes at most 64 characters')
    .optional()
    .describe('When it happened; the time of acceptance where it is left out.'),
};

type Published = z.output<z.ZodObject<typeof fields>> & {
  readonly data: { readonly user_id: string };
  readonly accepted_at?: number | undefined;
};

/** The schema of a published event of each type; of one that is none of the catalogue's under undefined. */
type SchemaByType<S extends z.ZodType<Published> = z.ZodType<Published>> = {
  readonly get: (type: EventType | undefined) => S;
};

/** The members whose schemas depend on the event. */
type Parts = { event: z.ZodType<EventType>; data: z.ZodType<Published['data']> };

const partsOf = (type: EventType | undefined): Parts =>
  type === undefined
    ? {
        event: eventTypeSchema,
        data: z.looseObject({ user_id: userId() }, 'takes an object that holds the user_id'),
      }
    : { event: z.literal(type), data: EVENT_CATALOGUE[type].data };

/** Schemas that are built when they are first asked for, once: a cold start waits for none of them. */
const byType = <S extends z.ZodType<Published>>(schemaOf: (parts: Parts) => S): SchemaByType<S> => {
  const built = new Map<EventType | undefined, S>();
  return {
    get: (type) => {
      const schema = built.get(type) ?? schemaOf(partsOf(type));
      built.set(type, schema);
      return schema;
    },
  };
};

/** The body of `POST /events`; what `data` may be depends on the event. */
export const PUBLISH_REQUESTS = byType((parts) => z.strictObject({ ...fields, ...parts }, 'takes an object'));

/** The `detail` of an event on the bus; `accepted_at` (epoch ms) is `POST /events`' own, and settles the id. */
const BUS_DETAILS = byType((parts) =>
  z.strictObject(
    { ...fields, ...parts, accepted_at: z.int().positive().max(MAX_TIME).optional() },
    'takes an object',
  ),
);

const typeSchema = z.object({ event: eventTypeSchema });

/**
 * The event that `text`, the body of `POST /events` whose parsed value is `value`, publishes.
 * @throws InvalidRequestError naming every field at fault
 */
export function readPublishRequest(text: string, value: unknown): PublishedEvent {
  return readPublished(PUBLISH_REQUESTS, text, value);
}

/**
 * The event in `text`, the `detail` of a bus envelope whose parsed value is `value`.
 * @throws InvalidRequestError naming every field at fault
 */
export function readBusDetail(text: string, value: unknown): PublishedEvent {
  return readPublished(BUS_DETAILS, text, value);
}

function readPublished(schemas: SchemaByType, text: string, value: unknown): PublishedEvent {
  const schema = schemas.get(typeSchema.safeParse(value).data?.event);
  const request = validate(schema, value);
  return {
    id: request.id,
    acceptedAt: request.accepted_at,
    type: request.event,
    userId: request.data.user_id,
    timestamp: request.timestamp,
    data: compactJson(sliceMembers(text).get('data') ?? ''),
  };
}

/** The event on the bus as `POST /events` puts it there: the bus `detail`, its id and time of acceptance settled. */
export function showBusDetail(event: PublishedEvent, id: string, acceptedAt: number): string {
  const timestamp = event.timestamp === undefined ? '' : `,"timestamp":${JSON.stringify(event.timestamp)}`;
  return (
    `{"id":${JSON.stringify(id)},"accepted_at":${acceptedAt},"event":${JSON.stringify(event.type)}` +
    `${timestamp},"data":${event.data}}`
  );
}

/** The event, once it has its id and its time of acceptance (epoch ms). */
export function acceptEvent(published: PublishedEvent, id: string, acceptedAt: number): CathcrEvent {
  const timestamp = published.timestamp ?? new Date(acceptedAt).toISOString();
  const payload =
    `{"event":${JSON.stringify(published.type)},"timestamp":${JSON.stringify(timestamp)}` +
    `,"data":${published.data}}`;
  return { id, type: published.type, userId: published.userId, acceptedAt, timestamp, payload };
}

/** What tells two events of one id apart: a SHA-256 of what the producer gave. */
export function hashPublished({ type, timestamp, data }: PublishedEvent): string {
  const content = JSON.stringify([type, timestamp ?? null, data]);
  return createHash('sha256').update(content).digest('hex');
}
