import { AI_EVENTS } from './catalogue/ai-events.ts';
import { CATEGORY_EVENTS } from './catalogue/category-events.ts';
import { OPERATIONAL_EVENTS } from './catalogue/operational-events.ts';
import { REMINDER_EVENTS } from './catalogue/reminder-events.ts';
import { THOUGHT_EVENTS } from './catalogue/thought-events.ts';
import { USER_EVENTS } from './catalogue/user-events.ts';

/** What happens in Cathcr, which its services publish. */
const CATHCR_EVENTS = {
  ...THOUGHT_EVENTS,
  ...CATEGORY_EVENTS,
  ...REMINDER_EVENTS,
  ...AI_EVENTS,
  ...USER_EVENTS,
};

/** Every event that a webhook may subscribe to: when it happens, its data's schema, and a sample. */
export const EVENT_CATALOGUE = { ...CATHCR_EVENTS, ...OPERATIONAL_EVENTS };

/** An event that is published; one that the system tells of itself; either. */
export type PublishedType = keyof typeof CATHCR_EVENTS;
export type OperationalType = keyof typeof OPERATIONAL_EVENTS;
export type EventType = PublishedType | OperationalType;

const namesOf = <T extends EventType>(events: Record<T, unknown>) => Object.keys(events) as [T, ...T[]];

/** A sample of an event's `data`, for the user who asks. */
export const sampleDataOf = (type: EventType, userId: string): Readonly<Record<string, unknown>> => ({
  ...EVENT_CATALOGUE[type].sample,
  user_id: userId,
});

/** The names of all events, in the catalogue's order. */
export const EVENT_TYPES = namesOf<EventType>(EVENT_CATALOGUE);
export const PUBLISHED_TYPES = namesOf<PublishedType>(CATHCR_EVENTS);
export const OPERATIONAL_TYPES = namesOf<OperationalType>(OPERATIONAL_EVENTS);

/** Whether an event is one that the system tells of itself. */
export const isOperational = (type: EventType): type is OperationalType => type in OPERATIONAL_EVENTS;
