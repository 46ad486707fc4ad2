import { describe, expect, test } from 'vitest';
import { MAX_EVENT_BYTES } from '../../core/event.ts';
import { dispatch } from '../../lambdas/dispatcher.ts';
import { givenRecord, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import {
  failedOf,
  givenDetail,
  givenEnvelope,
  givenLargeData,
  givenServices,
  SETTLED,
  THOUGHT,
} from './given-dispatch.ts';

const HOUR_MS = 3_600_000;

const padded = (bytes: number) => {
  const empty = `{"event":"thought.deleted","data":{"thought_id":"t","user_id":"${USER}","x":""}}`;
  return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
};

const givenBatch = () => {
  const other = givenDetail({
    settled: SETTLED.replace('event-1', 'event-2'),
    data: THOUGHT.replace(USER, 'user_124'),
  });
  return [
    givenRecord(givenEnvelope(), { messageId: 'mine' }),
    givenRecord(givenEnvelope(other), { messageId: 'other' }),
  ];
};

describe('what is no event of Cathcr', () => {
  test.each([
    ['no JSON', 'nonsense', /^body is not JSON/],
    ['nothing', '', /^body is not JSON/],
    ['null', 'null', /^body /],
    ['a list', '[{"Records":[]}]', /^body /],
    ['a text', '"thought.deleted"', /^body /],
    ['no envelope', '{"id":7}', /^id .*; time /],
    ['an envelope whose detail is null', givenEnvelope('null'), /^body takes an object$/],
    ['an envelope whose detail is a text', givenEnvelope('"{}"'), /^body takes an object$/],
    ['an envelope whose detail is a list', givenEnvelope('[]'), /^body takes an object$/],
    ['an envelope of a time that is none', givenEnvelope(givenDetail(), { time: 'yesterday' }), /^time /],
    ['of a number for its name', givenEnvelope(givenDetail().replace('"thought.deleted"', '7')), /^event /],
    ['of an id that is none', givenEnvelope(givenDetail({ settled: '"id":"a b",' })), /^id takes 1 to 128 /],
    ['of an id that is a number', givenEnvelope(givenDetail({ settled: '"id":1e999,' })), /^id /],
    [
      'accepted at a time that no id holds',
      givenEnvelope(givenDetail({ settled: '"id":"e","accepted_at":1e300,' })),
      /^accepted_at /,
    ],
    [
      'accepted thousands of years from now',
      givenEnvelope(givenDetail({ settled: `"id":"e","accepted_at":${2 ** 48 - 1},` })),
      /^accepted_at is not when /,
    ],
    [
      'of an owner whose name no key holds',
      givenEnvelope(givenDetail({ data: `{"thought_id":"t","user_id":"${'u'.repeat(3000)}"}` })),
      /^data\.user_id takes at most 256 /,
    ],
    [
      'two events at once',
      givenEnvelope().replace(/}$/, ',"detail":{"event":"thought.made"}}'),
      /^event takes the name/,
    ],
    ['a prototype', givenEnvelope(givenDetail({ settled: '"__proto__":{},' })), /^__proto__ /],
    ['a heap of brackets', `${'['.repeat(400_000)}${']'.repeat(400_000)}`, /^body /],
    [
      'a heap of brackets in an envelope',
      givenEnvelope(`{"event":${'['.repeat(400_000)}${']'.repeat(400_000)}}`),
      /^event /,
    ],
    ['a message at its limit', `"${'\\n'.repeat(524_287)}"`, /^body /],
    ['no envelope that names it', '{"id":"e","time":"2026-01-15T10:30:00Z","detail":{}}', /^detail-type /],
    [
      'an envelope without a detail',
      '{"id":"e","time":"2026-01-15T10:30:00Z","detail-type":"thought.deleted","source":"cathcr"}',
      /^detail /,
    ],
    ['of another source', givenEnvelope(givenDetail(), { source: 'cathcr.others' }), /^source /],
    ['of another name', givenEnvelope(givenDetail({ event: 'thought.made' })), /^event takes the name/],
    ['without an owner', givenEnvelope(givenDetail({ data: '{}' })), /data\.user_id /],
    ['with a field too many', givenEnvelope(givenDetail({ settled: '"x":1,' })), /^x is not a known field$/],
    ['too large', givenEnvelope(padded(MAX_EVENT_BYTES + 1)), /larger than 262144 bytes/],
  ])(
    'as it is %s ends as a dead letter with the reason, while its neighbours go on',
    async (_, body, reason) => {
      const { services, sent, deadLetters } = givenServices([givenWebhook()]);
      const records = [givenRecord(body, { messageId: 'poison' }), givenRecord(givenEnvelope())];
      expect(failedOf(await dispatch(services, records))).toEqual([]);
      expect(deadLetters).toEqual([{ body, reason: expect.stringMatching(reason) }]);
      expect(sent).toHaveLength(1);
    },
  );

  test('goes back where it cannot be put aside', async () => {
    const { services, sent } = givenServices([givenWebhook()], {
      deadLetter: () => Promise.reject(new Error('throttled')),
    });
    const records = [givenRecord('nonsense', { messageId: 'poison' }), givenRecord(givenEnvelope())];
    expect(failedOf(await dispatch(services, records))).toEqual(['poison']);
    expect(sent).toHaveLength(1);
  });

  test('is told of without a word of what it says', async () => {
    const { services, deadLetters } = givenServices([givenWebhook()]);
    const texts = ['private', '{"content": private', `{"content":"${'private '.repeat(20)}`];
    await dispatch(
      services,
      texts.map((text) => givenRecord(text)),
    );
    expect(deadLetters).toHaveLength(3);
    for (const { reason } of deadLetters) expect(reason).not.toContain('priva');
  });

  test('is not one of exactly 256 KiB', async () => {
    const { services, sent } = givenServices([givenWebhook()]);
    await dispatch(services, [givenRecord(givenEnvelope(padded(MAX_EVENT_BYTES)))]);
    expect(sent).toHaveLength(1);
  });
});

