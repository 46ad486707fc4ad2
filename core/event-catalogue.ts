/** Every event of Cathcr that a webhook may subscribe to, and when it happens. */
export const EVENT_CATALOGUE = {
  'thought.created': 'A new thought is created.',
  'thought.updated': 'A thought is modified.',
  'thought.deleted': 'A thought is deleted.',
  'category.created': 'A new category is created.',
  'category.updated': 'A category is modified.',
  'category.deleted': 'A category is deleted.',
  'reminder.created': 'A new reminder is created.',
  'reminder.due': 'A reminder becomes due.',
  'reminder.completed': 'A reminder is marked as completed.',
  'reminder.overdue': 'A reminder becomes overdue.',
  'ai.processing_started': 'AI processing begins for a thought.',
  'ai.processing_completed': 'AI processing completes.',
  'ai.processing_failed': 'AI processing fails.',
  'user.subscription_updated': "A user's subscription changes.",
  'user.preferences_updated': 'User preferences are modified.',
} as const satisfies Record<string, string>;

export type EventType = keyof typeof EVENT_CATALOGUE;

/** The names of all events, in the catalogue's order. */
export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as [EventType, ...EventType[]];
