import { describe, expect, test } from 'vitest';
import { MissingError } from '../../core/failure.ts';
import { hourOf } from '../../core/figures.ts';
import { deriveDeliveryId } from '../../core/ids.ts';
import { deliverBatch, type Services } from '../../lambdas/deliverer.ts';
import { OwnTroubleError } from '../../lambdas/outbound/post.ts';
import { DELIVERY_ID, givenRecord, givenWebhook, NOW, webhookIdOf } from './given.ts';
import {
  AT,
  givenEvent,
  givenFigures,
  givenMessage,
  givenResult,
  givenRow,
  givenScheduledMessage,
  givenServices,
  whenDelivered,
} from './given-delivery.ts';

/** Of another delivery to the same webhook. */
const LAST_ID = deriveDeliveryId(NOW, 'event-2', webhookIdOf(1));

const throttled = () => Promise.reject(new Error('throttled'));
const failedOf = async (services: Services, records: Parameters<typeof deliverBatch>[1]) =>
  (await deliverBatch(services, records)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

describe('trouble of our own', () => {
  test('is no attempt: nothing is recorded or counted, and that message alone goes back', async () => {
    const webhooks = [givenWebhook(), givenWebhook({ id: webhookIdOf(2), url: 'https://other.example/' })];
    const { services, recorded, statistics, sent } = givenServices(
      { webhooks },
      {
        post: async (request) => {
          if (request.url.includes('other')) throw new OwnTroubleError('no request could be made: EMFILE');
          return { result: givenResult(200) };
        },
      },
    );
    const records = [
      givenRecord(givenMessage(), { messageId: 'good' }),
      givenRecord(givenMessage({ webhook_id: webhookIdOf(2) }), { messageId: 'troubled' }),
    ];
    expect(await failedOf(services, records)).toEqual(['troubled']);
    expect(recorded.map(({ delivery }) => delivery.webhookId)).toEqual([webhookIdOf(1)]);
    expect(statistics.map(([id]) => id)).toEqual([webhookIdOf(1)]);
    expect(sent).toEqual([]);
  });

  test.each([
    ['the webhook', { getWebhook: throttled }],
    ['the row', { getDelivery: throttled }],
    ['the payload', { getPayload: throttled }],
  ])('in reading %s goes back without a request', async (_, changes) => {
    const rows = [{ ...givenRow(2), payload: undefined }];
    const { posted, failed } = await whenDelivered(givenScheduledMessage(3), { rows }, changes);
    expect(posted).toEqual([]);
    expect(failed).toEqual(['message-1']);
  });

  test('in recording goes back', async () => {
    expect((await whenDelivered(givenMessage(), {}, { recordAttempt: throttled })).failed).toEqual([
      'message-1',
    ]);
  });

  test('tells the request how often the message was received', async () => {
    const { posted } = await whenDelivered(givenMessage(), { receiveCount: 4 });
    expect(posted[0]?.receiveCount).toBe(4);
  });
});

describe('a message that cannot be understood', () => {
  test.each([
    ['nonsense', /^body is not JSON/],
    ['', /^body is not JSON/],
    ['null', /^body /],
    ['[]', /^body /],
    ['"text"', /^body /],
    ['[{"Records":[]}]', /^body /],
    [{}, /user_id .*webhook_id .*generation .*delivery_id .*run .*attempt /],
    [givenMessage({ user_id: '' }), /^user_id must not be empty$/],
    [givenMessage({ user_id: 'u'.repeat(3000) }), /^user_id takes at most 256 /],
    [givenMessage({ webhook_id: 'webhook_789' }), /^webhook_id /],
    [givenMessage({ delivery_id: 'delivery_123' }), /^delivery_id /],
    [givenMessage({ delivery_id: DELIVERY_ID.toUpperCase() }), /^delivery_id /],
    [givenMessage({ delivery_id: '12345678-1234-4234-8234-123456789012' }), /^delivery_id /],
    [givenMessage({ attempt: 0 }), /^attempt /],
    [givenMessage({ attempt: 1e308 }), /^attempt /],
    [{ ...givenMessage(), attempt: '1' }, /^attempt /],
    [givenMessage({ run: 2 ** 53 }), /^run /],
    [givenMessage({ generation: 1.5 }), /^generation /],
    [givenMessage({ run_started_at: Number.MAX_SAFE_INTEGER }), /^run_started_at /],
    [givenMessage({ attempts: [{ at: -1, run: 1, attempt: 1 }] }), /^attempts\[0\]\.at /],
    [{ ...givenMessage(), event: 'thought.deleted' }, /^event /],
    [givenMessage({ event: givenEvent({ id: 'x'.repeat(129) }) }), /^event\.id /],
    [givenMessage({ event: givenEvent({ payload: 'bm9uc2Vuc2U=' }) }), /^event\.payload cannot be unpacked$/],
    [{ ...givenMessage(), event: { ...givenEvent(), type: 'thought.made' } }, /^event\.type /],
  ])('%j ends as a dead letter with the reason, and its neighbours go on', async (body, reason) => {
    const { services, posted, deadLetters } = givenServices();
    const records = [givenRecord(body, { messageId: 'poison' }), givenRecord(givenMessage())];
    expect(await failedOf(services, records)).toEqual([]);
    expect(deadLetters).toEqual([{ body: records[0]?.body, reason: expect.stringMatching(reason) }]);
    expect(posted).toHaveLength(1);
  });

  test('goes back where it cannot be put aside', async () => {
    const { services } = givenServices({}, { deadLetter: throttled });
    expect(await failedOf(services, [givenRecord('nonsense', { messageId: 'poison' })])).toEqual(['poison']);
  });
});

describe('what a message needs and is not there', () => {
  const missing = {
    row: { message: givenScheduledMessage(3), world: {}, changes: {} },
    payload: {
      message: givenScheduledMessage(3),
      world: { rows: [{ ...givenRow(2), payload: undefined }] },
      changes: { getPayload: () => Promise.reject(new MissingError('the payload is not in the table')) },
    },
  };

  test.each(Object.entries(missing))(
    'is waited for: a message without its %s goes back',
    async (_, given) => {
      for (const receiveCount of [1, 10]) {
        const { failed, posted, recorded, deadLetters } = await whenDelivered(
          given.message,
          { ...given.world, receiveCount },
          given.changes,
        );
        expect(failed).toEqual(['message-1']);
        expect([posted, recorded, deadLetters]).toEqual([[], [], []]);
      }
    },
  );

  test.each(Object.entries(missing))('ends it as a dead letter in the end: the %s', async (what, given) => {
    const { services, posted, deadLetters } = givenServices(given.world, given.changes);
    const poison = givenRecord(given.message, { messageId: 'poison', receiveCount: 11 });
    const good = givenRecord(givenMessage({ delivery_id: LAST_ID }));
    expect(await failedOf(services, [poison, good])).toEqual([]);
    expect(deadLetters).toEqual([{ body: poison.body, reason: expect.stringContaining(`the ${what} `) }]);
    expect(posted).toHaveLength(1);
  });

  test('is no row where the message carries its event, nor where its webhook is gone', async () => {
    const { posted } = await whenDelivered(givenMessage({ attempt: 2 }), { receiveCount: 11 });
    expect(posted).toHaveLength(1);
    const ofGone = await whenDelivered(givenMessage(), { webhooks: [], receiveCount: 11 });
    expect(ofGone.recorded.map(({ delivery }) => delivery.status)).toEqual(['cancelled']);
    expect(ofGone.deadLetters).toEqual([]);
  });
});

describe('the statistics of a batch', () => {
  const records = [1, 1, 2].map((n, i) =>
    givenRecord(givenMessage({ webhook_id: webhookIdOf(n) }), { messageId: `message-${i}` }),
  );
  const webhooks = [givenWebhook(), givenWebhook({ id: webhookIdOf(2) })];

  test('are added once for each webhook', async () => {
    const { services, statistics } = givenServices({ webhooks });
    let posts = 0;
    const post: Services['post'] = async () => {
      posts += 1;
      return { result: { ...givenResult(posts === 1 ? 500 : 200), at: AT + posts } };
    };
    await deliverBatch({ ...services, post }, records);
    expect(statistics).toHaveLength(2);
    expect(Object.fromEntries(statistics)).toEqual({
      [webhookIdOf(1)]: {
        hours: [{ hour: hourOf(AT), figures: givenFigures(2, { failed: 1 }) }],
        lastDeliveryAt: AT + 2,
        lastSuccessAt: AT + 2,
      },
      [webhookIdOf(2)]: {
        hours: [{ hour: hourOf(AT), figures: givenFigures(1) }],
        lastDeliveryAt: AT + 3,
        lastSuccessAt: AT + 3,
      },
    });
  });

  test('that cannot be added send back what tells of a success, and leave failures out', async () => {
    const { services, recorded } = givenServices({ webhooks }, { addStatistics: throttled });
    let posts = 0;
    const post: Services['post'] = async () => {
      posts += 1;
      return { result: givenResult(posts === 1 ? 200 : 500) };
    };
    expect(await failedOf({ ...services, post }, records)).toEqual(['message-0']);
    expect(recorded.map(({ delivery }) => delivery.status)).toEqual(['succeeded', 'retrying', 'retrying']);
  });

  test('that cannot be added for one webhook send back what tells of a success of that one alone', async () => {
    const { services } = givenServices(
      { webhooks },
      { addStatistics: async (id) => (id === webhookIdOf(2) ? throttled() : undefined) },
    );
    expect(await failedOf(services, records)).toEqual(['message-2']);
  });

  test('that cannot be added again send back a repeat that tells of a success of before', async () => {
    const rows = [givenRow(1, { status: 'succeeded', lastAttempt: givenResult(200) })];
    const world = { rows, receiveCount: 2 };
    const { posted, failed } = await whenDelivered(givenMessage(), world, { addStatistics: throttled });
    expect([posted, failed]).toEqual([[], ['message-1']]);
  });

  test('that cannot be added turn off no webhook that has accepted something in the very batch', async () => {
    const rows = [givenRow(6, { id: LAST_ID })];
    const { services, disabled } = givenServices({ rows }, { addStatistics: throttled });
    const post: Services['post'] = async ({ headers }) => ({
      result: givenResult(headers['X-Cathcr-Delivery'] === LAST_ID ? 500 : 200),
    });
    const last = givenRecord(givenScheduledMessage(7, { delivery_id: LAST_ID }), { messageId: 'last' });
    const failed = await failedOf({ ...services, post }, [givenRecord(givenMessage()), last]);
    expect(disabled).toEqual([]);
    expect(failed.toSorted()).toEqual(['last', 'message-1']);
  });

  test('that cannot be added keep nobody from turning off a webhook that has accepted nothing', async () => {
    const world = { rows: [givenRow(6)], answers: 500 };
    const { disabled, failed } = await whenDelivered(givenScheduledMessage(7), world, {
      addStatistics: throttled,
    });
    expect(disabled).toHaveLength(1);
    expect(failed).toEqual([]);
  });
});

test('a webhook is read once for all of its deliveries in a batch', async () => {
  const { services } = givenServices();
  const reads: string[] = [];
  const getWebhook: Services['getWebhook'] = (userId, id) => {
    reads.push(id);
    return services.getWebhook(userId, id);
  };
  const records = [1, 2, 3].map((i) => givenRecord(givenMessage(), { messageId: `message-${i}` }));
  await deliverBatch({ ...services, getWebhook }, records);
  expect(reads).toEqual([webhookIdOf(1)]);
});
