import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { createApiKey } from '../../core/api-key.ts';
import { type PrivateRouteKey, ROUTES, SCOPES, type Scope } from '../../core/routes.ts';
import * as deliveries from '../../lambdas/deliveries.ts';
import * as events from '../../lambdas/events.ts';
import { type ApiRequest, createApiHandler, type Endpoints } from '../../lambdas/http/api-handler.ts';
import { createAuthenticate } from '../../lambdas/http/authenticate.ts';
import * as webhooks from '../../lambdas/webhooks.ts';
import { givenWebhook, USER, webhookIdOf } from './given.ts';
import { givenHttpEvent, givenRequest } from './http/given-api.ts';

/** Every API function that takes a key. */
const FUNCTIONS = { webhooks, deliveries, events };
type FunctionName = keyof typeof FUNCTIONS;
type PrivateRoute = { routeKey: PrivateRouteKey; name: FunctionName; access: Scope };

const PRIVATE_ROUTES = Object.entries(ROUTES).flatMap(([routeKey, { function: name, access }]) =>
  access === 'public' ? [] : [{ routeKey, name, access } as PrivateRoute],
);

const KEY = 'a_key_of_mine';

/** What the handler stack answers on a route to a key of these scopes, and who then got through to the endpoint. */
async function whenAsked(routeKey: PrivateRouteKey, scopes: readonly Scope[]) {
  const key = createApiKey(KEY, { userId: USER, scopes, now: 0 });
  const through: ApiRequest['caller'][] = [];
  const endpoint = async ({ caller }: ApiRequest) => {
    through.push(caller);
    return { status: 204 };
  };
  const endpoints = { [routeKey]: endpoint } as Endpoints<typeof routeKey>;
  const authenticate = createAuthenticate(async (hash) => (hash === key.hash ? key : undefined));
  const handler = createApiHandler(authenticate, endpoints, new Logger({ logLevel: 'SILENT' }));
  const { statusCode } = await handler(givenHttpEvent({ routeKey }), {} as Context);
  return { statusCode, through };
}

describe('on every route that takes a key', () => {
  test.each(PRIVATE_ROUTES)(
    'the handler of $routeKey lets nobody in without one',
    async ({ routeKey, name }) => {
      const { handler } = FUNCTIONS[name] as {
        handler: (event: APIGatewayProxyEventV2, context: Context) => any;
      };
      const answer = await handler(givenHttpEvent({ routeKey, headers: {} }), {} as Context);
      expect(answer).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
      expect(JSON.parse(answer.body).errors).toMatchObject([{ field: 'Authorization' }]);
    },
  );

  test.each(PRIVATE_ROUTES)(
    '$routeKey takes $access, and no other scope will do',
    async ({ routeKey, access }) => {
      const others = SCOPES.filter((scope) => scope !== access);
      expect(await whenAsked(routeKey, others)).toEqual({ statusCode: 403, through: [] });
      expect(await whenAsked(routeKey, [])).toEqual({ statusCode: 403, through: [] });
      expect(await whenAsked(routeKey, [access])).toEqual({ statusCode: 204, through: [{ userId: USER }] });
    },
  );
});

test('the API functions are those of the routes, and export nothing that answers but their one handler', () => {
  expect(new Set(Object.keys(FUNCTIONS))).toEqual(new Set(PRIVATE_ROUTES.map(({ name }) => name)));
  for (const exported of Object.values(FUNCTIONS)) {
    expect(Object.keys(exported).toSorted()).toEqual(['createEndpoints', 'handler']);
  }
});

describe("another user's webhook", () => {
  const OTHER = webhookIdOf(2);
  const routes = PRIVATE_ROUTES.filter(({ routeKey }) => routeKey.includes('{webhook_id}'));

  /** What a body must have. */
  const NEEDED: Partial<Record<PrivateRouteKey, object>> = {
    'POST /webhooks/{webhook_id}/secret/rotate/end': { keep: 'new' },
  };

  /** What an endpoint did, by the services it asked, and what it answered. */
  async function whenNamed(webhookId: string, { name, routeKey }: PrivateRoute) {
    const asked: unknown[][] = [];
    const others = [givenWebhook({ id: OTHER, userId: 'user_456' })];
    const services = new Proxy(
      { targetPolicy: 'public' },
      {
        get: (known: Record<string, unknown>, service: string) =>
          known[service] ??
          (async (...args: string[]) => {
            asked.push([service, ...args]);
            if (service !== 'getWebhook') throw new Error(`${service} was asked`);
            return others.find(({ userId, id }) => userId === args[0] && id === args[1]);
          }),
      },
    );
    const { createEndpoints } = FUNCTIONS[name] as { createEndpoints: (services: object) => any };
    const request = givenRequest({
      path: { webhook_id: webhookId, delivery_id: crypto.randomUUID() },
      body: NEEDED[routeKey] ?? {},
    });
    const answer = createEndpoints(services)[routeKey](request);
    return { asked, refusal: await answer.catch((error: unknown) => error) };
  }

  test.each(routes)(
    'is on $routeKey like one that never was: the same work, the same answer',
    async (route) => {
      const [unknown, other] = [await whenNamed(webhookIdOf(3), route), await whenNamed(OTHER, route)];
      expect(other.refusal).toMatchObject({ status: 404 });
      expect(other.refusal).toEqual(unknown.refusal);
      expect(other.asked).toEqual([['getWebhook', USER, OTHER]]);
      expect(unknown.asked).toEqual([['getWebhook', USER, webhookIdOf(3)]]);
    },
  );
});
