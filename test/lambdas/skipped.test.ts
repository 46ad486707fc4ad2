import { describe, expect, test } from 'vitest';
import { unpack } from '../../lambdas/aws/packing.ts';
import { dispatch } from '../../lambdas/dispatcher.ts';
import { givenRecord, givenWebhook, NOW, webhookIdOf } from './given.ts';
import { givenMessage, givenRow, PAYLOAD, whenDelivered } from './given-delivery.ts';
import { givenDetail, givenEnvelope, givenLargeData, givenServices } from './given-dispatch.ts';

const DISABLED = { at: 1, reason: 'gone', deliveryId: 'd' };
const OFF = { active: false, generation: 2 };

const whenDispatched = async (webhook: Parameters<typeof givenWebhook>[0], data?: string) => {
  const given = givenServices([givenWebhook(webhook)]);
  await dispatch(given.services, [givenRecord(givenEnvelope(givenDetail(data ? { data } : {})))]);
  return given;
};

describe('an event for a webhook that is off', () => {
  test.each([
    ['automatically is kept', { ...OFF, disabled: DISABLED }, [true]],
    ['by its customer is not', OFF, []],
    ['by its customer, who wants it kept, is', { ...OFF, keepWhileInactive: true }, [true]],
    [
      'automatically, and subscribes to another, is not',
      { ...OFF, disabled: DISABLED, events: ['ai.*'] },
      [],
    ],
    ['automatically, and subscribes to all, is kept', { ...OFF, disabled: DISABLED, events: ['*'] }, [true]],
    [
      'automatically, and whose filter does not match, is not',
      { ...OFF, disabled: DISABLED, filter: '{"thought_id":["another"]}' },
      [],
    ],
  ])('%s', async (_, webhook, skipped) => {
    const { sent } = await whenDispatched(webhook);
    expect(sent.map((message) => message.skipped)).toEqual(skipped);
  });

  test.each([
    ['turned off automatically', { disabled: DISABLED }],
    ['turned off by its customer, who wants it kept,', { keepWhileInactive: true }],
  ])('%s is not kept once it has been off and unchanged for as long as rows are kept', async (_, why) => {
    const isKept = async (days: number) =>
      (await whenDispatched({ ...OFF, ...why, updatedAt: NOW - days * 86_400_000 })).sent.length > 0;
    expect(await isKept(30)).toBe(true);
    expect(await isKept(30.001)).toBe(false);
    const on = await whenDispatched({ ...why, updatedAt: NOW - 31 * 86_400_000 });
    expect(on.sent).toHaveLength(1);
  });

  test('is sent as ever where the webhook is on and keeps events while it is not', async () => {
    const { sent } = await whenDispatched({ keepWhileInactive: true });
    expect(sent.map((message) => message.skipped)).toEqual([undefined]);
  });

  test('has its large payload stored before', async () => {
    const { done, sent } = await whenDispatched({ ...OFF, disabled: DISABLED }, givenLargeData());
    expect(done.slice(-2)).toEqual(['store', 'send']);
    expect(sent[0]?.event?.payload).toBeUndefined();
  });
});

describe('a delivery that is skipped', () => {
  const message = givenMessage({ skipped: true, generation: 2 });
  const off = [givenWebhook({ ...OFF, disabled: DISABLED })];

  test.each([
    ['is off', off],
    ['has been turned on since', [givenWebhook({ generation: 3 })]],
    ['is on, of the very generation', [givenWebhook({ generation: 2 })]],
    ['is slow', [givenWebhook({ generation: 2, slowSince: 1 })]],
  ])('has a row, and no request, where its webhook %s', async (_, webhooks) => {
    const given = await whenDelivered(message, { webhooks });
    expect(given.done).toEqual(['read row', 'record', 'add up']);
    expect(given.recorded[0]?.delivery).toMatchObject({
      status: 'skipped',
      run: 1,
      attempt: 0,
      generation: 2,
    });
    expect(unpack(given.recorded[0]?.payload ?? new Uint8Array())).toBe(PAYLOAD);
    expect([given.posted, given.failed]).toEqual([[], []]);
    expect(given.statistics).toMatchObject([[webhookIdOf(1), { hours: [{ figures: { skipped: 1 } }] }]]);
    expect(given.measured[0]).toEqual({ Skipped: [1], TimeToDelivery: [] });
  });

  test('is not counted where its webhook is deleted', async () => {
    const { done, recorded, measured } = await whenDelivered(message, { webhooks: [] });
    expect(done).toEqual(['read row', 'record']);
    expect(recorded[0]?.delivery.status).toBe('skipped');
    expect(measured[0]).not.toHaveProperty('Skipped');
  });

  test('is counted once, though another generation of its run was kept before', async () => {
    const rows = [givenRow(0, { status: 'skipped', generation: 1, lastAttempt: undefined })];
    const { done, recorded } = await whenDelivered(message, { webhooks: off, rows });
    expect(recorded[0]?.delivery).toMatchObject({ status: 'skipped', generation: 2, run: 1 });
    expect(done).toEqual(['read row', 'record']);
  });

  test.each([
    ['was skipped before', 'skipped', 2, 0],
    ['was delivered before', 'succeeded', 1, 1],
    ['is of a later generation by now', 'retrying', 3, 1],
  ] as const)('is left as it is where it %s', async (_, status, generation, attempt) => {
    const rows = [givenRow(attempt, { status, generation })];
    const { done, measured } = await whenDelivered(message, { webhooks: off, rows, receiveCount: 2 });
    expect(done.filter((step) => step === 'record')).toEqual([]);
    expect(measured[0]).not.toHaveProperty('Skipped');
  });

  test('gives way to the same event that comes again once the webhook is on', async () => {
    const rows = [givenRow(0, { status: 'skipped', generation: 2, lastAttempt: undefined })];
    const again = givenMessage({ generation: 3, repeat: true });
    const { posted, recorded } = await whenDelivered(again, {
      webhooks: [givenWebhook({ generation: 3 })],
      rows,
    });
    expect(posted).toHaveLength(1);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'succeeded', webhookId: webhookIdOf(1) });
  });
});
