import { describe, expect, test } from 'vitest';
import type { Counters } from '../../core/rate-limit.ts';
import { deliverBatch, type Services } from '../../lambdas/deliverer.ts';
import { type DeliveryMessage, deliveryMessageSchema } from '../../lambdas/delivery/message.ts';
import { givenRecord, givenWebhook, webhookIdOf } from './given.ts';
import {
  AT,
  givenMessage,
  givenRow,
  givenScheduledMessage,
  givenServices,
  SLOW_LANE,
  whenDelivered,
} from './given-delivery.ts';

const LIMIT = 5;
const EPOCH = 7;
const limited = givenWebhook({ rateLimit: LIMIT, rateEpoch: EPOCH });
const world = { webhooks: [limited] };
const standing = (counters: Counters): Partial<Services> => ({ getCounters: async () => counters });
const inSeconds = (seconds: number) => (AT + seconds * 1000) * 1000;
const FULL = standing({ gate: inSeconds(3) });
const called = { repeat: true, rate: { epoch: EPOCH, rest_seconds: 0 } };

/** A batch of these messages, and what came of it. */
async function whenBatch(
  messages: readonly DeliveryMessage[],
  changes: Partial<Services> = {},
  webhooks = [limited],
) {
  const slept: number[] = [];
  const given = givenServices({ webhooks }, { sleep: async (ms) => void slept.push(ms), ...changes });
  const records = messages.map((message, n) => givenRecord(message, { messageId: `${n}` }));
  const { batchItemFailures } = await deliverBatch(given.services, records);
  return { ...given, slept, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe('a webhook with a rate limit', () => {
  test('gets its requests one interval after the other, of one batch as well', async () => {
    const { posted, slept, done, failed } = await whenBatch([1, 2, 3].map(() => givenMessage()));
    expect(slept).toEqual([0, 200, 400]);
    expect(posted).toHaveLength(3);
    expect(done.filter((what) => what === 'take')).toHaveLength(1);
    expect(failed).toEqual([]);
  });

  test('and with more than may go out soon has the rest put back, with no attempt and no receive burnt', async () => {
    const { posted, delayed, failed, recorded } = await whenBatch([givenMessage(), givenMessage()], FULL);
    expect(posted).toEqual([]);
    expect(recorded).toEqual([]);
    expect(failed).toEqual([]);
    expect(delayed).toEqual([
      { message: { ...givenMessage(), ...called }, delaySeconds: 2 },
      { message: { ...givenMessage(), ...called }, delaySeconds: 3 },
    ]);
    for (const { message } of delayed) expect(deliveryMessageSchema.parse(message)).toEqual(message);
  });

  test('has what comes back attempted, once its row has been read', async () => {
    const { done, posted } = await whenDelivered(givenMessage(called), world);
    expect(posted).toHaveLength(1);
    expect(done.slice(0, 5)).toEqual(['read counters', 'take', 'sleep', 'read row', 'post']);
    const again = await whenDelivered(givenMessage(called), {
      ...world,
      rows: [givenRow(1, { status: 'succeeded' })],
    });
    expect(again.posted).toEqual([]);
  });

  test('lets those who have waited go first, and newcomers stand in line', async () => {
    const { posted, delayed } = await whenBatch(
      [givenMessage(), givenMessage(called)],
      standing({ line: inSeconds(60) }),
    );
    expect(posted).toHaveLength(1);
    expect(delayed).toEqual([{ message: { ...givenMessage(), ...called }, delaySeconds: 2 }]);
  });

  test('has a long wait go on where it was, and asks for no slot meanwhile', async () => {
    const waiting = givenMessage({ repeat: true, rate: { epoch: EPOCH, rest_seconds: 700 } });
    const { done, delayed } = await whenDelivered(waiting, world);
    expect(done).toEqual(['put back 1']);
    expect(delayed).toEqual([
      { message: { ...waiting, rate: { epoch: EPOCH, rest_seconds: 100 } }, delaySeconds: 600 },
    ]);
  });

  test.each([
    ['another limit', 50],
    ['the same limit, but set anew', LIMIT],
    ['none', undefined],
  ])('that has %s by now does not have them wait for the old one', async (_, rateLimit) => {
    const waiting = givenMessage({ repeat: true, rate: { epoch: EPOCH, rest_seconds: 700 } });
    const webhooks = [givenWebhook({ rateLimit, rateEpoch: EPOCH + 1 })];
    const { posted, delayed } = await whenDelivered(waiting, { webhooks });
    expect(posted).toHaveLength(1);
    expect(delayed).toEqual([]);
  });

  test('that is off by now, or gone, has what waits cancelled', async () => {
    const waiting = givenMessage({ repeat: true, rate: { epoch: EPOCH, rest_seconds: 700 } });
    for (const [webhooks, counted] of [
      [[{ ...limited, active: false }], ['add up']],
      [[], []],
    ] as const) {
      const { done, recorded } = await whenDelivered(waiting, { webhooks });
      expect(done).toEqual(['read row', 'record', ...counted]);
      expect(recorded[0]?.delivery.status).toBe('cancelled');
    }
  });

  test('counts retries, whose messages begin to wait anew', async () => {
    const retry = await whenDelivered(givenScheduledMessage(3), { ...world, rows: [givenRow(2)] }, FULL);
    expect(retry.posted).toEqual([]);
    expect(retry.delayed).toHaveLength(1);

    const first = await whenDelivered(givenMessage(called), { ...world, answers: 500 });
    expect(first.sent[0]).toMatchObject({ attempt: 2 });
    expect(first.sent[0]).not.toHaveProperty('rate');
    const third = await whenDelivered(givenScheduledMessage(3, called), {
      ...world,
      answers: 500,
      rows: [givenRow(2)],
    });
    expect(third.scheduled[0]?.message).not.toHaveProperty('rate');
  });

  test('has tests at once, which take no slot', async () => {
    const { done, posted } = await whenDelivered(givenMessage({ test: true }), world, FULL);
    expect(posted).toHaveLength(1);
    expect(done).not.toContain('take');
  });

  test('does not count for how long customers have waited for us', async () => {
    const { measured } = await whenDelivered(givenMessage(called), world);
    expect(measured[0]).toMatchObject({ Delivered: [1], TimeToDelivery: [] });
  });

  test('that is slow waits in the slow lane, and takes its slots there', async () => {
    const webhooks = [{ ...limited, slowSince: AT }];
    const outOfLane = await whenDelivered(givenMessage(), { webhooks }, FULL);
    expect(outOfLane.done).toEqual(['pass on 1']);
    const { passedOn, delayed, posted } = await whenDelivered(
      givenMessage(),
      { webhooks, queueArn: SLOW_LANE },
      FULL,
    );
    expect(passedOn).toEqual([{ ...givenMessage(), ...called }]);
    expect([...delayed, ...posted]).toEqual([]);
  });
});

describe('a line of a day', () => {
  const DAY_FULL = standing({ gate: inSeconds(3), line: inSeconds(86_401) });

  test('takes nobody else who comes for the first time: the delivery is skipped, and can be recovered', async () => {
    const { recorded, posted, delayed, failed, measured, statistics } = await whenBatch(
      [givenMessage()],
      DAY_FULL,
    );
    expect(measured).toMatchObject([{ Skipped: [1] }]);
    expect(statistics).toMatchObject([[limited.id, { hours: [{ figures: { skipped: 1, attempts: 0 } }] }]]);
    expect([...posted, ...delayed, ...failed]).toEqual([]);
    expect(recorded.map(({ delivery }) => delivery)).toMatchObject([
      { status: 'skipped', run: 1, attempt: 0 },
    ]);
    const delivered = { webhooks: [limited], rows: [givenRow(1, { status: 'succeeded' as const })] };
    const again = await whenDelivered(givenMessage({ repeat: true }), delivered, DAY_FULL);
    expect(again.recorded).toEqual([]);
  });

  test('a replay neither', async () => {
    const replay = givenMessage({ run: 2, run_started_at: AT });
    const given = { ...world, rows: [givenRow(1, { status: 'exhausted' })] };
    const { recorded, delayed } = await whenDelivered(replay, given, DAY_FULL);
    expect(delayed).toEqual([]);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'skipped', run: 2, attempt: 0 });
  });

  test('takes those who have waited, retries, and the one of an ordered webhook whose turn it is', async () => {
    const { recorded, delayed } = await whenBatch([givenMessage(called), givenMessage()], DAY_FULL);
    expect(delayed.map(({ message }) => message)).toEqual([{ ...givenMessage(), ...called }]);
    expect(recorded).toHaveLength(1);
    const retry = await whenDelivered(givenScheduledMessage(3), { ...world, rows: [givenRow(2)] }, DAY_FULL);
    expect(retry.delayed).toHaveLength(1);
    expect(retry.recorded).toEqual([]);
  });

  test('takes as many as there is room for', async () => {
    const almostFull = standing({ gate: inSeconds(3), line: inSeconds(86_399.9) });
    const { recorded, delayed } = await whenBatch([givenMessage(), givenMessage()], almostFull);
    expect(delayed).toHaveLength(1);
    expect(recorded).toHaveLength(1);
  });
});

