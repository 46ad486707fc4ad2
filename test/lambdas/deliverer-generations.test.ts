import { describe, expect, test } from 'vitest';
import { givenWebhook, NOW } from './given.ts';
import { AT, givenMessage, givenRow, givenScheduledMessage, whenDelivered } from './given-delivery.ts';

const OPEN = ['pending', 'retrying', 'cancelled', 'skipped'] as const;
const KEPT = ['succeeded', 'exhausted'] as const;

/** A webhook that was turned off, and on again. */
const webhooks = [givenWebhook({ generation: 3 })];

describe('a message of an older generation of its webhook', () => {
  test.each([
    ['the first', givenMessage(), 1],
    ['a repeat of the first', givenMessage(), 2],
    ['the immediate retry', givenMessage({ attempt: 2 }), 1],
    ['a scheduled one', givenScheduledMessage(6), 1],
  ])('(%s) neither cancels nor goes on with the newer chain', async (_, message, receiveCount) => {
    for (const status of [...OPEN, ...KEPT]) {
      const rows = [givenRow(2, { generation: 3, status })];
      const { done, failed } = await whenDelivered(message, { webhooks, rows, receiveCount });
      expect(done).toEqual(['read row']);
      expect(failed).toEqual([]);
    }
  });

  test('that comes late, to no row, is cancelled under its own generation', async () => {
    const { posted, recorded } = await whenDelivered(givenMessage(), { webhooks });
    expect(posted).toEqual([]);
    expect(recorded.map(({ delivery }) => delivery)).toMatchObject([
      { status: 'cancelled', generation: 1, run: 1, attempt: 0 },
    ]);
  });

  test('cancels its own chain', async () => {
    const { posted, recorded } = await whenDelivered(givenScheduledMessage(4), {
      webhooks,
      rows: [givenRow(3)],
    });
    expect(posted).toEqual([]);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'cancelled', generation: 1, attempt: 3 });
  });

  test('that cannot tell whether there is a newer chain cancels nothing, and goes back', async () => {
    const { recorded, failed } = await whenDelivered(
      givenMessage(),
      { webhooks },
      { getDelivery: () => Promise.reject(new Error('throttled')) },
    );
    expect([recorded, failed]).toEqual([[], ['message-1']]);
  });
});

describe('a message of the newer generation', () => {
  const message = givenMessage({ generation: 3, repeat: true });

  test.each(OPEN)('begins anew on a row that the older left %s', async (status) => {
    const told = [{ at: AT - 1000, run: 1, attempt: 1 }];
    const rows = [givenRow(4, { status, attempts: told })];
    const { posted, recorded } = await whenDelivered(message, { webhooks, rows });
    expect(posted).toHaveLength(1);
    expect(recorded[0]?.delivery).toMatchObject({
      status: 'succeeded',
      generation: 3,
      run: 1,
      runStartedAt: NOW,
      attempt: 1,
      attempts: told,
    });
  });

  test.each(KEPT)('is dropped where the older has %s', async (status) => {
    const { done } = await whenDelivered(message, { webhooks, rows: [givenRow(2, { status })] });
    expect(done).not.toContain('post');
    expect(done).not.toContain('record');
  });
});

describe('a message of an event that was passed on before', () => {
  const repeat = givenMessage({ repeat: true });

  test('reads the row, though it is received for the first time, and is dropped where it was delivered', async () => {
    const rows = [givenRow(1, { status: 'succeeded' })];
    const { done, posted } = await whenDelivered(repeat, { rows });
    expect(done[0]).toBe('read row');
    expect(posted).toEqual([]);
  });

  test('is delivered where there is no row', async () => {
    const { done } = await whenDelivered(repeat);
    expect(done).toEqual(['read row', 'post', 'record', 'add up']);
  });
});
