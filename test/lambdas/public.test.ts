import type { Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../core/event-catalogue.ts';
import { handler } from '../../lambdas/public.ts';
import { givenHttpEvent } from './http/given-api.ts';

/** What is answered to a caller without an API key. */
async function whenAsked(routeKey: string, headers: Record<string, string> = {}) {
  return await handler(givenHttpEvent({ routeKey, headers }), {} as Context);
}

/** What is answered to a request that no route takes. */
async function whenLost(method: string, path: string) {
  const event = givenHttpEvent({ routeKey: `${method} ${path}`, path, headers: {} });
  const answer = await handler({ ...event, routeKey: '$default' }, {} as Context);
  return { ...answer, problem: JSON.parse(answer.body ?? '') };
}

describe('a path that is there', () => {
  test.each([
    ['PUT', '/webhooks', 'POST, GET'],
    ['POST', '/webhooks/webhook_1', 'GET, PATCH, DELETE'],
    ['DELETE', '/webhooks/webhook_1/deliveries', 'GET'],
    ['GET', '/events', 'POST'],
  ])('asked with %s %s is a 405 that tells what it takes', async (method, path, allow) => {
    const { statusCode, headers, problem } = await whenLost(method, path);
    expect(statusCode).toBe(405);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', allow });
    expect(problem).toMatchObject({
      type: 'urn:cathcr:problem:method-not-allowed',
      status: 405,
      request_id: 'request-1',
    });
  });
});

describe('a path that is not there', () => {
  test.each([
    '/',
    '/webhook',
    '/webhooks/',
    '/webhooks/a/b',
    '/webhooks//deliveries',
    '/events/1',
    '/x/webhooks',
  ])('%s is a 404', async (path) => {
    const { statusCode, headers, problem } = await whenLost('GET', path);
    expect(statusCode).toBe(404);
    expect(headers).toEqual({ 'content-type': 'application/problem+json' });
    expect(problem).toMatchObject({
      type: 'urn:cathcr:problem:not-found',
      status: 404,
      request_id: 'request-1',
    });
    expect(problem.detail).toBe(`there is nothing at GET ${path}`);
  });
});

describe('what anybody may ask', () => {
  test('is the catalogue, with a schema and a sample of each event', async () => {
    const { statusCode, body } = await whenAsked('GET /event-types');
    const { event_types } = JSON.parse(body ?? '') as { event_types: { name: string }[] };
    expect(statusCode).toBe(200);
    expect(event_types.map(({ name }) => name)).toEqual(EVENT_TYPES);
    for (const type of event_types)
      expect(type).toMatchObject({
        description: expect.any(String),
        schema: { type: 'object' },
        sample: { user_id: 'user_123' },
      });
  });

  test('is the addresses that webhooks are called from, as JSON or as the list of the contract', async () => {
    const asJson = await whenAsked('GET /ip-ranges');
    expect(JSON.parse(asJson.body ?? '')).toEqual({ ip_ranges: ['192.0.2.1/32', '192.0.2.2/32'] });
    const asText = await whenAsked('GET /ip-ranges', { accept: 'text/plain' });
    expect(asText).toMatchObject({
      headers: { 'content-type': 'text/plain', vary: 'Accept' },
      body: '192.0.2.1/32\n192.0.2.2/32\n',
    });
  });
});