describe('trouble with a rate limit', () => {
  const other = givenWebhook({ id: webhookIdOf(2) });
  const batch = [givenMessage(), givenMessage(), givenMessage({ webhook_id: other.id })];
  const whenTroubled = (changes: Partial<Services>) => whenBatch(batch, changes, [limited, other]);

  test.each<[string, Partial<Services>]>([
    ['its counters cannot be read', { getCounters: () => Promise.reject(new Error('throttled')) }],
    ['its counters cannot be written', { takeFromCounter: () => Promise.reject(new Error('throttled')) }],
    ['others always come first', { takeFromCounter: async () => undefined }],
    [
      'the queue does not take what is to wait',
      { ...FULL, sendDeliveries: async (messages) => [...messages] },
    ],
  ])('%s: its messages go back, and those of others are attempted', async (_, changes) => {
    const { failed, posted } = await whenTroubled(changes);
    expect(failed).toEqual(['0', '1']);
    expect(posted).toHaveLength(1);
  });

  const ROOM_FOR_ONE = { gate: inSeconds(2) };
  test.each<[string, Partial<Services>]>([
    [
      'the line cannot be written',
      {
        getCounters: async () => ROOM_FOR_ONE,
        takeFromCounter: async (_, { counter }) => {
          if (counter === 'line') throw new Error('throttled');
          return inSeconds(0);
        },
      },
    ],
    [
      'the queue cannot be reached',
      { ...standing(ROOM_FOR_ONE), sendDeliveries: () => Promise.reject(new Error('throttled')) },
    ],
  ])('%s: who has a slot is attempted all the same', async (_, changes) => {
    const { failed, posted } = await whenBatch([givenMessage(), givenMessage()], changes);
    expect(posted).toHaveLength(1);
    expect(failed).toEqual(['1']);
  });

  test('others came in between: it is asked again, consistently', async () => {
    const consistent: boolean[] = [];
    const { failed, posted } = await whenBatch([givenMessage()], {
      getCounters: async (_, { isConsistent }) => {
        consistent.push(isConsistent);
        return {};
      },
      takeFromCounter: async (_, { from }) => (consistent.length < 3 ? undefined : from),
    });
    expect(consistent).toEqual([false, true, true]);
    expect(posted).toHaveLength(1);
    expect(failed).toEqual([]);
  });
});

test('a webhook without a rate limit costs nothing more, and waits for no other', async () => {
  const other = givenWebhook({ id: webhookIdOf(2) });
  let resolve = (_: Counters) => {};
  const promise = new Promise<Counters>((found) => {
    resolve = found;
  });
  const { services, done, posted } = givenServices(
    { webhooks: [limited, other] },
    { getCounters: () => promise },
  );
  const batch = deliverBatch(services, [
    givenRecord(givenMessage()),
    givenRecord(givenMessage({ webhook_id: other.id })),
  ]);
  await expect.poll(() => posted).toHaveLength(1);
  expect(done[0]).toBe('post');
  expect(done).not.toContain('take');
  resolve({});
  await batch;
  expect(posted).toHaveLength(2);
});
