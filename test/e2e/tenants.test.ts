import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../core/openapi/operations.ts';
import { ROUTES, type RouteKey, SCOPES } from '../../core/routes.ts';
import { PROPERTY_TIMEOUT_MS, propertyOptions } from '../hostile/property-options.ts';
import { anyRequest, type HostileRequest, type Known } from '../hostile/requests.ts';
import { type RawAnswer, send } from '../hostile/send.ts';
import { checkExchange } from './api-check.ts';
import { needing } from './needs.ts';
import { useMade } from './system.ts';
import { createPartialKeys, givenTenant, readAll, startWatched, type Tenant } from './tenants.ts';

const ROUTE_KEYS = Object.keys(ROUTES) as RouteKey[];

/** Every caller has a recovery, which is `recovery_1` of its webhook. */
const BEGIN_RECOVERY: RouteKey = 'POST /webhooks/{webhook_id}/recoveries';

type Caller = Tenant & Known;

/** Refusals that name what is at fault. */
const NAMES_FAULTS = new Set([400, 401, 403, 409, 413]);

/** Statuses with which a server refuses what is no request that it can read. */
const NO_REQUEST = new Set([400, 413, 414, 431]);

needing('laptop').describe('a customer', () => {
  const watched = useMade(startWatched, ({ system }) => system.stop());
  let bystander: Tenant;
  /** All that the bystander is told of its own, before anybody means ill. */
  let before: unknown;
  const callers: Caller[] = [];

  beforeAll(async () => {
    bystander = await givenTenant(watched.system, 'bystander');
    before = await readAll(watched.system, bystander);
  });

  /** Somebody who means ill, with a key that allows everything but to publish for others. */
  async function givenCaller(): Promise<Caller> {
    const { system } = watched;
    const tenant = await givenTenant(system, 'mallory');
    const tenants = [tenant, bystander];
    const caller = {
      ...tenant,
      key: await system.createKey(tenant.userId, SCOPES),
      otherKeys: await createPartialKeys(system, tenant.userId),
      ids: tenants.flatMap(({ webhookId, deliveryId }) => [webhookId, deliveryId, deliveryId.slice(9)]),
      cursors: tenants.flatMap(({ cursors }) => cursors.flatMap((cursor) => [cursor, cursor.slice(1)])),
      bodyOf: (routeKey: RouteKey) => bodyOf(routeKey, tenant.userId),
    };
    const path = `/webhooks/${tenant.webhookId}/recoveries`;
    await system.call('POST', path, { key: tenant.key, body: caller.bodyOf(BEGIN_RECOVERY) });
    callers.push(caller);
    return caller;
  }

  /** The documented body of a route, about what is the caller's own. */
  function bodyOf(routeKey: RouteKey, userId: string): object {
    const example = OPERATIONS[routeKey].request?.example as Record<string, object> | undefined;
    if (example?.data) return { ...example, id: undefined, data: { ...example.data, user_id: userId } };
    return { ...example, ...(example?.url && { url: watched.system.inboxUrl('mallory') }) };
  }

  /** A request of the route that goes well; where it deletes, it deletes another webhook than the caller's first. */
  function givenValid(routeKey: RouteKey, { key, webhookId, refusingId, deliveryId, userId }: Caller) {
    const [method = '', template = ''] = routeKey.split(' ');
    const path = template
      .replace('{webhook_id}', method === 'DELETE' ? refusingId : webhookId)
      .replace('{delivery_id}', deliveryId)
      .replace('{recovery_id}', 'recovery_1');
    const body = OPERATIONS[routeKey].request ? JSON.stringify(bodyOf(routeKey, userId)) : '';
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    return { method, path, headers, body };
  }

  /** Nothing of the bystander's is in an answer, nor a secret of the caller's, but what it has asked with. */
  function expectNothingHidden(
    { key, otherKeys, secrets }: Caller,
    { path }: HostileRequest,
    { headers, text }: RawAnswer,
  ) {
    const told = text + JSON.stringify([...headers]);
    const hidden = [...bystander.marks, ...secrets, key, ...otherKeys];
    expect(hidden.filter((mark) => told.includes(mark) && !path.includes(mark))).toEqual([]);
  }

  /** The answer is one that the document describes; a refusal says what is at fault. */
  function expectDescribed(routeKey: RouteKey, { method, path, body }: HostileRequest, answer: RawAnswer) {
    const { status, headers, text } = answer;
    if (!headers.has('content-type') && NO_REQUEST.has(status)) return;
    if (method === 'HEAD') return;
    const isJson = /json/.test(headers.get('content-type') ?? '');
    const shown = isJson ? JSON.parse(text) : text;
    if (status >= 400) {
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(shown).toMatchObject({ status, type: expect.stringMatching(/^urn:cathcr:problem:/) });
    }
    if (NAMES_FAULTS.has(status)) expect(shown.errors).not.toHaveLength(0);
    const [bare = ''] = path.split('?');
    const isPlain = new URL(path, 'http://localhost').pathname === bare;
    if (!isPlain || status === 413 || method === 'TRACE') return;
    // What takes no parameters does not look at them.
    const described = OPERATIONS[routeKey].query ? path : bare;
    const sent = Buffer.from(body, 'latin1').toString();
    checkExchange({ method, sent, status, headers, path: described, body: shown });
  }

  describe.each(ROUTE_KEYS)('who means ill with %s', (routeKey) => {
    test(
      'is never told what is not theirs, and nothing fails',
      async () => {
        const caller = await givenCaller();
        const valid = givenValid(routeKey, caller);
        if (routeKey === 'POST /webhooks/{webhook_id}/secret/rotate/end')
          await watched.system.call('POST', valid.path.replace(/\/end$/, ''), { key: caller.key });
        const taken = new Set<string>();
        await fc.assert(
          fc.asyncProperty(anyRequest(routeKey, caller), async (request) => {
            const answer = await send(watched.system.url, request);
            expect(answer.status, answer.text).toBeLessThan(500);
            if (answer.status < 300) taken.add(request.path);
            expectNothingHidden(caller, request, answer);
            expectDescribed(routeKey, request, answer);
          }),
          { ...propertyOptions(60), examples: [[valid]] },
        );
        expect(taken).toContain(valid.path);
      },
      PROPERTY_TIMEOUT_MS,
    );
  });

  test('who means no ill finds all of theirs as it was', async () => {
    expect(await readAll(watched.system, bystander)).toEqual(before);
  });

  test('has no secret, payload or URL in a log line, and no secret or key in a call of AWS but to the store', () => {
    const { logs, calls } = watched;
    const tenants = [bystander, ...callers];
    const contents = tenants.flatMap((tenant) => tenant.contents);
    const secrets = tenants.flatMap((tenant) => [...tenant.secrets, tenant.key]);
    const keys = [...tenants, ...callers].map(({ key }) => key);
    const find = (lines: readonly string[], hidden: readonly string[]) =>
      lines.filter((line) => hidden.some((text) => line.includes(text)));
    expect(logs.length).toBeGreaterThan(50);
    expect(find(logs, [...contents, ...secrets])).toEqual([]);
    const bodies = calls.filter(({ service }) => service !== 'dynamodb').map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(50);
    expect(find(bodies, secrets)).toEqual([]);
    expect(
      find(
        calls.map(({ body }) => body),
        keys,
      ),
    ).toEqual([]);
  });
});
