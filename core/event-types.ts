import * as z from 'zod';
import type { EventTypeAnswer } from './answers.ts';
import { EVENT_CATALOGUE, EVENT_TYPES } from './event-catalogue.ts';
import { tidySchema } from './json-schema.ts';

/** The catalogue as the API shows it: each event's JSON Schema of `data`, and a sample of it. */
export function showEventTypes(): EventTypeAnswer[] {
  return EVENT_TYPES.map((name) => {
    const { description, data, sample } = EVENT_CATALOGUE[name];
    return { name, description, schema: tidySchema(z.toJSONSchema(data, { io: 'input' })), sample };
  });
}