describe('an event straight from the bus whose envelope says', () => {
  const settledBy = { bus: '', producer: '"id":"producers-1",' };
  const whenSaid = async (envelope: Parameters<typeof givenEnvelope>[1], settled: string) => {
    const claims: string[] = [];
    const given = givenServices([givenWebhook()], {
      claimEventId: async (id, claim) => {
        claims.push(id);
        return { claim, isOwn: true };
      },
    });
    const body = givenEnvelope(givenDetail({ settled }), envelope);
    expect(failedOf(await dispatch(given.services, [givenRecord(body)]))).toEqual([]);
    return { ...given, claims };
  };
  const isoOf = (time: number) => new Date(time).toISOString();

  test.each([
    ['more than a day and an hour ago', -25 * HOUR_MS - 1],
    ['years ago', -20_000 * HOUR_MS],
    ['more than five minutes ahead', HOUR_MS / 12 + 1],
    ['years ahead', 20_000 * HOUR_MS],
  ])('a time %s ends as a dead letter that names it, unclaimed', async (_, ms) => {
    for (const settled of Object.values(settledBy)) {
      const { sent, claims, deadLetters } = await whenSaid({ time: isoOf(NOW + ms) }, settled);
      expect([sent, claims]).toEqual([[], []]);
      expect(deadLetters.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^time is not when /)]);
    }
  });

  test.each([
    ['a day and an hour ago', -25 * HOUR_MS],
    ['five minutes ahead', HOUR_MS / 12],
  ])('a time %s is passed on', async (_, ms) => {
    for (const settled of Object.values(settledBy)) {
      const { sent, deadLetters } = await whenSaid({ time: isoOf(NOW + ms) }, settled);
      expect(sent).toHaveLength(1);
      expect(deadLetters).toEqual([]);
    }
  });

  test('another detail-type than its event ends as a dead letter that names it', async () => {
    for (const settled of [SETTLED, ...Object.values(settledBy)]) {
      const { sent, claims, deadLetters } = await whenSaid({ detailType: 'thought.created' }, settled);
      expect([sent, claims]).toEqual([[], []]);
      expect(deadLetters.map(({ reason }) => reason)).toEqual([
        'detail-type is not the event, thought.deleted',
      ]);
    }
  });
});

