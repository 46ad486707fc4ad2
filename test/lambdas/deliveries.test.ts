import { describe, expect, test } from 'vitest';
import { acceptedAtOf, showDeliveryId } from '../../core/ids.ts';
import { sliceMembers } from '../../core/json.ts';
import { unpack } from '../../lambdas/aws/packing.ts';
import { type DeliveryMessage, deliveryMessageSchema } from '../../lambdas/delivery/message.ts';
import { DELIVERY_ID, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import { at, givenEndpoints } from './given-deliveries-api.ts';
import { AT, givenResult, givenRow } from './given-delivery.ts';
import { givenRequest } from './http/given-api.ts';

const whenTested = async (body: unknown, given = givenEndpoints()) => ({
  ...given,
  answered: await given.endpoints['POST /webhooks/{webhook_id}/test'](givenRequest({ ...at(), body })),
});

describe('GET /webhooks/{webhook_id}/deliveries', () => {
  const list = 'GET /webhooks/{webhook_id}/deliveries';

  test('lists deliveries as the contract shows them', async () => {
    const { endpoints } = givenEndpoints([givenRow(3, { lastAttempt: givenResult(500), nextAttemptAt: AT })]);
    const { status, body } = await endpoints[list](givenRequest(at()));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deliveries: [
        {
          id: showDeliveryId(DELIVERY_ID),
          timestamp: '2024-01-15T10:30:00Z',
          event: 'thought.deleted',
          status: 'retrying',
          status_code: 500,
          response_time: 500,
          attempt: 3,
          success: false,
          error: 'Response 500',
        },
      ],
      pagination: { total: 1, limit: 20, offset: 0 },
    });
  });

  test('asks for the page and the filters of its query', async () => {
    const { endpoints, pages } = givenEndpoints();
    const query = {
      limit: '5',
      offset: '10',
      status: 'exhausted',
      event: 'reminder.due',
      since: '2026-01-15T10:30:00Z',
    };
    await endpoints[list](givenRequest({ ...at(), query }));
    const asked = { limit: 5, offset: 10, status: 'exhausted', event: 'reminder.due', since: NOW };
    expect(pages).toEqual([[webhookIdOf(1), asked, asked]]);
  });

  test.each([
    ['2026-01-15T10:30:00.001Z', '2026-01-15T10:30:00Z'],
    ['2026-01-15T10:30:00Z', '2026-01-15T12:29:59+02:00'],
  ])('refuses since %s until %s, and names until alone', async (since, until) => {
    const { endpoints, pages } = givenEndpoints();
    const asked = endpoints[list](givenRequest({ ...at(), query: { since, until } }));
    await expect(asked).rejects.toMatchObject({
      status: 400,
      faults: [{ field: 'until', detail: 'is before since' }],
    });
    expect(pages).toEqual([]);
  });

  test('takes since and until of one time', async () => {
    const { endpoints, pages } = givenEndpoints();
    const query = { since: '2026-01-15T10:30:00Z', until: '2026-01-15T12:30:00+02:00' };
    await endpoints[list](givenRequest({ ...at(), query }));
    expect(pages).toMatchObject([[webhookIdOf(1), { since: NOW, until: NOW }, {}]]);
  });

  test.each([
    { limit: '0' },
    { limit: '1000' },
    { status: 'failed' },
    { event: 'x' },
    { since: 'x' },
    { page: '1' },
  ])('refuses %j', async (query) => {
    const asked = givenEndpoints().endpoints[list](givenRequest({ ...at(), query }));
    await expect(asked).rejects.toMatchObject({ status: 400, faults: [{ field: Object.keys(query)[0] }] });
  });
});

