import * as z from 'zod';
import { eventTypeSchema, type PublishedEvent } from './event.ts';
import { EVENT_CATALOGUE, type EventType, sampleDataOf } from './event-catalogue.ts';
import { testEventOf } from './event-pattern.ts';
import { compactJson, isObject, parseJson, sliceMembers } from './json.ts';
import { validate } from './validation.ts';
import type { Webhook } from './webhook.ts';

/** The body of `POST /webhooks/{webhook_id}/test`. What `data` may be depends on the event. */
export const testRequestSchema = z.strictObject(
  {
    event: eventTypeSchema.optional().describe("The event to send; else the webhook's first."),
    data: z
      .unknown()
      .refine((value) => value === undefined || isObject(value), 'takes an object')
      .optional()
      .meta({
        type: 'object',
        description:
          "The `data` to send, within the event's schema; else a sample of it. Its `user_id` is your own, whatever stands there.",
      }),
  },
  'takes an object',
);

/**
 * The event that `text`, the body of a test (or nothing), has sent to a webhook.
 * @throws InvalidRequestError naming every field at fault
 */
export function readTestRequest(text: string, webhook: Webhook): PublishedEvent {
  const asked = validate(testRequestSchema, text === '' ? {} : parseJson(text));
  const { userId } = webhook;
  const type = asked.event ?? testEventOf(webhook);
  const data =
    asked.data === undefined ? JSON.stringify(sampleDataOf(type, userId)) : readData(text, type, userId);
  return { type, userId, data };
}

/** The JSON text of the `data` that was given, member by member as it stands there, but of the caller's own user. */
function readData(text: string, type: EventType, userId: string): string {
  const members = sliceMembers(sliceMembers(text).get('data') ?? '').set('user_id', JSON.stringify(userId));
  const pairs = [...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  const data = compactJson(`{${pairs.join(',')}}`);
  validate(z.object({ data: EVENT_CATALOGUE[type].data }), { data: JSON.parse(data) });
  return data;
}
