import { createHash } from 'node:crypto';
import * as z from 'zod';
import { EVENT_TYPES, type EventType } from './event-catalogue.ts';
import { sliceMembers } from './json.ts';
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
  /** The JSON text of `data`. */
  readonly data: string;
};

/** An event's id as a producer may choose it. */
export const eventIdSchema = z
  .string('takes a string')
  .regex(/^[\x21-\x7e]{1,128}$/, 'takes 1 to 128 printable ASCII characters without spaces');

/** The name of one event of the catalogue. */
export const eventTypeSchema = z.enum(EVENT_TYPES, { error: 'takes the name of an event of the catalogue' });

/** The id of a user of Cathcr. */
const userIdSchema = z
  .string('takes the id of the user whose event it is')
  .min(1, 'must not be empty')
  .max(256, 'takes at most 256 characters');

const publishedFields = {
  id: eventIdSchema.optional(),
  event: eventTypeSchema,
  timestamp: z.iso.datetime({ offset: true, error: 'takes an ISO 8601 time with its offset' }).optional(),
  data: z.looseObject({ user_id: userIdSchema }, { error: 'takes an object that holds the user_id' }),
};

/** The body of `POST /events`. */
export const publishRequestSchema = z.strictObject(publishedFields, { error: 'takes an object' });

/** The `detail` of an event on the bus; `accepted_at` (epoch ms) is `POST /events`' own, and settles the id. */
const busDetailSchema = z.strictObject(
  { ...publishedFields, accepted_at: z.int().positive().optional() },
  { error: 'takes an object' },
);

/**
 * The event that `text`, the body of `POST /events` whose parsed value is `value`, publishes.
 * @throws InvalidRequestError naming every field at fault
 */
export function readPublishRequest(text: string, value: unknown): PublishedEvent {
  return readPublished(publishRequestSchema, text, value);
}

/**
 * The event in `text`, the `detail` of a bus envelope whose parsed value is `value`.
 * @throws InvalidRequestError naming every field at fault
 */
export function readBusDetail(text: string, value: unknown): PublishedEvent {
  return readPublished(busDetailSchema, text, value);
}

function readPublished(
  schema: typeof publishRequestSchema | typeof busDetailSchema,
  text: string,
  value: unknown,
): PublishedEvent {
  const request = validate(schema, value);
  return {
    id: request.id,
    acceptedAt: 'accepted_at' in request ? request.accepted_at : undefined,
    type: request.event,
    userId: request.data.user_id,
    timestamp: request.timestamp,
    data: sliceMembers(text).get('data') ?? '',
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

/** What tells two events of one id apart: a SHA-256 of what the producer gave, white space aside. */
export function hashPublished({ type, timestamp, data }: PublishedEvent): string {
  const content = JSON.stringify([type, timestamp ?? null, JSON.parse(data)]);
  return createHash('sha256').update(content).digest('hex');
}
