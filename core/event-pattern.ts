import * as z from 'zod';
import { EVENT_TYPES, type EventType, isOperational } from './event-catalogue.ts';
import { once } from './once.ts';

const GROUPS = [...new Set(EVENT_TYPES.map((type) => type.slice(0, type.indexOf('.'))))];
const PATTERNS: readonly string[] = [...EVENT_TYPES, '*', ...GROUPS.map((group) => `${group}.*`)];

/** What a webhook subscribes to: one event by name, all of a group (`thought.*`), or all of Cathcr's (`*`). */
export const eventPatternSchema = once(() =>
  z
    .enum(PATTERNS, { error: 'takes the name of an event of the catalogue, a group such as thought.*, or *' })
    .describe(
      'The name of an event, a group of them such as `thought.*`, or `*` for all that happens in Cathcr: what Cathcr tells of your webhooks themselves (`webhook.*`, `delivery.*`, `recovery.*`) is asked for by its name or group.',
    ),
);

/**
 * Whether an event of this type is one that the pattern stands for. Who says `*` means what happens in Cathcr, and not
 * what becomes of webhooks.
 */
export function matchesPattern(pattern: string, type: EventType): boolean {
  if (pattern === '*') return !isOperational(type);
  return pattern === type || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1)));
}

/** The event that a webhook is tested with, unless another is asked for: the first of those that it subscribes to. */
export function testEventOf({ events: [first = '*'] }: { readonly events: readonly string[] }): EventType {
  return EVENT_TYPES.find((type) => matchesPattern(first, type)) ?? 'thought.created';
}
