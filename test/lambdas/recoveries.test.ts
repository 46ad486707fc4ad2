import { describe, expect, test } from 'vitest';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../core/errors.ts';
import type { Recovery } from '../../core/recovery.ts';
import { createRecoveryEndpoints, type RecoveryServices } from '../../lambdas/recoveries.ts';
import { givenWebhook, NOW, USER } from './given.ts';
import { givenRequest } from './http/given-api.ts';
import { givenRecovery, givenStep, givenWorld, SINCE, WEBHOOK } from './recovery/given-recovery.ts';

const ALL = '/webhooks/{webhook_id}/recoveries';
const ONE = `${ALL}/{recovery_id}`;
const BODY = { since: new Date(SINCE).toISOString() };

const given = (
  recoveries: Recovery[] = [],
  changes: Partial<RecoveryServices> = {},
  webhook = givenWebhook(),
) => {
  const world = givenWorld({ recoveries, webhook });
  const endpoints = createRecoveryEndpoints({ ...world.services, ...changes });
  const begin = (body: unknown = BODY) =>
    endpoints[`POST ${ALL}`](givenRequest({ path: { webhook_id: WEBHOOK }, body }));
  const path = (id: string) => givenRequest({ path: { webhook_id: WEBHOOK, recovery_id: id } });
  return { ...world, endpoints, begin, path };
};

