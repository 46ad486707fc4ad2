import { AI_EVENTS } from './catalogue/ai-events.ts';
import { CATEGORY_EVENTS } from './catalogue/category-events.ts';
import { REMINDER_EVENTS } from './catalogue/reminder-events.ts';
import { THOUGHT_EVENTS } from './catalogue/thought-events.ts';
import { USER_EVENTS } from './catalogue/user-events.ts';

/** Every event of Cathcr that a webhook may subscribe to: when it happens, its data's schema, and a sample. */
export const EVENT_CATALOGUE = {
  ...THOUGHT_EVENTS,
  ...CATEGORY_EVENTS,
  ...REMINDER_EVENTS,
  ...AI_EVENTS,
  ...USER_EVENTS,
};

export type EventType = keyof typeof EVENT_CATALOGUE;

/** The names of all events, in the catalogue's order. */
export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as [EventType, ...EventType[]];
