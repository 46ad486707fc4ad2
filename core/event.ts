import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type BusSource, OWN } from './bus-source.ts';
import { userId } from './catalogue/define-event.ts';
import {
  EVENT_CATALOGUE,
  EVENT_TYPES,
  type EventType,
  OPERATIONAL_TYPES,
  PUBLISHED_TYPES,
} from './event-catalogue.ts';
import { MAX_TIME } from './ids.ts';
import { compactJson, sliceMembers } from './json.ts';
import { showTime } from './show-time.ts';
import { validate } from './validation.ts';
import { escapeForSqs } from './well-formed.ts';

/** The most an event may weigh, as the UTF-8 bytes of its JSON: 256 KiB. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** Something that happened in Cathcr, or in this system, accepted for delivery. */
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
  /** The webhook that an operational event is about, which is not told of itself. */
  readonly about?: string | undefined;
};

/** An event as a producer gives it, before it has an id and a time of acceptance. */
export type PublishedEvent = {
  readonly id?: string | undefined;
  /** Where the id is settled already (by `POST /events`), when it was accepted: epoch ms. */
  readonly acceptedAt?: number | undefined;
  /** Whether it may have been put onto the bus before, as its producer published it again. */
  readonly isRepeat?: true | undefined;
  readonly type: EventType;
  readonly userId: string;
  readonly timestamp?: string | undefined;
  /** The JSON text of `data`, as it was given but for white space between its tokens. */
  readonly data: string;
  readonly about?: string | undefined;
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

const isOwn = (name: unknown) => OPERATIONAL_TYPES.some((type) => type === name);

/** The name of one event that is published. */
const publishedTypeSchema = z.enum(PUBLISHED_TYPES, {
  error: ({ input }) =>
    isOwn(input)
      ? 'is an event that this system alone tells of'
      : 'takes the name of an event of the catalogue',
});

const optionalFields = {
  id: eventIdSchema.optional(),
  timestamp: z.iso
    .datetime({ offset: true, error: 'takes an ISO 8601 time with its offset' })
    .max(64, 'takes at most 64 characters')
    .optional()
    .describe('When it happened; the time of acceptance where it is left out.'),
};

type Published = z.output<z.ZodObject<typeof optionalFields>> & {
  readonly event: EventType;
  readonly data: { readonly user_id: string; readonly webhook_id?: unknown };
  readonly accepted_at?: number | undefined;
  readonly repeat?: true | undefined;
};

/** The members whose schemas depend on the event. */
type Parts<T extends EventType> = { event: z.ZodType<T>; data: z.ZodType<Published['data']> };

const fieldsOf = <T extends EventType>({ event, data }: Parts<T>) => {
  const { id, timestamp } = optionalFields;
  return { id, event, timestamp, data };
};

/** Schemas of events of the types that `types` takes: built when they are first asked for, as no cold start waits. */
function byType<T extends EventType, S extends z.ZodType<Published>>(
  types: z.ZodType<T>,
  schemaOf: (parts: Parts<T>) => S,
) {
  const named = z.object({ event: types });
  const built = new Map<T | undefined, S>();
  const partsOf = (type: T | undefined): Parts<T> =>
    type === undefined
      ? {
          event: types,
          data: z.looseObject({ user_id: userId() }, 'takes an object that holds the user_id'),
        }
      : { event: z.literal(type), data: EVENT_CATALOGUE[type].data };
  const get = (type: T | undefined): S => {
    const schema = built.get(type) ?? schemaOf(partsOf(type));
    built.set(type, schema);
    return schema;
  };
  return {
    get,
    /** That of the event that a value names; where it names none of them, the one that says so. */
    of: (value: unknown): S => get(named.safeParse(value).data?.event),
  };
}

/** The body of `POST /events`; what `data` may be depends on the event. */
export const PUBLISH_REQUESTS = byType(publishedTypeSchema, (parts) =>
  z.strictObject(fieldsOf(parts), 'takes an object'),
);

const acceptedAtSchema = z.int().positive().max(MAX_TIME);

/**
 * The `detail` of an event on the bus. `accepted_at` (epoch ms), which settles the id, and `repeat` are `POST /events`'
 * own.
 */
const BUS_DETAILS = byType(publishedTypeSchema, (parts) =>
  z.strictObject(
    {
      ...fieldsOf(parts),
      accepted_at: acceptedAtSchema.optional(),
      repeat: z.literal(true, 'takes true').optional(),
    },
    'takes an object',
  ),
);

/** The `detail` of what this system tells the bus itself, which always has an id and a time. */
const OWN_BUS_DETAILS = byType(z.enum(OPERATIONAL_TYPES), (parts) =>
  z.strictObject({ ...fieldsOf(parts), id: eventIdSchema, accepted_at: acceptedAtSchema }, 'takes an object'),
);

/**
 * The event that `text`, the body of `POST /events` whose parsed value is `value`, publishes.
 * @throws InvalidRequestError naming every field at fault
 */
export function readPublishRequest(text: string, value: unknown): PublishedEvent {
  return showPublished(text, validate(PUBLISH_REQUESTS.of(value), value));
}

/**
 * The event in `text`, the `detail` of a bus envelope whose parsed value is `value`.
 * @throws InvalidRequestError naming every field at fault
 */
export function readBusDetail(source: BusSource, text: string, value: unknown): PublishedEvent {
  if (source !== OWN) return showPublished(text, validate(BUS_DETAILS.of(value), value));
  const told = validate(OWN_BUS_DETAILS.of(value), value);
  return { ...showPublished(text, told), about: String(told.data.webhook_id) };
}

function showPublished(text: string, request: Published): PublishedEvent {
  return {
    id: request.id,
    acceptedAt: request.accepted_at,
    isRepeat: request.repeat,
    type: request.event,
    userId: request.data.user_id,
    timestamp: request.timestamp,
    data: compactJson(sliceMembers(text).get('data') ?? ''),
  };
}

/**
 * The event on the bus as `POST /events` puts it there: the bus `detail`, its id and time of acceptance settled. What SQS
 * refuses is escaped: EventBridge could put it neither on the queue nor among the dead letters.
 */
export function showBusDetail(event: PublishedEvent, id: string, acceptedAt: number): string {
  const timestamp = event.timestamp === undefined ? '' : `,"timestamp":${JSON.stringify(event.timestamp)}`;
  const repeat = event.isRepeat ? ',"repeat":true' : '';
  return escapeForSqs(
    `{"id":${JSON.stringify(id)},"accepted_at":${acceptedAt}${repeat},"event":${JSON.stringify(event.type)}` +
      `${timestamp},"data":${event.data}}`,
  );
}

/** The event, once it has its id and its time of acceptance (epoch ms). */
export function acceptEvent(published: PublishedEvent, id: string, acceptedAt: number): CathcrEvent {
  const timestamp = published.timestamp ?? showTime(acceptedAt);
  const payload =
    `{"event":${JSON.stringify(published.type)},"timestamp":${JSON.stringify(timestamp)}` +
    `,"data":${published.data}}`;
  const { type, userId: owner, about } = published;
  return { id, type, userId: owner, acceptedAt, timestamp, payload, about };
}

/** What tells two events of one id apart: a SHA-256 of what the producer gave. */
export function hashPublished({ type, timestamp, data }: PublishedEvent): string {
  const content = JSON.stringify([type, timestamp ?? null, data]);
  return createHash('sha256').update(content).digest('hex');
}
