import { type Query, useQuery } from './query.ts';
import type { EventType, EventTypeList } from './types.ts';

/** The events that there are, each with its schema and a sample. */
export function useCatalogue(): Query<EventTypeList> {
  return useQuery<EventTypeList>('/event-types');
}

export type EventGroup = { readonly name: string; readonly events: readonly EventType[] };

/** The events by their groups (`thought`, `reminder`), in the order of the catalogue. */
export function groupEvents(events: readonly EventType[]): EventGroup[] {
  const groups = new Map<string, EventType[]>();
  for (const event of events) {
    const name = event.name.slice(0, event.name.indexOf('.'));
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return [...groups].map(([name, own]) => ({ name, events: own }));
}

/** Whether a pattern of a webhook (`thought.*`, `*`, or a name) stands for an event. */
export const stands = (pattern: string, event: string): boolean =>
  pattern === event || (pattern.endsWith('*') && event.startsWith(pattern.slice(0, -1)));
