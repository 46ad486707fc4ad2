import { describe, expect, test } from 'vitest';
import { showWebhook } from '../../core/show-webhook.ts';
import { findFaults, validate } from '../../core/validation.ts';
import { selectWanting } from '../../core/wanting.ts';
import {
  createWebhook,
  createWebhookSchema,
  patchWebhook,
  patchWebhookSchema,
  type Webhook,
} from '../../core/webhook.ts';
import { NO_STATISTICS } from '../../core/webhook-statistics.ts';

const NOW = Date.UTC(2026, 0, 15, 10);
const LATER = NOW + 60_000;
const DISABLED = { at: NOW, reason: 'it failed 7 times', deliveryId: 'delivery-1' };

const request = {
  url: 'https://your-app.com/webhooks/cathcr',
  events: ['thought.created', 'reminder.due'],
  secret: 'your_webhook_secret',
  active: true,
  description: 'Main application webhook',
};

const whenCreated = (changes: Record<string, unknown> = {}) =>
  createWebhook(validate(createWebhookSchema('public'), { ...request, ...changes }), {
    id: 'webhook_1',
    userId: 'user_123',
    now: NOW,
  });

const whenPatched = (webhook: Webhook, patch: Record<string, unknown>, now = LATER) =>
  patchWebhook(webhook, validate(patchWebhookSchema('public'), patch), now);

const givenDisabled = (): Webhook => ({ ...whenCreated(), active: false, generation: 2, disabled: DISABLED });

const fieldsOf = (faults: readonly { field: string }[]) => faults.map(({ field }) => field).sort();
const faultsOfCreate = (body: unknown) => fieldsOf(findFaults(createWebhookSchema('public'), body));
const faultsOfPatch = (body: unknown) => fieldsOf(findFaults(patchWebhookSchema('public'), body));

describe('a new webhook', () => {
  test('is as the request says', () => {
    expect(whenCreated()).toEqual({
      ...request,
      id: 'webhook_1',
      userId: 'user_123',
      generation: NOW,
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
    });
  });

  test('is on, has a secret of its own and no description where the request says nothing', () => {
    const { active, secret, description } = whenCreated({
      active: undefined,
      secret: undefined,
      description: undefined,
    });
    expect(active).toBe(true);
    expect(secret).toMatch(/^whsec_/);
    expect(description).toBeUndefined();
  });

  test('may be off from the start, and without a description', () => {
    expect(whenCreated({ active: false, description: null })).toMatchObject({
      active: false,
      description: undefined,
    });
  });
});

describe('a request for a webhook', () => {
  test.each([
    [{}, ['events', 'url']],
    [[], ['body']],
    [null, ['body']],
    [{ ...request, url: 'http://your-app.com' }, ['url']],
    [{ ...request, url: 'nonsense' }, ['url']],
    [{ ...request, url: 7 }, ['url']],
    [{ ...request, events: [] }, ['events']],
    [{ ...request, events: 'thought.created' }, ['events']],
    [{ ...request, events: ['thought.created', 'thought.made', 'x'] }, ['events[1]', 'events[2]']],
    [{ ...request, events: ['thought.created', 'reminder.due', 'thought.created'] }, ['events']],
    [{ ...request, secret: 'short' }, ['secret']],
    [{ ...request, active: 'true' }, ['active']],
    [{ ...request, active: null }, ['active']],
    [{ ...request, description: 'd'.repeat(257) }, ['description']],
    [{ ...request, description: 'half a link: \ud83d' }, ['description']],
    [{ ...request, url: 'https://your-app.com/\ud83d' }, ['url']],
    [{ ...request, id: 'webhook_1', user_id: 'user_124', generation: 7 }, ['generation', 'id', 'user_id']],
    [
      { url: 'ftp://x', events: ['x'], secret: 's', active: 1, description: 1, extra: 1 },
      ['active', 'description', 'events[0]', 'extra', 'secret', 'url'],
    ],
  ])('%j has all at fault named: %j', (body, fields) => {
    expect(faultsOfCreate(body)).toEqual(fields);
  });

  test('says why: no fault is told without a reason', () => {
    const faults = findFaults(createWebhookSchema('public'), {
      ...request,
      url: 'https://10.0.0.1/',
      extra: 1,
    });
    expect(faults).toEqual([
      { field: 'url', detail: 'points to an address that is not public IPv4' },
      { field: 'extra', detail: 'is not a known field' },
    ]);
  });

  test('may point to the laptop itself where the policy lets it', () => {
    const body = { ...request, url: 'http://127.0.0.1:3000/inbox' };
    expect(findFaults(createWebhookSchema('any'), body)).toEqual([]);
    expect(faultsOfCreate(body)).toEqual(['url']);
  });
});

