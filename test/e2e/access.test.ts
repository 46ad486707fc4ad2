import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { hashApiKey } from '../../core/api-key.ts';
import { OPERATIONS } from '../../core/openapi/operations.ts';
import { ROUTES, type RouteKey, SCOPES } from '../../core/routes.ts';
import { deleteApiKey, findApiKey } from '../../lambdas/aws/api-key-store.ts';
import { openTable } from '../../lambdas/aws/table.ts';
import { needing } from './needs.ts';
import { type Answer, eventually, useSystem } from './system.ts';
import { givenTenant, type Tenant } from './tenants.ts';

const PRIVATE_ROUTES = Object.entries(ROUTES)
  .filter(([, { access }]) => access !== 'public')
  .map(([routeKey, { access }]) => ({ routeKey: routeKey as RouteKey, access }));

const UNKNOWN_ID = `webhook_${'0'.repeat(32)}`;

needing('outputs').describe('a route that takes a key', () => {
  const system = useSystem();
  let caller: Tenant;
  let other: Tenant;
  let key: string;

  beforeAll(async () => {
    [caller, other] = [await givenTenant(system, 'caller'), await givenTenant(system, 'other')];
    key = await system.createKey(caller.userId);
  });

  type Ids = { readonly webhook: string; readonly delivery: string };
  const ownIds = (): Ids => ({ webhook: caller.webhookId, delivery: caller.deliveryId });

  /** Calls a route with its documented body. */
  function call(routeKey: RouteKey, { webhook, delivery }: Ids, withKey?: string): Promise<Answer> {
    const [method = '', template = ''] = routeKey.split(' ');
    const path = template.replace('{webhook_id}', webhook).replace('{delivery_id}', delivery);
    return system.call(method, path, { key: withKey, body: OPERATIONS[routeKey].request?.example });
  }

  const IN_EACH_ANSWER = new Set(['date', 'content-length', 'apigw-requestid']);

  /** All of an answer but what is new in each: when it was made, and the request's own id. */
  function sameOf({ status, headers, body: { request_id, ...body } }: Answer) {
    const lasting = [...headers].filter(([name]) => !IN_EACH_ANSWER.has(name));
    return { status, headers: lasting, body };
  }

  /** Takes a key out of the store, as `npm run api-key -- revoke` does. */
  async function revoke(revoked: string) {
    const table = openTable(system.outputs.TableName ?? '', system.sdkConfig);
    const found = await findApiKey(table)(hashApiKey(revoked));
    if (found) await deleteApiKey(table)(found);
  }

  test.each(PRIVATE_ROUTES)(
    '$routeKey lets nobody in without a key, or with one that is revoked',
    async (route) => {
      const revoked = await system.createKey(caller.userId);
      await revoke(revoked);
      for (const bad of [undefined, revoked, `${key}x`]) {
        const answer = await call(route.routeKey, ownIds(), bad);
        expect(answer).toMatchObject({ status: 401, body: { errors: [{ field: 'Authorization' }] } });
      }
    },
  );

  test.each(PRIVATE_ROUTES)('$routeKey takes the scope $access, and no other will do', async (route) => {
    const scopes = SCOPES.filter((scope) => scope !== route.access);
    const answer = await call(route.routeKey, ownIds(), await system.createKey(caller.userId, scopes));
    expect(answer).toMatchObject({ status: 403, body: { errors: [{ field: 'Authorization' }] } });
    expect(answer.body.detail).toContain(route.access);
  });

  test.each(PRIVATE_ROUTES.filter(({ routeKey }) => routeKey.includes('{webhook_id}')))(
    "$routeKey answers another's webhook as one that never was",
    async ({ routeKey }) => {
      const delivery = other.deliveryId;
      const others = sameOf(await call(routeKey, { webhook: other.webhookId, delivery }, key));
      expect(others).toMatchObject({ status: 404, body: { title: 'Not found' } });
      expect(others).toEqual(sameOf(await call(routeKey, { webhook: UNKNOWN_ID, delivery }, key)));
      expect(others).toEqual(sameOf(await call(routeKey, { webhook: 'no-id', delivery }, key)));
    },
  );

  test.each(PRIVATE_ROUTES.filter(({ routeKey }) => routeKey.includes('{delivery_id}')))(
    "$routeKey answers another's delivery as one that never was",
    async ({ routeKey }) => {
      const webhook = caller.webhookId;
      const others = sameOf(await call(routeKey, { webhook, delivery: other.deliveryId }, key));
      expect(others).toMatchObject({ status: 404, body: { title: 'Not found' } });
      expect(others).toEqual(sameOf(await call(routeKey, { webhook, delivery: randomUUID() }, key)));
      expect(others).toEqual(sameOf(await call(routeKey, { webhook, delivery: 'no-id' }, key)));
    },
  );

  test('works no more within thirty seconds after its key is revoked, though it was just used', async () => {
    const used = await system.createKey(caller.userId);
    const list = () => system.call('GET', '/webhooks', { key: used });
    expect((await list()).status).toBe(200);
    await revoke(used);
    await system.advance(30);
    await eventually(async () => expect((await list()).status).toBe(401));
  });
});
