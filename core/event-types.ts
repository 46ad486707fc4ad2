import * as z from 'zod';
import { EVENT_CATALOGUE, EVENT_TYPES } from './event-catalogue.ts';

/** The catalogue as the API shows it: each event's JSON Schema of `data`, and a sample of it. */
export function showEventTypes() {
  return EVENT_TYPES.map((name) => {
    const { description, data, sample } = EVENT_CATALOGUE[name];
    return { name, description, schema: z.toJSONSchema(data, { io: 'input' }), sample };
  });
}
