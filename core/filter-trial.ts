import * as z from 'zod';
import type { FilterTestAnswer } from './answers.ts';
import { eventTypeSchema } from './event.ts';
import { sampleDataOf } from './event-catalogue.ts';
import { testEventOf } from './event-pattern.ts';
import { findMismatches } from './filter/match.ts';
import { FILTER_FORM, filterSchema } from './filter/schema.ts';
import { isObject } from './json.ts';
import { once } from './once.ts';
import { subscribesTo } from './wanting.ts';
import { filterOf, type Webhook } from './webhook.ts';

const dataSchema = once(() =>
  z
    .unknown()
    // Not read as an object of a schema: a copy would lose names such as `__proto__`, which a filter may look at.
    .refine((value) => value === undefined || isObject(value), 'takes an object')
    .transform((value): Readonly<Record<string, unknown>> | undefined =>
      isObject(value) ? value : undefined,
    ),
);

/** The body of `POST /webhooks/{webhook_id}/filter/test`. */
export const filterTestSchema = once(() =>
  z.strictObject(
    {
      event: eventTypeSchema
        .optional()
        .describe("The event to try it on; else the webhook's first. It is not looked at by the filter."),
      data: dataSchema()
        .optional()
        .meta({ type: 'object', description: 'The `data` to try it on; else a sample of the event.' }),
      filter: filterSchema()
        .optional()
        .meta({ ...FILTER_FORM, description: "The filter to try; else the webhook's own." }),
    },
    'takes an object',
  ),
);

/** Tries a filter on an event: that of the request or of the webhook, on the data of the request or on a sample. */
export function tryFilter(
  webhook: Webhook,
  asked: z.output<ReturnType<typeof filterTestSchema>>,
): FilterTestAnswer {
  const event = asked.event ?? testEventOf(webhook);
  const data = asked.data ?? sampleDataOf(event, webhook.userId);
  const filter = filterOf(asked.filter === undefined ? webhook : { filter: asked.filter ?? undefined });
  const mismatches = filter ? findMismatches(filter, data) : [];
  return { matches: mismatches.length === 0, mismatches, event, subscribed: subscribesTo(webhook, event) };
}