describe('an event that is put back from among the dead letters', () => {
  const DAY_MS = 24 * HOUR_MS;
  const LATE = 'is longer ago than the 30 days for which rows are kept';
  const straight = (acceptedAt: number) =>
    givenEnvelope(givenDetail({ settled: '' }), { time: new Date(acceptedAt).toISOString() });
  const published = (acceptedAt: number) =>
    givenEnvelope(givenDetail({ settled: `"id":"event-1","accepted_at":${acceptedAt},` }));

  test.each([
    ['straight from the bus', straight, 'time'],
    ['of POST /events', published, 'accepted_at'],
  ])('%s is passed on while rows of its age are kept, and else told why not', async (_, givenBody, field) => {
    const whenPutBack = async (age: number) => {
      const given = givenServices([givenWebhook()]);
      const putBackAt = new Date(NOW).toISOString();
      await dispatch(given.services, [givenRecord(givenBody(NOW - age), { putBackAt })]);
      return given;
    };
    expect((await whenPutBack(30 * DAY_MS)).sent).toHaveLength(1);
    const late = await whenPutBack(30 * DAY_MS + 1);
    expect(late.sent).toEqual([]);
    expect(late.deadLetters.map(({ reason }) => reason)).toEqual([`${field} ${LATE}`]);
  });

  test('by other means is refused at the same age, where POST /events has settled its time', async () => {
    const { services, sent, deadLetters } = givenServices([givenWebhook()]);
    const ages = [30 * DAY_MS, 30 * DAY_MS + 1];
    await dispatch(
      services,
      ages.map((age, i) => givenRecord(published(NOW - age), { messageId: `message-${i}` })),
    );
    expect(sent).toHaveLength(1);
    expect(deadLetters.map(({ reason }) => reason)).toEqual([`accepted_at ${LATE}`]);
  });
});

describe('an event goes back to the queue, alone', () => {
  const webhooks = [
    givenWebhook({ id: webhookIdOf(1) }),
    givenWebhook({ id: webhookIdOf(2) }),
    givenWebhook({ id: webhookIdOf(3), userId: 'user_124' }),
  ];

  test('where the store does not answer', async () => {
    const { services, sent } = givenServices(webhooks, {
      listCandidates: async (userId) => {
        if (userId === USER) throw new Error('throttled');
        return webhooks.filter((webhook) => webhook.userId === userId);
      },
    });
    expect(failedOf(await dispatch(services, givenBatch()))).toEqual(['mine']);
    expect(sent.map(({ user_id }) => user_id)).toEqual(['user_124']);
  });

  test('where its payload could not be stored, and none of it is sent', async () => {
    const { services, sent } = givenServices(webhooks, {
      putPayload: () => Promise.reject(new Error('throttled')),
    });
    const data = givenLargeData();
    const [, other] = givenBatch();
    const large = givenRecord(givenEnvelope(givenDetail({ data })), { messageId: 'mine' });
    expect(failedOf(await dispatch(services, other ? [large, other] : []))).toEqual(['mine']);
    expect(sent.map(({ user_id }) => user_id)).toEqual(['user_124']);
  });

  test('where the queue took only a part of it', async () => {
    const { services } = givenServices(webhooks, {
      sendDeliveries: async (messages) => messages.filter(({ webhook_id }) => webhook_id === webhookIdOf(2)),
    });
    expect(failedOf(await dispatch(services, givenBatch()))).toEqual(['mine']);
  });

  test('once, where the queue took nothing of it', async () => {
    const { services } = givenServices(webhooks, { sendDeliveries: async (messages) => [...messages] });
    expect(failedOf(await dispatch(services, givenBatch()))).toEqual(['mine', 'other']);
  });

  test("where it could not be noted that its producer's event was passed on", async () => {
    const { services, sent } = givenServices(webhooks, {
      notePassedOn: () => Promise.reject(new Error('throttled')),
    });
    const [, other] = givenBatch();
    const mine = givenRecord(givenEnvelope(givenDetail({ settled: '"id":"producers-1",' })), {
      messageId: 'mine',
    });
    expect(failedOf(await dispatch(services, other ? [mine, other] : []))).toEqual(['mine']);
    expect(sent).toHaveLength(3);
  });

  test('where the queue took only a part of it, without a note that it was passed on', async () => {
    const { services, done } = givenServices(webhooks, {
      sendDeliveries: async ([first]) => (first ? [first] : []),
    });
    const mine = givenRecord(givenEnvelope(givenDetail({ settled: '"id":"producers-1",' })), {
      messageId: 'mine',
    });
    expect(failedOf(await dispatch(services, [mine]))).toEqual(['mine']);
    expect(done).toEqual([`list ${USER}`]);
  });
});
