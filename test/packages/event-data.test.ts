import { expect, expectTypeOf, test } from 'vitest';
import { renderEventData } from '../../bin/receiver/event-data.ts';
import type { EventType as CatalogueType } from '../../core/event-catalogue.ts';
import type { EventEnvelope } from '../../core/event-envelope.ts';
import type { CathcrEvent, EventType } from '../../packages/receiver/src/event.ts';

test('the types of events are those of the catalogue (vitest -u writes them anew)', async () => {
  await expect(renderEventData()).toMatchFileSnapshot('../../packages/receiver/src/event-data.ts');
});

// Where the next does not compile, the types are old: npx vitest run test/packages -u
test('what is sent is what a receiver is told it gets', () => {
  expectTypeOf<EventType>().toEqualTypeOf<CatalogueType>();
  expectTypeOf<EventEnvelope>().toExtend<CathcrEvent>();
  expectTypeOf<CathcrEvent>().toExtend<EventEnvelope>();
});
