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

/** The groups of what Cathcr tells of webhooks themselves, which `*` does not stand for. */
const OPERATIONAL = new Set(['webhook', 'delivery']);

/** Whether a group of events is about webhooks, and not about what happens in Cathcr. */
export const isOperational = (group: string): boolean => OPERATIONAL.has(group);

/** Whether a pattern of a webhook (`thought.*`, `*`, or a name) stands for an event. */
export function stands(pattern: string, event: string): boolean {
  if (pattern === '*') return !isOperational(event.slice(0, event.indexOf('.')));
  return pattern === event || (pattern.endsWith('*') && event.startsWith(pattern.slice(0, -1)));
}
