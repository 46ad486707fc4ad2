import { describe, expect, test } from 'vitest';
import { filterTestSchema, tryFilter } from '../../core/filter-trial.ts';
import { findFaults, validate } from '../../core/validation.ts';
import type { Webhook } from '../../core/webhook.ts';
import { givenWebhook, USER } from '../lambdas/given.ts';

const whenTried = (body: object, changes: Partial<Webhook> = {}) =>
  tryFilter(givenWebhook(changes), validate(filterTestSchema(), body));

describe('a filter that is tried', () => {
  test("is the webhook's own, on a sample of its first event for its user", () => {
    const filter = JSON.stringify({ user_id: [USER], thought_id: [{ exists: true }] });
    expect(whenTried({}, { filter })).toEqual({
      matches: true,
      mismatches: [],
      event: 'thought.deleted',
      subscribed: true,
    });
  });

  test('says why it does not match', () => {
    const body = { data: { thought: { tags: ['home'] } }, filter: { thought: { tags: ['work'] } } };
    expect(whenTried({ ...body, event: 'thought.created' })).toEqual({
      matches: false,
      mismatches: [{ field: 'data.thought.tags', detail: 'is "home"; the filter takes ["work"]' }],
      event: 'thought.created',
      subscribed: false,
    });
  });

  test('may be none: the webhook has none, or null is given in place of its own', () => {
    expect(whenTried({ data: {} }).matches).toBe(true);
    const filter = JSON.stringify({ a: [1] });
    expect(whenTried({ data: {} }, { filter }).matches).toBe(false);
    expect(whenTried({ data: {}, filter: null }, { filter }).matches).toBe(true);
  });

  test('looks at names that objects inherit', () => {
    const named = JSON.parse('{"data":{"__proto__":{"a":1}},"filter":{"__proto__":{"a":[1]}}}');
    expect(whenTried(named).matches).toBe(true);
    expect(whenTried({ ...named, data: {} }).matches).toBe(false);
  });

  test('has all at fault named', () => {
    const body = { event: 'thought.eaten', data: [], filter: { a: 1 }, x: 1 };
    expect(findFaults(filterTestSchema(), body).map(({ field }) => field)).toEqual([
      'event',
      'data',
      'filter.a',
      'x',
    ]);
  });
});
