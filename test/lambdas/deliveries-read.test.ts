import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { MAX_URL_LENGTH } from '../../core/address-policy.ts';
import type { Attempt } from '../../core/delivery.ts';
import { acceptEvent, readPublishRequest } from '../../core/event.ts';
import { hourOf } from '../../core/figures.ts';
import { showDeliveryId } from '../../core/ids.ts';
import { parseJson, sliceMembers } from '../../core/json.ts';
import { pageAttempts } from '../../lambdas/aws/attempt-log.ts';
import { createApiHandler, type Endpoints } from '../../lambdas/http/api-handler.ts';
import { givenClient } from './aws/given-table.ts';
import { DELIVERY_ID, givenSignatures, NOW, USER, webhookIdOf } from './given.ts';
import { at, givenEndpoints } from './given-deliveries-api.ts';
import { givenFigures, givenResult, givenRow, PAYLOAD } from './given-delivery.ts';
import { givenHttpEvent, givenRequest } from './http/given-api.ts';

const read = 'GET /webhooks/{webhook_id}/deliveries/{delivery_id}';
const logs = 'GET /webhooks/{webhook_id}/logs';

/** What the API answers, to the letter, where the event was sent with this payload; undefined where it expired. */
async function whenRead(payload: string | undefined) {
  const { endpoints } = givenEndpoints([givenRow(1)], {
    getPayloads: async () => new Map(payload === undefined ? [] : [[DELIVERY_ID, payload]]),
  });
  return whenAnswered(endpoints, read);
}

/** What API Gateway is handed for a request of one route about the delivery. */
async function whenAnswered(
  endpoints: Endpoints<typeof read | typeof logs>,
  routeKey: typeof read | typeof logs,
  changes: Partial<APIGatewayProxyEventV2> = {},
) {
  const knowing = async () => ({ userId: USER });
  const handler = createApiHandler(knowing, endpoints, new Logger({ logLevel: 'SILENT' }));
  const { path: pathParameters } = at();
  return handler(givenHttpEvent({ routeKey, pathParameters, ...changes }), {} as Context);
}

/** The most that a function may answer. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

const sentWith = (payload: string) => `${payload.slice(0, -1)},"webhook_id":"${webhookIdOf(1)}"}`;

/** The payload of an event that was published with these members in its data. */
function givenPayload(members: string): string {
  const text = `{"event":"thought.deleted","data":{"thought_id":"t","user_id":"${USER}",${members}}}`;
  return acceptEvent(readPublishRequest(text, parseJson(text)), 'event-1', NOW).payload;
}

