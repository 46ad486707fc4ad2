import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { ForbiddenError, InvalidRequestError, UnauthorizedError } from '../../../core/errors.ts';
import { MAX_EVENT_BYTES } from '../../../core/event.ts';
import { type ApiAnswer, type ApiRequest, createApiHandler } from '../../../lambdas/http/api-handler.ts';
import type { Authenticate } from '../../../lambdas/http/authenticate.ts';
import { USER } from '../given.ts';
import { givenHttpEvent } from './given-api.ts';

const knowing: Authenticate = async () => ({ userId: USER });

/** What the handler answers to `event`, what its endpoint was asked and what was logged. */
async function whenHandled(
  event: APIGatewayProxyEventV2,
  {
    authenticate = knowing,
    answer = async () => ({ status: 200 }),
  }: { authenticate?: Authenticate; answer?: (request: ApiRequest) => Promise<ApiAnswer> } = {},
) {
  const asked: ApiRequest[] = [];
  const logged: unknown[] = [];
  const logger = { error: (...line: unknown[]) => void logged.push(line) } as unknown as Logger;
  const endpoint = (request: ApiRequest) => {
    asked.push(request);
    return answer(request);
  };
  const handler = createApiHandler(authenticate, { 'POST /events': endpoint }, logger);
  const answered = await handler(event, {} as Context);
  return { ...answered, asked, logged, problem: JSON.parse(answered.body ?? 'null') };
}

/** An error whose message nobody outside may see. */
const secretive = () => new Error('table cathcr-prod-1234 at 10.0.3.7 throttled whsec_abc');

const refusing = (error: Error): Authenticate => {
  return async () => {
    throw error;
  };
};

/** Authentication that must not be asked. */
const unasked: Authenticate = async () => {
  throw new Error('asked who calls');
};

const created = async () => ({ status: 201, body: { id: 'w' }, headers: { location: '/webhooks/w' } });

describe('a request that is answered', () => {
  test('reaches its endpoint with its caller, path, query, headers and body, and without its credentials', async () => {
    const { asked } = await whenHandled(
      givenHttpEvent({
        body: '{"a":1.0}',
        pathParameters: { webhook_id: 'w' },
        queryStringParameters: { limit: '5' },
        headers: { authorization: 'Bearer k', 'idempotency-key': 'i' },
      }),
    );
    expect(asked).toEqual([
      {
        requestId: 'request-1',
        caller: { userId: USER },
        method: 'POST',
        rawPath: '/events',
        path: { webhook_id: 'w' },
        query: { limit: '5' },
        headers: { 'idempotency-key': 'i' },
        body: '{"a":1.0}',
      },
    ]);
  });

  test('has an empty body, path and query where it has none', async () => {
    const { asked } = await whenHandled(givenHttpEvent());
    expect(asked[0]).toMatchObject({ path: {}, query: {}, body: '' });
  });

  test('in base64 is read as its text', async () => {
    const body = Buffer.from('{"content":"naïve 🔗"}').toString('base64');
    const { asked } = await whenHandled(givenHttpEvent({ body, isBase64Encoded: true }));
    expect(asked[0]?.body).toBe('{"content":"naïve 🔗"}');
  });

  test('has a JSON answer, with the headers of its endpoint', async () => {
    expect(await whenHandled(givenHttpEvent(), { answer: created })).toMatchObject({
      statusCode: 201,
      headers: { 'content-type': 'application/json', location: '/webhooks/w' },
      body: '{"id":"w"}',
    });
  });

  test('with nothing has no body, nor the type of one', async () => {
    const answered = await whenHandled(givenHttpEvent(), { answer: async () => ({ status: 204 }) });
    expect(answered).toMatchObject({ statusCode: 204, headers: {} });
    expect(answered.body).toBeUndefined();
  });
});

describe('a body over 256 KiB', () => {
  const tooLarge = '🔗'.repeat(MAX_EVENT_BYTES / 4);

  test.each([
    ['text', { body: `${tooLarge}x` }],
    ['base64', { body: Buffer.from(`${tooLarge}x`).toString('base64'), isBase64Encoded: true }],
  ])('of %s is a 413 before anything else is looked at', async (_, event) => {
    const { statusCode, problem, asked } = await whenHandled(givenHttpEvent({ ...event, headers: {} }), {
      authenticate: unasked,
    });
    expect(statusCode).toBe(413);
    expect(problem).toMatchObject({ status: 413, errors: [{ field: 'body' }] });
    expect(asked).toEqual([]);
  });

  test.each([
    ['text', { body: tooLarge }],
    ['base64', { body: Buffer.from(tooLarge).toString('base64'), isBase64Encoded: true }],
  ])('is not one of exactly 256 KiB of %s', async (_, event) => {
    expect((await whenHandled(givenHttpEvent(event))).statusCode).toBe(200);
  });
});

describe('a request that is refused', () => {
  test('has a problem document that names every fault', async () => {
    const faults = [
      { field: 'url', detail: 'is not a URL' },
      { field: 'events', detail: 'takes at least one event' },
    ];
    const { statusCode, headers, problem, logged } = await whenHandled(givenHttpEvent(), {
      answer: () => Promise.reject(new InvalidRequestError(faults)),
    });
    expect(statusCode).toBe(400);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(problem).toEqual({
      type: 'urn:cathcr:problem:invalid-request',
      title: 'Invalid request',
      status: 400,
      detail: 'url is not a URL; events takes at least one event',
      errors: faults,
      request_id: 'request-1',
    });
    expect(logged).toEqual([]);
  });

  test('as nobody knows its caller is a 401 that asks for a bearer key', async () => {
    const { statusCode, headers, problem, asked } = await whenHandled(givenHttpEvent(), {
      authenticate: refusing(new UnauthorizedError('holds an API key that is not known')),
    });
    expect(statusCode).toBe(401);
    expect(headers).toMatchObject({ 'www-authenticate': 'Bearer' });
    expect(problem.errors).toEqual([
      { field: 'Authorization', detail: 'holds an API key that is not known' },
    ]);
    expect(asked).toEqual([]);
  });

  test('as its key does not allow it is a 403 that names the scope', async () => {
    const scopes: string[] = [];
    const { statusCode, problem, asked } = await whenHandled(givenHttpEvent(), {
      authenticate: async (_, scope) => {
        scopes.push(scope);
        throw new ForbiddenError(scope);
      },
    });
    expect(statusCode).toBe(403);
    expect(scopes).toEqual(['events:publish']);
    expect(problem.detail).toContain('events:publish');
    expect(asked).toEqual([]);
  });
});

describe('an error that nobody foresaw', () => {
  test.each([
    ['in an endpoint', { answer: () => Promise.reject(secretive()) }],
    ['in authentication', { authenticate: () => Promise.reject(secretive()) }],
    ['that is thrown, and no error', { answer: () => Promise.reject('table cathcr-prod-1234') }],
  ])('%s is a plain 500 that tells nothing, and is logged', async (_, services) => {
    const { statusCode, headers, body, problem, logged } = await whenHandled(givenHttpEvent(), services);
    expect(statusCode).toBe(500);
    expect(headers).toEqual({ 'content-type': 'application/problem+json' });
    expect(problem).toEqual({
      type: 'urn:cathcr:problem:internal-error',
      title: 'Internal error',
      status: 500,
      detail: expect.any(String),
      request_id: 'request-1',
    });
    expect(body).not.toMatch(/cathcr-prod|10\.0|whsec|Error:/);
    expect(logged).toEqual([
      ['request failed', expect.objectContaining({ route: 'POST /events', request_id: 'request-1' })],
    ]);
  });
});