describe('POST /webhooks/{webhook_id}/recoveries', () => {
  test('begins a recovery up to now, and has its first step taken', async () => {
    const { begin, stored, steps } = given();
    expect(await begin()).toEqual({
      status: 202,
      headers: { location: `/webhooks/${WEBHOOK}/recoveries/recovery_1` },
      body: {
        id: 'recovery_1',
        webhook_id: WEBHOOK,
        state: 'running',
        since: new Date(SINCE).toISOString(),
        until: new Date(NOW).toISOString(),
        status: 'missed',
        found: 0,
        replayed: 0,
        delivered: 0,
        failed_in_a_row: 0,
        created_at: new Date(NOW).toISOString(),
        finished_at: null,
        cancelled_reason: null,
      },
    });
    expect(steps).toEqual([{ message: givenStep(1), delaySeconds: 2 }]);
    expect(stored.get(1)).toMatchObject({ generation: 1, step: 1, window: {} });
  });

  test('is the one that is running where that is of the same range, and has its step taken again', async () => {
    const { begin, stored, steps } = given([givenRecovery({}, { step: 7, found: 5 })]);
    expect(await begin()).toMatchObject({ status: 202, body: { id: 'recovery_1', found: 5 } });
    expect(stored.size).toBe(1);
    expect(steps).toMatchObject([{ message: { recovery: 1, step: 7 } }]);
  });

  test.each([
    ['another beginning', { since: '2026-01-01T00:00:00Z' }],
    ['an end of its own', { ...BODY, until: new Date(NOW - 1000).toISOString() }],
    ['others of its deliveries', { ...BODY, status: 'failed' }],
  ])('is refused with %s while one is running', async (_, body) => {
    const { begin, steps } = given([givenRecovery()]);
    await expect(begin(body)).rejects.toThrow(ConflictError);
    await expect(begin(body)).rejects.toThrow(
      'recovery recovery_1 is running: wait until it is over, or cancel it',
    );
    expect(steps).toEqual([]);
  });

  test.each(['completed', 'cancelled'] as const)('begins the next where the last is %s', async (state) => {
    const { begin, stored } = given([givenRecovery({}, { state })]);
    expect(await begin()).toMatchObject({ body: { id: 'recovery_2' } });
    expect(stored.size).toBe(2);
  });

  test('ends one that is running of a webhook that was off since, and begins the next', async () => {
    const { begin, stored } = given([givenRecovery()], {}, givenWebhook({ generation: 3 }));
    expect(await begin()).toMatchObject({ body: { id: 'recovery_2' } });
    expect(stored.get(1)).toMatchObject({
      state: 'cancelled',
      cancelledReason: 'the webhook was turned off',
    });
  });

  test('is one, where two are begun at the same time', async () => {
    const { begin, stored } = given();
    const [first, second] = await Promise.all([begin(), begin()]);
    expect(second).toEqual(first);
    expect(stored.size).toBe(1);
  });

  test('of a webhook that is off is a 409', async () => {
    const { begin, stored } = given([], {}, givenWebhook({ active: false }));
    await expect(begin()).rejects.toThrow(ConflictError);
    expect(stored.size).toBe(0);
  });

  test.each([
    [{}, ['since']],
    [{ since: 'yesterday' }, ['since']],
    [{ since: '2026-01-01' }, ['since']],
    [{ since: 1 }, ['since']],
    [{ ...BODY, until: '2020-01-01T00:00:00Z' }, ['until']],
    [{ since: '9999-12-31T23:59:59Z' }, ['since']],
    [{ since: new Date(NOW + 1).toISOString(), until: '9999-12-31T23:59:59-23:59' }, ['since']],
    [{ ...BODY, status: 'succeeded' }, ['status']],
    [{ ...BODY, status: null, more: 1 }, ['status', 'more']],
    ['[]', ['body']],
    ['', ['body']],
  ])('%j is refused', async (body, fields) => {
    const { begin, stored } = given();
    const error: unknown = await begin(body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect((error as InvalidRequestError).faults.map(({ field }) => field)).toEqual(fields);
    expect(stored.size).toBe(0);
  });
});

describe('GET /webhooks/{webhook_id}/recoveries', () => {
  test('shows them, newest first', async () => {
    const { endpoints, path } = given([givenRecovery(), givenRecovery({}, { number: 2 })]);
    const { body } = await endpoints[`GET ${ALL}`](path(''));
    expect(body).toMatchObject({
      recoveries: [{ id: 'recovery_2' }, { id: 'recovery_1' }],
      pagination: { limit: 20, next_cursor: null },
    });
  });

  test('takes nothing but limit and cursor', async () => {
    const { endpoints } = given();
    const query = { offset: '1', state: 'running' };
    const request = givenRequest({ path: { webhook_id: WEBHOOK }, query });
    await expect(endpoints[`GET ${ALL}`](request)).rejects.toThrow(InvalidRequestError);
  });
});

describe('GET /webhooks/{webhook_id}/recoveries/{recovery_id}', () => {
  test('shows how far it has come', async () => {
    const progress = {
      found: 9,
      replayed: 8,
      delivered: 7,
      failedInARow: 1,
      finishedAt: NOW,
      state: 'completed' as const,
    };
    const { endpoints, path } = given([givenRecovery({}, progress)]);
    expect(await endpoints[`GET ${ONE}`](path('recovery_1'))).toMatchObject({
      status: 200,
      body: {
        state: 'completed',
        found: 9,
        replayed: 8,
        delivered: 7,
        failed_in_a_row: 1,
        finished_at: new Date(NOW).toISOString(),
      },
    });
  });

  test.each(['recovery_2', 'recovery_0', 'recovery_01', '1', '', 'recovery_1e1', 'recovery_-1', '__proto__'])(
    'there is none of the id %j',
    async (id) => {
      const { endpoints, path } = given([givenRecovery()]);
      for (const call of [endpoints[`GET ${ONE}`], endpoints[`POST ${ONE}/cancel`]]) {
        await expect(call(path(id))).rejects.toThrow(NotFoundError);
      }
    },
  );

  test('of somebody else is not there', async () => {
    const { endpoints, path } = given([givenRecovery()]);
    const request = { ...path('recovery_1'), caller: { userId: `${USER}x` } };
    for (const call of [endpoints[`GET ${ONE}`], endpoints[`POST ${ONE}/cancel`], endpoints[`POST ${ALL}`]]) {
      await expect(call({ ...request, body: JSON.stringify(BODY) })).rejects.toThrow(NotFoundError);
    }
  });
});

describe('POST /webhooks/{webhook_id}/recoveries/{recovery_id}/cancel', () => {
  test('ends it where it stands', async () => {
    const { endpoints, path, stored } = given([givenRecovery({}, { step: 3, found: 9, window: { a: 2 } })]);
    expect(await endpoints[`POST ${ONE}/cancel`](path('recovery_1'))).toMatchObject({
      status: 200,
      body: { state: 'cancelled', found: 9, cancelled_reason: 'on request', finished_at: expect.any(String) },
    });
    expect(stored.get(1)).toMatchObject({ state: 'cancelled', step: 4, window: {} });
  });

  test('is tried again where a step is taken at the same time, and given up in the end', async () => {
    const refusing = (times: number): Partial<RecoveryServices> => {
      let left = times;
      return { replaceRecovery: async () => (left -= 1) < 0 };
    };
    const some = given([givenRecovery()], refusing(3));
    expect(await some.endpoints[`POST ${ONE}/cancel`](some.path('recovery_1'))).toMatchObject({
      status: 200,
    });
    const all = given([givenRecovery()], refusing(1000));
    await expect(all.endpoints[`POST ${ONE}/cancel`](all.path('recovery_1'))).rejects.toThrow(ConflictError);
  });

  test.each(['completed', 'cancelled'] as const)('leaves one that is %s as it is', async (state) => {
    const recovery = givenRecovery({}, { state, finishedAt: NOW });
    const { endpoints, path, stored } = given([recovery]);
    expect(await endpoints[`POST ${ONE}/cancel`](path('recovery_1'))).toMatchObject({
      status: 200,
      body: { state },
    });
    expect(stored.get(1)).toBe(recovery);
  });
});
