import { describe, expect, test } from 'vitest';
import type { EventType } from '../../core/event-catalogue.ts';
import { selectWanting } from '../../core/wanting.ts';
import type { Webhook } from '../../core/webhook.ts';
import { givenWebhook, NOW, webhookIdOf } from '../lambdas/given.ts';

const given = (changes: Partial<Webhook> = {}) => givenWebhook({ events: ['thought.created'], ...changes });

describe('a webhook wants', () => {
  const acceptedAt = NOW;
  const eventOf = (type: EventType, data: object = {}) => ({
    type,
    acceptedAt,
    payload: JSON.stringify({ data }),
  });

  test.each([
    [true, 'thought.created', true],
    [true, 'thought.deleted', false],
    [false, 'thought.created', false],
  ] as const)('active %s, %s: %s', (active, type, wanted) => {
    const webhook = given({ active });
    expect(selectWanting([webhook], eventOf(type), 30)).toEqual(wanted ? [webhook] : []);
  });

  test('what its filter lets through, beside others that have another or none', () => {
    const [work, home, all] = [{ tags: ['work'] }, { tags: ['home'] }, undefined].map((filter) =>
      given({ filter: filter && JSON.stringify(filter) }),
    ) as [Webhook, Webhook, Webhook];
    const event = eventOf('thought.created', { tags: ['work', 'x'] });
    expect(selectWanting([work, home, all], event, 30)).toEqual([work, all]);
    expect(selectWanting([work], eventOf('thought.deleted', { tags: ['work'] }), 30)).toEqual([]);
  });

  test('what the system tells of webhooks where it is asked for by its name or group', () => {
    const wanted = (events: string[], about = webhookIdOf(2)) =>
      selectWanting([given({ events })], { ...eventOf('webhook.disabled'), about }, 30).length > 0;
    expect(wanted(['webhook.disabled'])).toBe(true);
    expect(wanted(['thought.created', 'webhook.*'])).toBe(true);
    expect(wanted(['*'])).toBe(false);
    expect(wanted(['delivery.*', 'thought.*'])).toBe(false);
    expect(wanted(['webhook.*'], webhookIdOf(1)), 'of itself').toBe(false);
  });

  test('an event whose data nobody looks at is not parsed', () => {
    const webhook = given();
    expect(selectWanting([webhook], { type: 'thought.created', acceptedAt, payload: 'no JSON' }, 30)).toEqual(
      [webhook],
    );
  });
});
