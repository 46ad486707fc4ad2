import { EVENT_CATALOGUE, type EventType } from '../core/event-catalogue.ts';

/** An event of this type as a producer may publish it for a user. */
export const givenEvent = (event: EventType, userId = 'user_123') => ({
  event,
  data: { ...EVENT_CATALOGUE[event].sample, user_id: userId },
});