describe('what is not there', () => {
  const { endpoints, done } = givenEndpoints([givenRow(1)]);
  const routes = Object.keys(endpoints) as (keyof typeof endpoints)[];

  test.each(routes)(
    "is a 404 for %s of another's, an unknown and a malformed webhook alike",
    async (route) => {
      const answers = await Promise.all(
        [
          { ...at(undefined), caller: { userId: 'user_124' } },
          at(undefined, webhookIdOf(7)),
          at(undefined, 'webhook_789'),
        ].map((asked) =>
          endpoints[route](givenRequest({ ...asked, body: '' })).catch((error: unknown) => error),
        ),
      );
      for (const answer of answers)
        expect(answer).toMatchObject({ status: 404, message: 'there is no webhook of this id' });
      expect(done).toEqual([]);
    },
  );

  test.each(routes.filter((route) => route.includes('{delivery_id}')))(
    'is a 404 for %s of an unknown and a malformed delivery alike',
    async (route) => {
      for (const id of ['delivery_123', '', DELIVERY_ID.replace(/.$/, (last) => (last === '0' ? '1' : '0'))])
        await expect(endpoints[route](givenRequest(at(id)))).rejects.toMatchObject({
          status: 404,
          message: 'there is no delivery of this id',
        });
    },
  );
});

/** The JSON text of the data in what was sent. */
const dataOf = ([message]: readonly DeliveryMessage[]) =>
  sliceMembers(unpack(Buffer.from(message?.event?.payload ?? '', 'base64'))).get('data');

describe('POST /webhooks/{webhook_id}/test', () => {
  test('sends a sample of the event to the webhook, once, and then has its row', async () => {
    const { answered, done, sent, recorded } = await whenTested({ event: 'reminder.due' });
    const [message] = sent;
    expect(deliveryMessageSchema.parse(message)).toEqual(message);
    expect(message).toMatchObject({ test: true, run: 1, attempt: 1, event: { type: 'reminder.due' } });
    expect(acceptedAtOf(message?.delivery_id ?? '')).toBe(NOW);
    expect(answered).toEqual({
      status: 202,
      body: { delivery_id: showDeliveryId(message?.delivery_id ?? '') },
    });
    expect(done.slice(-2)).toEqual(['send', 'record']);
    expect(recorded[0]).toMatchObject({
      id: message?.delivery_id,
      status: 'pending',
      attempt: 0,
      isTest: true,
    });
  });

  test('goes out at once where its webhook is sent events in order: it stands in no line', async () => {
    const getWebhook = async () => givenWebhook({ ordered: true });
    const { sent } = await whenTested('', givenEndpoints([], { getWebhook }));
    expect(sent).toMatchObject([{ test: true, ordered: undefined }]);
  });

  test('without a body sends the first event that the webhook subscribes to', async () => {
    expect((await whenTested('')).sent[0]?.event?.type).toBe('thought.deleted');
  });

  test('sends data of the caller’s own to the last digit, of the caller’s own user', async () => {
    const data = '{ "thought_id": "one", "weight": 1.0000000000000000001, "user_id": "another", "tags": [] }';
    const { sent } = await whenTested(`{"event":"thought.deleted","data":${data}}`);
    const sentData = dataOf(sent);
    expect(sentData).toBe(
      `{"thought_id":"one","weight":1.0000000000000000001,"user_id":"${USER}","tags":[]}`,
    );
  });

  test('does without the user_id, and sends it last', async () => {
    const { sent } = await whenTested({ event: 'thought.deleted', data: { thought_id: 'one' } });
    const sentData = dataOf(sent);
    expect(sentData).toBe(`{"thought_id":"one","user_id":"${USER}"}`);
  });

  test.each([
    [{ event: 'x' }, 'event'],
    [{ colour: 'red' }, 'colour'],
    [{ data: 'text' }, 'data'],
    [{ data: [] }, 'data'],
    [{ data: null }, 'data'],
    [{ event: 'thought.deleted', data: {} }, 'data.thought_id'],
    [{ event: 'reminder.due', data: { reminder: { id: '' } } }, 'data.reminder.id'],
  ])('refuses %j for %s', async (body, field) => {
    const refusal = await whenTested(body).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      status: 400,
      faults: expect.arrayContaining([{ field, detail: expect.any(String) }]),
    });
  });
});
