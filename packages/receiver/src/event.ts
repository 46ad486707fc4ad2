import type { EventData } from './event-data.ts';

/** The name of an event. */
export type EventType = keyof EventData;

/**
 * An event as a webhook is sent it; `event` tells which `data` it has. `CathcrEvent<'thought.created'>` is one of them.
 * Cathcr may add events, and members of `data`, at any time: ignore what you do not know.
 */
export type CathcrEvent<T extends EventType = EventType> = {
  [K in T]: {
    event: K;
    /** When it happened: ISO 8601, with its offset from UTC. */
    timestamp: string;
    data: EventData[K];
    /** The webhook that it was sent to. */
    webhook_id: string;
  };
}[T];
