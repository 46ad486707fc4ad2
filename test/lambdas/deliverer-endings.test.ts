import { describe, expect, test } from 'vitest';
import { type Announcement, announceDisabled, announceExhausted } from '../../core/announcement.ts';
import type { Delivery } from '../../core/delivery.ts';
import { deriveDeliveryId, showDeliveryId } from '../../core/ids.ts';
import { deliverBatch } from '../../lambdas/deliverer.ts';
import { DELIVERY_ID, givenRecord, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import {
  AT,
  givenMessage,
  givenResult,
  givenRow,
  givenScheduledMessage,
  givenServices,
  whenDelivered,
} from './given-delivery.ts';

const REF = { id: webhookIdOf(1), userId: USER, generation: 1, version: 1 };
const DEAD = {
  at: AT,
  reason: `${showDeliveryId(DELIVERY_ID)} failed 7 times, the last with: Response 500`,
  deliveryId: DELIVERY_ID,
};
const GONE = {
  at: AT,
  reason: `${showDeliveryId(DELIVERY_ID)} was answered 410 Gone`,
  deliveryId: DELIVERY_ID,
};

const lastAttempt = givenScheduledMessage(7);
const beforeLast = { rows: [givenRow(6)], answers: 500 };

/** What is told of a webhook that was disabled for this. */
const toldOf = (why: typeof DEAD) => announceDisabled(REF, why);
const TOLD = ['tell webhook.disabled', 'tell delivery.exhausted'];

const throttled = () => Promise.reject(new Error('throttled'));

describe('the last failure', () => {
  test('is recorded, then the webhook is disabled, then the bus is told', async () => {
    const { done, recorded, disabled, announced, failed } = await whenDelivered(lastAttempt, beforeLast);
    expect(done).toEqual(['read row', 'post', 'record', 'add up', 'disable', ...TOLD]);
    expect(failed).toEqual([]);
    expect(recorded[0]?.delivery).toMatchObject({
      status: 'exhausted',
      attempt: 7,
      nextAttemptAt: undefined,
    });
    expect(disabled).toEqual([{ ref: REF, disabled: DEAD }]);
    expect(announced).toEqual([toldOf(DEAD), announceExhausted(USER, recorded[0]?.delivery as Delivery)]);
  });

  test.each([
    ['since the delivery began', NOW],
    ['later', NOW + 1],
  ])('disables nothing where the webhook has accepted another delivery %s', async (_, lastSuccessAt) => {
    const { done, recorded } = await whenDelivered(lastAttempt, { ...beforeLast, lastSuccessAt });
    expect(done).toEqual(['read row', 'post', 'record', 'add up', 'tell delivery.exhausted']);
    expect(recorded[0]?.delivery.status).toBe('exhausted');
  });

  test('disables where what the webhook has accepted was before the delivery began', async () => {
    const { disabled } = await whenDelivered(lastAttempt, { ...beforeLast, lastSuccessAt: NOW - 1 });
    expect(disabled).toHaveLength(1);
  });

  test('counts what was accepted in the very batch, whose statistics are added before', async () => {
    const successes: number[] = [];
    const { disabled } = await whenDelivered(lastAttempt, beforeLast, {
      addStatistics: async () => void successes.push(AT),
      getLastSuccessAt: async () => successes[0],
    });
    expect(disabled).toEqual([]);
  });

  test('counts what was accepted beside an attempt for another webhook that hangs', async () => {
    let release = () => {};
    const hangs = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hanging = givenWebhook({ id: webhookIdOf(2), url: 'https://hanging.example/' });
    const { services } = givenServices({ webhooks: [givenWebhook(), hanging] });
    const added: string[] = [];
    const other = {
      webhook_id: hanging.id,
      delivery_id: deriveDeliveryId(NOW, 'event-1', hanging.id),
    };
    const records = [givenRecord(givenMessage()), givenRecord(givenMessage(other))];
    await deliverBatch(
      {
        ...services,
        post: async (request) => {
          if (request.url === hanging.url) await hangs;
          return services.post(request);
        },
        addStatistics: async (id) => {
          added.push(id);
          release();
        },
      },
      records,
    );
    expect(added).toEqual([webhookIdOf(1), hanging.id]);
  });

  test('tells nobody of a webhook that was changed or deleted in between', async () => {
    for (const webhooks of [
      [givenWebhook()],
      [givenWebhook({ disabled: { ...DEAD, deliveryId: 'another' } })],
    ]) {
      const world = { ...beforeLast, webhooks };
      const { done, failed } = await whenDelivered(lastAttempt, world, {
        disableWebhook: async () => false,
      });
      expect(done).not.toContain('tell webhook.disabled');
      expect(failed).toEqual([]);
    }
  });
});

describe('410 Gone', () => {
  test('ends the delivery and disables the webhook at once, whatever it has accepted', async () => {
    const world = { answers: 410, lastSuccessAt: AT };
    const { done, recorded, disabled, announced } = await whenDelivered(givenMessage(), world);
    expect(done).toEqual(['post', 'record', 'add up', 'disable', ...TOLD]);
    expect(recorded[0]?.delivery).toMatchObject({
      status: 'exhausted',
      attempt: 1,
      nextAttemptAt: undefined,
    });
    expect(disabled).toEqual([{ ref: REF, disabled: GONE }]);
    expect(announced[0]).toEqual(toldOf(GONE));
  });
});

describe('a repeat of the last attempt, which was recorded', () => {
  const exhausted = givenRow(7, {
    status: 'exhausted',
    lastAttempt: givenResult(500),
    nextAttemptAt: undefined,
    webhookVersion: 1,
  });
  const whenRepeated = (changes: Parameters<typeof whenDelivered>[2] = {}, world = {}) =>
    whenDelivered(lastAttempt, { rows: [exhausted], receiveCount: 2, ...world }, changes);

  test('disables and tells the bus without a request, as if the first had died before it could', async () => {
    const { done, disabled, announced } = await whenRepeated();
    expect(done).toEqual(['read row', 'disable', ...TOLD]);
    expect(disabled).toEqual([{ ref: REF, disabled: DEAD }]);
    expect(announced).toEqual([toldOf(DEAD), announceExhausted(USER, exhausted.delivery)]);
  });

  test('names the webhook as the attempt found it, though it was changed since', async () => {
    const { disabled } = await whenRepeated({}, { webhooks: [givenWebhook({ version: 2 })] });
    expect(disabled).toMatchObject([{ ref: { version: 1 } }]);
  });

  test('of an older generation of the webhook disables nothing', async () => {
    const rows = [givenRow(7, { status: 'exhausted', generation: 0, webhookVersion: 1 })];
    expect((await whenRepeated({}, { rows })).done).toEqual(['read row']);
  });

  test('tells the bus again where the first had disabled already', async () => {
    const webhooks = [givenWebhook({ active: false, generation: 2, disabled: DEAD })];
    const { announced } = await whenRepeated({ disableWebhook: async () => false }, { webhooks });
    expect(announced[0]).toEqual(toldOf(DEAD));
  });

  test('tells the bus again though the webhook has accepted a delivery since it was disabled', async () => {
    const webhooks = [givenWebhook({ active: false, generation: 2, disabled: DEAD })];
    const world = { webhooks, lastSuccessAt: AT + 1 };
    const { announced } = await whenRepeated({ disableWebhook: async () => false }, world);
    expect(announced[0]).toEqual(toldOf(DEAD));
  });

  test('tells of the delivery alone where the webhook was turned on since', async () => {
    const webhooks = [givenWebhook({ generation: 3 })];
    const { done, failed } = await whenRepeated({ disableWebhook: async () => false }, { webhooks });
    expect([done, failed]).toEqual([['read row', 'tell delivery.exhausted'], []]);
  });

  test('of a test, or a delivery that was cancelled, does nothing', async () => {
    for (const changes of [{ isTest: true }, { status: 'cancelled' as const, lastAttempt: undefined }]) {
      const rows = [givenRow(7, { status: 'exhausted', ...changes })];
      expect((await whenRepeated({}, { rows })).done).toEqual(['read row']);
    }
  });

  test('of a success is remembered as one, in case that was never added up, and counted no second time', async () => {
    const rows = [givenRow(1, { status: 'succeeded', lastAttempt: givenResult(200) })];
    const { done, statistics } = await whenDelivered(givenMessage(), { rows, receiveCount: 2 });
    expect(done).toEqual(['read row', 'add up']);
    expect(statistics).toEqual([[webhookIdOf(1), { hours: [], lastSuccessAt: AT }]]);
  });
});

describe('what the system told of itself, and was given up,', () => {
  test('turns off its webhook, which is told; that it was given up is not', async () => {
    const rows = [givenRow(6, { eventType: 'delivery.exhausted' })];
    const { done, recorded } = await whenDelivered(lastAttempt, { ...beforeLast, rows });
    expect(done.slice(-2)).toEqual(['disable', 'tell webhook.disabled']);
    expect(recorded[0]?.delivery.status).toBe('exhausted');
  });
});

test('a test that failed is told to nobody', async () => {
  const { done, recorded } = await whenDelivered(givenMessage({ test: true }), { answers: 500 });
  expect(recorded[0]?.delivery.status).toBe('exhausted');
  expect(done).toEqual(['post', 'record', 'add up']);
});

describe('an ending that meets trouble goes back', () => {
  test.each([
    ['asking for the last success', { getLastSuccessAt: throttled }],
    ['disabling', { disableWebhook: throttled }],
    ['telling the bus', { announce: throttled }],
    [
      'telling the bus of the delivery',
      {
        announce: ({ event }: Announcement) =>
          event.type === 'delivery.exhausted' ? throttled() : Promise.resolve(),
      },
    ],
  ])('in %s', async (_, changes) => {
    expect((await whenDelivered(lastAttempt, beforeLast, changes)).failed).toEqual(['message-1']);
  });
});
