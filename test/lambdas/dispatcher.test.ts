import { describe, expect, test } from 'vitest';
import { ConflictError } from '../../core/errors.ts';
import { EVENT_CATALOGUE } from '../../core/event-catalogue.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import { unpack } from '../../lambdas/aws/packing.ts';
import { deliveryMessageSchema } from '../../lambdas/delivery/message.ts';
import { dispatch, type Services } from '../../lambdas/dispatcher.ts';
import { givenRecord, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import { givenClaims } from './given-claims.ts';
import {
  givenDetail,
  givenEnvelope,
  givenLargeData,
  givenServices,
  SETTLED,
  THOUGHT,
} from './given-dispatch.ts';

const whenDispatched = async (settled: string, envelope = {}, changes: Partial<Services> = {}) => {
  const given = givenServices([givenWebhook()], changes);
  await dispatch(given.services, [givenRecord(givenEnvelope(givenDetail({ settled }), envelope))]);
  return given;
};

describe('an event is passed on', () => {
  test('to the webhooks of its owner that are on and subscribed to it', async () => {
    const { services, sent } = givenServices([
      givenWebhook({ id: webhookIdOf(1), generation: 3 }),
      givenWebhook({ id: webhookIdOf(2), events: ['thought.updated'] }),
      givenWebhook({ id: webhookIdOf(3), active: false }),
      givenWebhook({ id: webhookIdOf(4), userId: 'user_124' }),
      givenWebhook({ id: webhookIdOf(5), events: ['thought.deleted'] }),
    ]);
    expect(await dispatch(services, [givenRecord(givenEnvelope())])).toEqual({ batchItemFailures: [] });
    expect(sent.map(({ webhook_id, generation }) => [webhook_id, generation])).toEqual([
      [webhookIdOf(1), 3],
      [webhookIdOf(5), 1],
    ]);
  });

  test('to those of them alone whose filter matches its data', async () => {
    const { services, sent } = givenServices([
      givenWebhook({ id: webhookIdOf(1), filter: '{"thought_id":["t"],"n":[1.1]}' }),
      givenWebhook({ id: webhookIdOf(2), filter: '{"thought_id":["x"]}' }),
      givenWebhook({ id: webhookIdOf(3) }),
    ]);
    expect(await dispatch(services, [givenRecord(givenEnvelope())])).toEqual({ batchItemFailures: [] });
    expect(sent.map(({ webhook_id }) => webhook_id)).toEqual([webhookIdOf(1), webhookIdOf(3)]);
  });

  test('as the first attempt of a delivery, its payload in the message', async () => {
    const { services, sent, stored } = givenServices([givenWebhook()]);
    await dispatch(services, [givenRecord(givenEnvelope())]);
    const [message] = sent;
    expect(deliveryMessageSchema.parse(message)).toEqual(message);
    expect(message).toMatchObject({
      user_id: USER,
      run: 1,
      attempt: 1,
      event: { id: 'event-1', type: 'thought.deleted', timestamp: '2024-01-15T10:30:00Z' },
    });
    expect(acceptedAtOf(message?.delivery_id ?? '')).toBe(NOW);
    expect(unpack(Buffer.from(message?.event?.payload ?? '', 'base64'))).toBe(
      `{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00Z","data":${THOUGHT}}`,
    );
    expect(stored).toEqual([]);
    expect(JSON.stringify(message)).not.toContain('your_webhook_secret');
  });

  test('to nobody, and nothing is stored, where nobody is subscribed', async () => {
    const { services, sent, stored } = givenServices([]);
    const large = givenDetail({ data: givenLargeData() });
    expect(await dispatch(services, [givenRecord(givenEnvelope(large))])).toEqual({ batchItemFailures: [] });
    expect([...sent, ...stored]).toEqual([]);
  });

  test('by reference where its payload is large, which is stored once before anything is sent', async () => {
    const { services, done, sent, stored } = givenServices([
      givenWebhook(),
      givenWebhook({ id: webhookIdOf(2) }),
    ]);
    const data = givenLargeData();
    await dispatch(services, [givenRecord(givenEnvelope(givenDetail({ data })))]);
    expect(done).toEqual([`list ${USER}`, 'store', 'send']);
    expect(stored).toEqual([
      {
        eventId: 'event-1',
        payload: `{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00Z","data":${data}}`,
      },
    ]);
    expect(sent.map(({ event }) => event?.payload)).toEqual([undefined, undefined]);
  });

  test('marked as a repeat from its second receive on', async () => {
    const marks = await Promise.all(
      [1, 2, 3].map(async (receiveCount) => {
        const { services, sent } = givenServices([givenWebhook(), givenWebhook({ id: webhookIdOf(2) })]);
        await dispatch(services, [givenRecord(givenEnvelope(), { receiveCount })]);
        for (const message of sent) expect(deliveryMessageSchema.parse(message)).toEqual(message);
        return sent.map(({ repeat }) => repeat);
      }),
    );
    expect(marks).toEqual([
      [undefined, undefined],
      [true, true],
      [true, true],
    ]);
  });

  test('a second time under the same delivery ids', async () => {
    const { services, sent } = givenServices([givenWebhook(), givenWebhook({ id: webhookIdOf(2) })]);
    await dispatch(services, [givenRecord(givenEnvelope())]);
    await dispatch(services, [givenRecord(givenEnvelope(givenDetail(), { id: 'envelope-2' }))]);
    const [a, b, ...again] = sent.map(({ delivery_id }) => delivery_id);
    expect(again).toEqual([a, b]);
    expect(a).not.toBe(b);
  });

  test('with the others of its batch, for whose owner is asked once', async () => {
    const { services, done, sent } = givenServices([givenWebhook(), givenWebhook({ userId: 'user_124' })]);
    const other = givenDetail({ data: THOUGHT.replace(USER, 'user_124') });
    const records = [
      givenEnvelope(),
      givenEnvelope(other),
      givenEnvelope(givenDetail({ settled: SETTLED.replace('event-1', 'event-2') })),
    ];
    await dispatch(
      services,
      records.map((body, i) => givenRecord(body, { messageId: `message-${i}` })),
    );
    expect(done).toEqual([`list ${USER}`, 'list user_124', 'send']);
    expect(sent).toHaveLength(3);
  });
});

describe('an event straight from the bus', () => {
  test('without an id has one of its envelope: the same for repeats of it, another for another', async () => {
    const [first] = (await whenDispatched('')).sent;
    const [repeat] = (await whenDispatched('')).sent;
    const [other] = (await whenDispatched('', { id: 'envelope-2' })).sent;
    expect(first?.event?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(acceptedAtOf(first?.event?.id ?? '')).toBe(NOW);
    expect(repeat).toEqual(first);
    expect(other?.delivery_id).not.toBe(first?.delivery_id);
  });

  test('with an id of its producer keeps the time at which that first came', async () => {
    const claims: unknown[] = [];
    const { sent, done } = await whenDispatched(
      '"id":"producers-1",',
      {},
      {
        claimEventId: async (id, claim) => {
          claims.push([id, claim]);
          return { claim: { ...claim, acceptedAt: NOW - 5000 }, isOwn: false };
        },
      },
    );
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(claims).toEqual([['producers-1', { acceptedAt: NOW, hash, isPassedOn: false }]]);
    expect(sent[0]?.event?.id).toBe('producers-1');
    expect(acceptedAtOf(sent[0]?.delivery_id ?? '')).toBe(NOW - 5000);
    expect(done).toEqual([`list ${USER}`, 'send', 'note producers-1']);
  });

  test('that came before under its id, or was put back, is passed on as a repeat', async () => {
    const claimEventId = givenClaims();
    const own = await whenDispatched('"id":"producers-1",', {}, { claimEventId });
    expect(own.sent.map(({ repeat }) => repeat)).toEqual([undefined]);
    const another = await whenDispatched('"id":"producers-1",', { id: 'envelope-2' }, { claimEventId });
    expect(another.sent.map(({ repeat }) => repeat)).toEqual([true]);
    const { services, sent } = givenServices([givenWebhook()]);
    await dispatch(services, [givenRecord(givenEnvelope(), { putBackAt: '2026-01-15T12:00:00Z' })]);
    expect(sent.map(({ repeat }) => repeat)).toEqual([true]);
  });

  test('that POST /events puts there as a repeat is passed on as one', async () => {
    const { sent } = await whenDispatched(`${SETTLED}"repeat":true,`);
    expect(sent.map(({ event, repeat }) => [event?.id, repeat])).toEqual([['event-1', true]]);
    const plain = await whenDispatched(SETTLED);
    expect(plain.sent.map(({ repeat }) => repeat)).toEqual([undefined]);
  });

  test("that has been passed on under its producer's id is not passed on again", async () => {
    const { sent, done, deadLetters } = await whenDispatched(
      '"id":"producers-1",',
      {},
      {
        claimEventId: async (_, claim) => ({ claim: { ...claim, isPassedOn: true }, isOwn: false }),
      },
    );
    expect([sent, deadLetters]).toEqual([[], []]);
    expect(done).toEqual(['send']);
  });

  test('whose id was given to another event ends as a dead letter that says so', async () => {
    const { sent, deadLetters } = await whenDispatched(
      '"id":"producers-1",',
      {},
      {
        claimEventId: async () => {
          throw new ConflictError({ field: 'id', detail: 'was given to another event before' });
        },
      },
    );
    expect(sent).toEqual([]);
    expect(deadLetters.map(({ reason }) => reason)).toEqual(['id was given to another event before']);
  });

  test('is not claimed again where POST /events has settled its id', async () => {
    const { sent } = await whenDispatched(
      SETTLED,
      { time: '2026-01-15T10:30:07Z' },
      {
        claimEventId: async () => {
          throw new Error('claimed');
        },
      },
    );
    expect(acceptedAtOf(sent[0]?.delivery_id ?? '')).toBe(NOW);
  });
});

describe('the numbers of a batch', () => {
  test('tell what went back, once', async () => {
    const { services, measured } = givenServices([givenWebhook()], {
      sendDeliveries: async ([first]) => (first ? [first] : []),
    });
    const other = givenDetail({ settled: SETTLED.replace('event-1', 'event-2') });
    const records = [
      givenRecord(givenEnvelope(), { messageId: 'refused' }),
      givenRecord(givenEnvelope(other), { messageId: 'taken' }),
      givenRecord('nonsense', { messageId: 'dead' }),
    ];
    await dispatch(services, records);
    expect(measured).toEqual([{ SentBack: [1] }]);
  });

  test('leave out what is zero', async () => {
    const { services, measured } = givenServices([givenWebhook()]);
    await dispatch(services, [givenRecord(givenEnvelope())]);
    expect(measured).toEqual([{}]);
  });
});

describe('what the system tells of itself is passed on', () => {
  const own = { source: 'cathcr.webhooks', detailType: 'webhook.disabled' };
  const data = { ...EVENT_CATALOGUE['webhook.disabled'].sample, webhook_id: webhookIdOf(1), user_id: USER };
  const envelope = () =>
    givenEnvelope(givenDetail({ event: 'webhook.disabled', data: JSON.stringify(data) }), own);

  test('to the other webhooks of its owner that ask for it, as what may have been told before', async () => {
    const { services, sent } = givenServices([
      givenWebhook({ id: webhookIdOf(1), events: ['webhook.*'] }),
      givenWebhook({ id: webhookIdOf(2), events: ['webhook.*'] }),
      givenWebhook({ id: webhookIdOf(3), events: ['*'] }),
      givenWebhook({ id: webhookIdOf(4), events: ['webhook.*'], userId: 'user_124' }),
      givenWebhook({ id: webhookIdOf(5), events: ['webhook.disabled', '*'] }),
    ]);
    await dispatch(services, [givenRecord(envelope())]);
    expect(sent.map(({ webhook_id, repeat }) => [webhook_id, repeat])).toEqual([
      [webhookIdOf(2), true],
      [webhookIdOf(5), true],
    ]);
    const [{ event } = { event: undefined }] = sent;
    const payload = unpack(Buffer.from(event?.payload ?? '', 'base64'));
    expect(JSON.parse(payload)).toMatchObject({ event: 'webhook.disabled', data });
  });

  test.each([
    [
      'one of another source than its own',
      'cathcr',
      'webhook.disabled',
      /^event is an event that this system/,
    ],
    ['an event of Cathcr', 'cathcr.webhooks', 'thought.deleted', /^event /],
  ])('unless it is %s, which is a dead letter', async (_, source, detailType, reason) => {
    const { services, sent, deadLetters } = givenServices([givenWebhook({ events: ['*', 'webhook.*'] })]);
    const detail = givenDetail({ event: detailType, data: JSON.stringify({ ...data, thought_id: 't' }) });
    await dispatch(services, [givenRecord(givenEnvelope(detail, { source, detailType }))]);
    expect(sent).toEqual([]);
    expect(deadLetters).toEqual([{ body: expect.any(String), reason: expect.stringMatching(reason) }]);
  });
});