describe('a change of a webhook', () => {
  test.each([
    [{}, []],
    [{ active: false }, []],
    [{ description: null }, []],
    [{ url: 'https://10.0.0.1/' }, ['url']],
    [{ events: [] }, ['events']],
    [{ secret: '************cret' }, ['secret']],
    [{ secret: null }, ['secret']],
    [{ ordered: true }, []],
    [{ ordered: null }, ['ordered']],
    [{ keep_while_inactive: true }, []],
    [{ keep_while_inactive: null }, ['keep_while_inactive']],
    [{ keep_while_inactive: 'true' }, ['keep_while_inactive']],
    [{ created_at: 'x', url: 'y' }, ['created_at', 'url']],
    ['x', ['body']],
  ])('%j has at fault: %j', (body, fields) => {
    expect(faultsOfPatch(body)).toEqual(fields);
  });

  test('leaves alone what it does not name', () => {
    const webhook = whenCreated();
    expect(whenPatched(webhook, { events: ['ai.processing_failed'] })).toEqual({
      ...webhook,
      events: ['ai.processing_failed'],
      updatedAt: LATER,
      version: 2,
      disabled: undefined,
    });
  });

  test('takes the description away where that is null', () => {
    expect(whenPatched(whenCreated(), { description: null }).description).toBeUndefined();
  });

  test('raises the version, though the clock stands or goes back', () => {
    const { version } = whenPatched(whenPatched(whenCreated(), {}, NOW), {}, NOW - 1000);
    expect(version).toBe(3);
  });

  test.each([
    { from: true, to: false, raised: 1 },
    { from: false, to: true, raised: 1 },
    { from: true, to: true, raised: 0 },
    { from: false, to: false, raised: 0 },
    { from: true, to: undefined, raised: 0 },
    { from: false, to: undefined, raised: 0 },
  ])('from active $from to $to raises its generation by $raised', ({ from, to, raised }) => {
    const patch = to === undefined ? { url: 'https://elsewhere.example/' } : { active: to };
    expect(whenPatched(whenCreated({ active: from }), patch).generation).toBe(NOW + raised);
  });

  test('to another URL alone makes it quick again until it is seen to be slow', () => {
    const slow = { ...whenCreated(), slowSince: NOW };
    expect(whenPatched(slow, { url: 'https://elsewhere.example/' }).slowSince).toBeUndefined();
    for (const patch of [{ url: slow.url }, { active: false }, { description: 'other' }]) {
      expect(whenPatched(slow, patch).slowSince).toBe(NOW);
    }
  });

  test('that turns it on clears the reason for which the system turned it off', () => {
    const webhook = whenPatched(givenDisabled(), { active: true });
    expect(webhook).toMatchObject({ active: true, generation: 3, disabled: undefined });
  });

  test('that says nothing of it keeps that reason', () => {
    const webhook = whenPatched(givenDisabled(), { description: 'still off' });
    expect(webhook).toMatchObject({ active: false, generation: 2, disabled: DISABLED });
  });

  test('that turns off what the system had turned off makes that the customer’s own: nothing is kept any more', () => {
    const event = { type: 'thought.created', acceptedAt: NOW, payload: '{"data":{}}' } as const;
    expect(selectWanting([givenDisabled()], event, 30)).toHaveLength(1);
    const webhook = whenPatched(givenDisabled(), { active: false });
    expect(webhook).toMatchObject({ active: false, generation: 2, disabled: undefined });
    expect(selectWanting([webhook], event, 30)).toEqual([]);
    const keeping = whenPatched(givenDisabled(), { active: false, keep_while_inactive: true });
    expect(selectWanting([keeping], event, 30)).toEqual([keeping]);
  });
});

