import { isOlder } from './duration.ts';
import type { CathcrEvent } from './event.ts';
import type { EventType } from './event-catalogue.ts';
import { matchesPattern } from './event-pattern.ts';
import { createMatcher } from './filter/match.ts';
import type { Webhook } from './webhook.ts';

/** What is read of a webhook to pass an event on to it, or not: neither its secrets nor where it points. */
export const CANDIDATE_FIELDS = [
  'id',
  'userId',
  'active',
  'events',
  'filter',
  'generation',
  'ordered',
  'keepWhileInactive',
  'disabled',
  'updatedAt',
] as const satisfies readonly (keyof Webhook)[];

/** A webhook that an event may be for. */
export type Candidate = Pick<Webhook, (typeof CANDIDATE_FIELDS)[number]>;

/**
 * Whether a webhook takes note of an event that was accepted then (epoch ms): it is on, or events are kept for it while
 * it is off. They are for one that the system turned off, and for one that its customer did only where that was asked
 * for; and no longer than rows are kept since somebody last saw to it, or what nobody wants would cost for ever.
 */
export function takesNote(webhook: Candidate, acceptedAt: number, retentionDays: number): boolean {
  const { active, disabled, keepWhileInactive = false, updatedAt } = webhook;
  const isKept = disabled !== undefined || keepWhileInactive;
  return active || (isKept && !isOlder(updatedAt, { days: retentionDays, now: acceptedAt }));
}

/** Whether a webhook has subscribed to events of this type, whatever its filter says of one. */
export function subscribesTo({ events }: Candidate, type: EventType): boolean {
  return events.some((pattern) => matchesPattern(pattern, type));
}

/**
 * Those of the webhooks that an event is for: they are on, or it is kept for them; they subscribe to it, and their filter
 * matches. None is told of itself.
 * @param event the JSON text of its payload is parsed where there is a filter
 * @param retentionDays how long rows are kept
 */
export function selectWanting<W extends Candidate>(
  webhooks: readonly W[],
  { type, about, payload, acceptedAt }: Pick<CathcrEvent, 'type' | 'about' | 'payload' | 'acceptedAt'>,
  retentionDays: number,
): W[] {
  const subscribed = webhooks.filter(
    (webhook) =>
      takesNote(webhook, acceptedAt, retentionDays) && webhook.id !== about && subscribesTo(webhook, type),
  );
  if (subscribed.every(({ filter }) => filter === undefined)) return subscribed;
  const { data } = JSON.parse(payload) as { data: Readonly<Record<string, unknown>> };
  const matches = createMatcher(data);
  return subscribed.filter(({ filter }) => filter === undefined || matches(filter));
}
