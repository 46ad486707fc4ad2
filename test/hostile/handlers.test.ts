import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createApiKey } from '../../core/api-key.ts';
import { showDeliveryId } from '../../core/ids.ts';
import { OPERATIONS } from '../../core/openapi/operations.ts';
import { ROUTES, type RouteKey, SCOPES } from '../../core/routes.ts';
import { createEndpoints as createEventsEndpoints } from '../../lambdas/events.ts';
import { createApiHandler, createPublicHandler } from '../../lambdas/http/api-handler.ts';
import { createAuthenticate } from '../../lambdas/http/authenticate.ts';
import { createEndpoints as createPublicEndpoints } from '../../lambdas/public.ts';
import { DELIVERY_ID, givenWebhook, NOW, USER, webhookIdOf } from '../lambdas/given.ts';
import { givenClaims } from '../lambdas/given-claims.ts';
import { givenEndpoints as givenDeliveriesEndpoints } from '../lambdas/given-deliveries-api.ts';
import { givenRow } from '../lambdas/given-delivery.ts';
import { givenEndpoints as givenWebhooksEndpoints } from '../lambdas/given-webhooks-api.ts';
import { givenHttpEvent } from '../lambdas/http/given-api.ts';
import { findSchemaFaults } from '../openapi.ts';
import { PROPERTY_TIMEOUT_MS, propertyOptions } from './property-options.ts';
import { anyRequest, type HostileRequest, type Known } from './requests.ts';

const KEY = 'a_key_of_mine';

/** What the examples of the document leave out. */
const MORE: Partial<Record<RouteKey, object>> = {
  'POST /webhooks': { headers: { Authorization: 'Bearer a_token_of_mine', 'X-Team': 'blue' } },
  'PATCH /webhooks/{webhook_id}': { headers: { Authorization: 'Bearer a_token_of_mine', 'X-Team': 'blue' } },
  'POST /webhooks/{webhook_id}/secret/rotate': { secret: 'another_secret_of_mine' },
};

const known: Known = {
  key: KEY,
  otherKeys: ['another_key'],
  webhookId: webhookIdOf(1),
  deliveryId: showDeliveryId(DELIVERY_ID),
  ids: [webhookIdOf(1), webhookIdOf(2), DELIVERY_ID],
  cursors: ['', 'AAAA', Buffer.from('{"attempts":"","rows":""}').toString('base64url')],
  bodyOf: (routeKey) => Object.assign({}, OPERATIONS[routeKey].request?.example, MORE[routeKey]),
};

/** Every API function over plain services; what its endpoints published, and what it logged as an error. */
function givenApi() {
  const published: string[] = [];
  const logged: unknown[] = [];
  const logger = {
    error: (...line: unknown[]) => void logged.push(line),
    warn: () => {},
  } as unknown as Logger;
  const key = createApiKey(KEY, { userId: USER, scopes: SCOPES, now: NOW });
  const authenticate = createAuthenticate(async (hash) => (hash === key.hash ? key : undefined));
  const events = createEventsEndpoints({
    now: () => NOW,
    claimEventId: givenClaims(),
    notePassedOn: async () => {},
    publishEvent: async (_, detail) => void published.push(detail),
  });
  const handlers = {
    webhooks: createApiHandler(authenticate, givenWebhooksEndpoints([givenWebhook()]).endpoints, logger),
    deliveries: createApiHandler(authenticate, givenDeliveriesEndpoints([givenRow(1)]).endpoints, logger),
    events: createApiHandler(authenticate, events, logger),
    public: createPublicHandler(createPublicEndpoints({ egressIps: ['192.0.2.1'] }), logger),
  };
  return { published, logged, handle: (routeKey: RouteKey) => handlers[ROUTES[routeKey].function] };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The request as API Gateway hands it over, its body as text or in base64. */
function toEvent(
  routeKey: RouteKey,
  { path, headers, body }: HostileRequest,
  isBase64Encoded: boolean,
): APIGatewayProxyEventV2 {
  const [rawPath = '', query = ''] = path.split('?');
  const [, , webhook_id = '', , delivery_id = ''] = rawPath.split('/').map(decode);
  const bytes = Buffer.from(body, 'latin1');
  return givenHttpEvent({
    routeKey,
    path: rawPath,
    pathParameters: { webhook_id, delivery_id },
    headers: { ...headers },
    isBase64Encoded,
    ...(query && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    ...(body && { body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8') }),
  });
}

/** What every object of the process inherits. */
const inherited = () =>
  [Object, Array, String, Number, Function, Map, Promise].map(({ prototype }) =>
    Reflect.ownKeys(prototype).map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)?.value]),
  );

const PROBLEM = ['components', 'schemas', 'Problem'];

describe.each(Object.keys(ROUTES) as RouteKey[])('the handler of %s', (routeKey) => {
  test(
    'is not brought to fail by anything, nor to change what objects inherit',
    async () => {
      const { handle, logged } = givenApi();
      const before = inherited();
      await fc.assert(
        fc.asyncProperty(anyRequest(routeKey, known), fc.boolean(), async (request, isBase64) => {
          const answer = await handle(routeKey)(toEvent(routeKey, request, isBase64), {} as Context);
          expect(answer.statusCode, answer.body).toBeLessThan(500);
          expect(answer.body?.isWellFormed() ?? true).toBe(true);
          expect(JSON.stringify(answer).length).toBeLessThan(1024 * 1024);
          if ((answer.statusCode ?? 0) >= 400) {
            expect(answer.headers?.['content-type']).toBe('application/problem+json');
            expect(findSchemaFaults(PROBLEM, JSON.parse(answer.body ?? ''))).toBe('');
          }
        }),
        propertyOptions(300),
      );
      expect(logged).toEqual([]);
      expect(inherited()).toEqual(before);
    },
    PROPERTY_TIMEOUT_MS,
  );
});

test(
  'what is published is passed on as the JSON that it was',
  async () => {
    const { handle, published } = givenApi();
    const taken: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(anyRequest('POST /events', known), async (request) => {
        // Passed on as well, but `JSON.stringify` does not go so deep.
        fc.pre(!request.body.includes('['.repeat(1000)));
        const event = toEvent('POST /events', request, false);
        const { statusCode } = await handle('POST /events')(event, {} as Context);
        if (statusCode !== 202) return;
        taken.push(JSON.parse(event.body ?? ''));
        const [detail = ''] = published.splice(0);
        expect(JSON.stringify(JSON.parse(detail).data)).toBe(
          JSON.stringify(JSON.parse(event.body ?? '').data),
        );
      }),
      propertyOptions(500),
    );
    expect(taken).not.toEqual([]);
  },
  PROPERTY_TIMEOUT_MS,
);