describe('the rate limit of a webhook', () => {
  test('is as the request says, and is shown so', () => {
    const webhook = whenCreated({ rate_limit: 10 });
    expect(webhook.rateLimit).toBe(10);
    expect(webhook).not.toHaveProperty('rate_limit');
    expect(showWebhook(webhook, NO_STATISTICS, { now: NOW }).rate_limit).toBe(10);
  });

  test('stays when something else is changed, is changed, and is removed by null', () => {
    const webhook = whenCreated({ rate_limit: 10 });
    expect(whenPatched(webhook, { description: 'x' }).rateLimit).toBe(10);
    expect(whenPatched(webhook, { rate_limit: 1 }).rateLimit).toBe(1);
    expect(whenPatched(webhook, { rate_limit: null }).rateLimit).toBeUndefined();
    expect(whenPatched(webhook, { rate_limit: 1 })).not.toHaveProperty('rate_limit');
  });

  test('that is set back to what it was is another: who waits under the old one is not met again', () => {
    const webhook = whenCreated({ rate_limit: 1 });
    const raised = whenPatched(webhook, { rate_limit: 100 });
    const back = whenPatched(raised, { rate_limit: 1 });
    const lifted = whenPatched(whenPatched(back, { rate_limit: null }), { rate_limit: 1 });
    const epochs = [webhook, raised, back, lifted].map(({ rateEpoch }) => rateEpoch);
    expect(epochs).toEqual([undefined, 2, 3, 5]);
    expect(whenPatched(lifted, { rate_limit: 1, description: 'x' }).rateEpoch).toBe(5);
  });

  test.each([0, -1, 101, 1.5, '10', true, [], Number.POSITIVE_INFINITY])('takes no %j', (rate_limit) => {
    expect(findFaults(patchWebhookSchema('public'), { rate_limit })).toEqual([
      { field: 'rate_limit', detail: 'takes a whole number from 1 to 100, or null' },
    ]);
  });
});

describe('the filter of a webhook', () => {
  const filter = { thought: { tags: ['work'] } };

  test('is as the request says, and is shown so', () => {
    const webhook = whenCreated({ filter });
    expect(webhook.filter).toBe('{"thought":{"tags":["work"]}}');
    expect(showWebhook(webhook, NO_STATISTICS, { now: NOW }).filter).toEqual(filter);
  });

  test('stays when something else is changed, is changed, and is removed by null', () => {
    const webhook = whenCreated({ filter });
    expect(whenPatched(webhook, { description: 'x' }).filter).toBe(webhook.filter);
    expect(whenPatched(webhook, { filter: { a: [1] } }).filter).toBe('{"a":[1]}');
    expect(whenPatched(webhook, { filter: null }).filter).toBeUndefined();
    expect(whenPatched(whenCreated(), { filter }).filter).toBe(webhook.filter);
  });

  test('is named with what is at fault in it', () => {
    const wrong = { ...request, filter: { thought: { tags: 'work' }, a: [{ prefx: 'x' }] } };
    expect(faultsOfCreate(wrong)).toEqual(['filter.a[0].prefx', 'filter.thought.tags']);
    expect(faultsOfPatch({ filter: [] })).toEqual(['filter']);
  });
});