describe('GET /webhooks/{webhook_id}/deliveries/{delivery_id}', () => {
  test.each([
    ['white space as it was', PAYLOAD],
    ['numbers that no double holds', givenPayload('"n":[1.10,12345678901234567890,1e400]')],
    ['members that sort before others', givenPayload('"2":0,"1":0,"__proto__":{}')],
    ['escapes that need not be', givenPayload('"s":"\\u0041\\/"')],
  ])('shows the payload to the letter: %s', async (_, payload) => {
    const { statusCode, headers, body = '' } = await whenRead(payload);
    expect([statusCode, headers?.['content-type']]).toEqual([200, 'application/json']);
    expect(sliceMembers(body).get('payload')).toBe(sentWith(payload));
    expect(JSON.parse(body)).toMatchObject({ id: showDeliveryId(DELIVERY_ID), attempts: [] });
  });

  test('shows a payload of ten thousand levels to the letter', async () => {
    const payload = givenPayload(`"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    const { statusCode, body = '' } = await whenRead(payload);
    expect(statusCode).toBe(200);
    expect(sliceMembers(body).get('payload')).toBe(sentWith(payload));
    expect(Object.keys(JSON.parse(body))).toContain('payload');
  });

  test('shows null where the payload has expired', async () => {
    const { statusCode, body = '' } = await whenRead(undefined);
    expect([statusCode, JSON.parse(body).payload]).toEqual([200, null]);
  });
});

describe('GET /webhooks/{webhook_id}/logs', () => {
  const whenListed = async (cursor: string) => {
    const { client, sent } = givenClient(() => ({ Items: [] }));
    const { endpoints } = givenEndpoints([], { pageAttempts: pageAttempts({ name: 'table', client }) });
    const asked = endpoints[logs](givenRequest({ ...at(), query: { cursor } }));
    return { answered: await asked.catch((error: unknown) => error), sent };
  };
  const cursorOf = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');

  test.each([
    ['past every attempt', cursorOf({ attempts: '~~', rows: '' })],
    ['past every row', cursorOf({ attempts: '', rows: '~~' })],
    ['of no text', cursorOf({ attempts: 7, rows: '' })],
    ['with a range too many', cursorOf({ attempts: '', rows: '', webhooks: '' })],
    ['with a range too few', cursorOf({ attempts: '' })],
    ['of a place too long', cursorOf({ attempts: '', rows: 'a'.repeat(121) })],
    ['of null', cursorOf(null)],
    ['of no JSON', Buffer.from('x').toString('base64url')],
    ['of no base64url', '!'],
  ])('refuses a cursor %s, names it, and reads nothing', async (_, cursor) => {
    const { answered, sent } = await whenListed(cursor);
    expect(answered).toMatchObject({ status: 400, faults: [{ field: 'cursor' }] });
    expect(sent).toEqual([]);
  });

  test('holds no more attempts than a function may answer, however much of each is to be escaped', async () => {
    const escaped = '\\'.repeat(4096);
    const exchange = {
      url: `https://your-app.com/${'"'.repeat(MAX_URL_LENGTH - 21)}`,
      signatures: givenSignatures(),
      response: { headers: { a: escaped.slice(1) }, body: '\0'.repeat(4096) },
    };
    const attempt: Attempt = {
      ...givenResult(500),
      deliveryId: DELIVERY_ID,
      eventType: 'thought.deleted',
      run: 1,
      attempt: 7,
      exchange,
    };
    const { endpoints } = givenEndpoints([givenRow(1)], {
      getPayloads: async () => new Map([[DELIVERY_ID, givenPayload(`"s":"${escaped}"`)]]),
      pageAttempts: async (_, { limit }) => ({
        items: Array.from({ length: limit }, () => attempt),
        nextCursor: 'next',
      }),
    });
    const answer = await whenAnswered(endpoints, logs, { queryStringParameters: { limit: '100' } });
    expect(answer.statusCode).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MAX_ANSWER_BYTES);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      logs: { length: 50 },
      pagination: { limit: 100, next_cursor: 'next' },
    });
  });

  test('goes on from the places of its cursor', async () => {
    const rows = DELIVERY_ID;
    const { answered, sent } = await whenListed(cursorOf({ attempts: `${NOW}#${DELIVERY_ID}#1#2`, rows }));
    expect(answered).toMatchObject({ status: 200, body: { logs: [], pagination: { next_cursor: null } } });
    expect(sent.map(({ input }) => input.ExclusiveStartKey)).toMatchObject([
      { sk: `ATTEMPT#${NOW}#${DELIVERY_ID}#1#2` },
      { sk: `DELIVERY#${DELIVERY_ID}` },
    ]);
  });
});

describe('GET /webhooks/{webhook_id}/stats', () => {
  const stats = 'GET /webhooks/{webhook_id}/stats';

  test('asks for the hours of the period alone', async () => {
    const asked: [string, number][] = [];
    const getHours = async (id: string, from: number) => {
      asked.push([id, from]);
      return [{ hour: hourOf(NOW), figures: givenFigures(4, { failed: 1 }) }];
    };
    const { endpoints } = givenEndpoints([], { getHours });
    const { body } = await endpoints[stats]({ ...givenRequest(at()), query: { period: 'week' } });
    expect(asked).toEqual([[webhookIdOf(1), hourOf(Date.UTC(2026, 0, 8, 12))]]);
    expect(body).toMatchObject({ period: 'week', totals: { attempts: 4, failed: 1, success_rate: 0.75 } });
  });

  test('of a webhook of another user is a 404', async () => {
    const { endpoints } = givenEndpoints([]);
    const request = givenRequest(at(undefined, webhookIdOf(2)));
    await expect(endpoints[stats](request)).rejects.toThrow('no webhook');
  });
});
