import { expect, expectTypeOf, test } from 'vitest';
import type { EventType } from '../../core/event-catalogue.ts';
import { type EventEnvelope, eventEnvelopeSchema } from '../../core/event-envelope.ts';
import { CONTRACT_SAMPLES } from '../contract-samples.ts';

/** As the Slack integration of the contract reads events. */
function tagsOf(event: EventEnvelope): string[] {
  return event.event === 'thought.created' ? event.data.thought.tags : [];
}

test('the name of an event tells what its data is', () => {
  expectTypeOf<EventEnvelope['event']>().toEqualTypeOf<EventType>();
  expectTypeOf<EventEnvelope<'thought.deleted'>['data']['thought_id']>().toEqualTypeOf<string>();
  const [created, updated] = CONTRACT_SAMPLES.map((sample) =>
    eventEnvelopeSchema.parse({ ...sample, webhook_id: 'webhook_789' }),
  ) as EventEnvelope[];
  expect([created, updated].map((event) => event && tagsOf(event))).toEqual([['important'], []]);
});

test('an envelope holds its four members and nothing else', () => {
  const envelope = { ...CONTRACT_SAMPLES[0], webhook_id: 'webhook_789' };
  expect(eventEnvelopeSchema.safeParse(envelope).success).toBe(true);
  expect(eventEnvelopeSchema.safeParse({ ...envelope, more: 1 }).success).toBe(false);
});
