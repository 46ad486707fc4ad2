import * as z from 'zod';
import { time } from './catalogue/define-event.ts';
import { EVENT_CATALOGUE, EVENT_TYPES, type EventType } from './event-catalogue.ts';

/**
 * What a webhook is sent; `event` tells which `data` it is. `EventEnvelope<'thought.created'>` is that of one event.
 * Source: the contract, "Webhook Events".
 */
export type EventEnvelope<T extends EventType = EventType> = {
  [K in T]: {
    event: K;
    timestamp: string;
    data: z.output<(typeof EVENT_CATALOGUE)[K]['data']>;
    webhook_id: string;
  };
}[T];

const envelopeSchemaOf = (type: EventType) =>
  z.strictObject({
    event: z.literal(type),
    timestamp: time().describe('When it happened.'),
    data: EVENT_CATALOGUE[type].data,
    webhook_id: z.string().describe('The webhook that it is sent to.'),
  });

/** The schema of each event's envelope, in the catalogue's order. */
export const ENVELOPE_SCHEMAS = new Map(EVENT_TYPES.map((type) => [type, envelopeSchemaOf(type)]));

type AnyEnvelope = ReturnType<typeof envelopeSchemaOf>;

/** What a webhook is sent, whichever event it is of. */
export const eventEnvelopeSchema = z.discriminatedUnion('event', [...ENVELOPE_SCHEMAS.values()] as [
  AnyEnvelope,
  ...AnyEnvelope[],
]);
