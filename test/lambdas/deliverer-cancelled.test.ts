import { describe, expect, test } from 'vitest';
import { NO_FIGURES } from '../../core/figures.ts';
import { unpack } from '../../lambdas/aws/packing.ts';
import { DELIVERY_ID, givenWebhook, NOW } from './given.ts';
import {
  AT,
  givenMessage,
  givenResult,
  givenRow,
  givenScheduledMessage,
  PAYLOAD,
  whenDelivered,
} from './given-delivery.ts';

const FINAL = ['succeeded', 'exhausted', 'cancelled'] as const;

describe('a delivery whose webhook', () => {
  test.each([
    ['is deleted', [], 0],
    ["is another user's", [givenWebhook({ userId: 'user_124' })], 0],
    ['is off', [givenWebhook({ active: false, generation: 2 })], 1],
    ['was off and is on again', [givenWebhook({ generation: 3 })], 1],
  ])('%s is cancelled without a request', async (_, webhooks, cancelled) => {
    const { done, recorded, failed, statistics } = await whenDelivered(givenScheduledMessage(4), {
      webhooks,
      rows: [givenRow(3)],
    });
    expect(done).toEqual(['read row', 'record', ...(cancelled > 0 ? ['add up'] : [])]);
    expect(failed).toEqual([]);
    const figures = statistics.flatMap(([, { hours }]) => hours.map((hour) => hour.figures));
    expect(figures).toEqual(cancelled === 0 ? [] : [{ ...NO_FIGURES, cancelled }]);
    expect(recorded).toEqual([
      {
        delivery: { ...givenRow(3).delivery, status: 'cancelled', nextAttemptAt: undefined },
        payload: givenRow(3).payload,
      },
    ]);
  });

  test('is gone before the first attempt has a row that says so', async () => {
    const { done, recorded } = await whenDelivered(givenMessage(), { webhooks: [] });
    expect(done).toEqual(['read row', 'record']);
    expect(recorded[0]?.delivery).toMatchObject({
      id: DELIVERY_ID,
      status: 'cancelled',
      run: 1,
      runStartedAt: NOW,
      attempt: 0,
    });
    expect(unpack(recorded[0]?.payload ?? new Uint8Array())).toBe(PAYLOAD);
  });

  test('is off before its immediate retry, which overtakes the record of the first attempt, keeps what came of it', async () => {
    const attempts = [{ at: AT, run: 1, attempt: 1 }];
    const last_attempt = { at: AT, responseTimeMs: 500, statusCode: 500, error: 'Response 500' };
    const { recorded } = await whenDelivered(givenMessage({ attempt: 2, attempts, last_attempt }), {
      webhooks: [givenWebhook({ active: false, generation: 2 })],
    });
    expect(recorded[0]?.delivery).toMatchObject({
      status: 'cancelled',
      attempt: 1,
      attempts,
      lastAttempt: last_attempt,
    });
  });

  test('is off before a retry that its schedule tells more of than its row keeps what came of the last attempt', async () => {
    const attempts = [1, 2, 3].map((attempt) => ({ at: AT + attempt, run: 1, attempt }));
    const behind = givenRow(2, { status: 'retrying', attempts: attempts.slice(0, 2) });
    const last_attempt = { ...givenResult(404), at: AT + 3 };
    const { recorded } = await whenDelivered(givenScheduledMessage(4, { attempts, last_attempt }), {
      webhooks: [givenWebhook({ active: false, generation: 2 })],
      rows: [behind],
    });
    const row = { status: 'cancelled', attempt: 3, attempts, lastAttempt: last_attempt };
    expect(recorded[0]?.delivery).toMatchObject(row);
  });

  test('is gone, which cannot be recorded, goes back', async () => {
    const { failed } = await whenDelivered(
      givenMessage(),
      { webhooks: [] },
      { recordDelivery: () => Promise.reject(new Error('throttled')) },
    );
    expect(failed).toEqual(['message-1']);
  });

  test('is there keeps what it was changed to since, generation aside', async () => {
    const webhooks = [givenWebhook({ events: ['reminder.due'], description: 'changed', updatedAt: NOW + 1 })];
    expect(
      (await whenDelivered(givenScheduledMessage(4), { webhooks, rows: [givenRow(3)] })).posted,
    ).toHaveLength(1);
  });
});

describe('a message is dropped without a request', () => {
  test.each([
    { what: 'its attempt is recorded', message: [1, 3], row: [1, 3], status: 'retrying' },
    { what: 'a later attempt is recorded', message: [1, 2], row: [1, 3], status: 'retrying' },
    { what: 'a later run has begun', message: [1, 7], row: [2, 0], status: 'pending' },
    ...FINAL.map((status) => ({ what: `the run has ${status}`, message: [1, 4], row: [1, 3], status })),
  ] as const)('where $what', async ({ message: [run, attempt], row: [rowRun, rowAttempt], status }) => {
    const rows = [givenRow(rowAttempt, { run: rowRun, status })];
    const { done, failed } = await whenDelivered(givenMessage({ run, attempt }), { rows, receiveCount: 2 });
    expect(done).toEqual(['read row']);
    expect(failed).toEqual([]);
  });

  test('even where the webhook is gone: what was recorded stands', async () => {
    const world = { rows: [givenRow(1, { status: 'succeeded' })], webhooks: [], receiveCount: 2 };
    expect((await whenDelivered(givenMessage(), world)).recorded).toEqual([]);
  });
});

describe('a message of the next run', () => {
  test.each([...FINAL, 'retrying' as const])('is delivered, though the run before is %s', async (status) => {
    const { posted, recorded } = await whenDelivered(
      givenScheduledMessage(1, { run: 2, run_started_at: AT }),
      {
        rows: [givenRow(7, { status })],
      },
    );
    expect(posted).toHaveLength(1);
    expect(recorded[0]?.delivery).toMatchObject({
      status: 'succeeded',
      run: 2,
      runStartedAt: AT,
      attempt: 1,
    });
  });
});

describe('a repeat', () => {
  test('of a first attempt that nobody recorded is made again', async () => {
    const { posted, recorded } = await whenDelivered(givenMessage(), { receiveCount: 2 });
    expect(posted).toHaveLength(1);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'succeeded', attempt: 1 });
  });

  test('of a scheduled attempt whose row is gone goes back, and ends where an alarm watches', async () => {
    const { posted, failed } = await whenDelivered(givenScheduledMessage(3));
    expect(posted).toEqual([]);
    expect(failed).toEqual(['message-1']);
  });
});
