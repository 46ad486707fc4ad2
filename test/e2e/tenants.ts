import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { SCOPES } from '../../core/routes.ts';
import type { AwsCall, AwsService } from '../../local/aws/call.ts';
import { eventually, type System, startSystem } from './system.ts';

/** A text that is found nowhere by chance. */
const mark = (what: string) => `${what}${randomBytes(9).toString('hex')}`;

/** One customer: a key, a webhook that takes its deliveries and one that refuses them, and what tells its data. */
export type Tenant = {
  readonly userId: string;
  readonly key: string;
  readonly webhookId: string;
  readonly refusingId: string;
  readonly deliveryId: string;
  readonly cursors: readonly string[];
  /** The secrets of its webhooks, in full. */
  readonly secrets: readonly string[];
  /** What stands in its URLs and its events' data. */
  readonly contents: readonly string[];
  /** What nobody else may ever be shown. */
  readonly marks: readonly string[];
};

/** A system that keeps what its functions log and what they ask of AWS. */
export async function startWatched() {
  const logs: string[] = [];
  const calls: AwsCall[] = [];
  const watch = (call: AwsCall, next: AwsService) => {
    calls.push(call);
    return next(call);
  };
  const system = await startSystem({
    onFunctionLog: (_, line) => void logs.push(line),
    interceptors: [watch],
  });
  return { system, logs, calls };
}

/** A customer with webhooks, deliveries that went well and badly, a retry that waits, and logs. */
export async function givenTenant(system: System, name: string): Promise<Tenant> {
  const userId = mark(`${name}user`);
  const key = await system.createKey(userId, ['webhooks:read', 'webhooks:write']);
  const [token, note, content, answer] = [mark('token'), mark('note'), mark('content'), mark('answer')];
  const eventId = mark('event');
  const secrets = [`${mark('secret')}tail`, `${mark('secret')}tail`];
  const inbox = mark(name);
  const create = async (path: string, secret: string | undefined) => {
    const url = `${system.inboxUrl(path)}?token=${token}`;
    const body = { url, events: ['*'], secret, description: note };
    return (await system.call('POST', '/webhooks', { key, body })).body.id;
  };
  const webhookId = await create(inbox, secrets[0]);
  const refusingId = await create(`${inbox}-refusing`, secrets[1]);
  const headers = { 'x-answer': answer };
  await system.setBehaviour(inbox, { status: 200, headers, body: answer });
  await system.setBehaviour(`${inbox}-refusing`, { status: 500, headers });

  const publisher = await system.createKey(mark('producer'), ['events:publish']);
  const publish = (id: string) =>
    system.call('POST', '/events', {
      key: publisher,
      body: { id, event: 'thought.deleted', data: { thought_id: content, user_id: userId } },
    });
  await publish(eventId);
  await publish(mark('event'));
  const deliveries = await eventually(async () => {
    const get = (id: string) => system.call('GET', `/webhooks/${id}/deliveries?limit=1`, { key });
    const [taken, refused] = [(await get(webhookId)).body, (await get(refusingId)).body];
    expect([taken.pagination.total, refused.pagination.total]).toEqual([2, 2]);
    expect(taken.deliveries[0].status).toBe('succeeded');
    expect(refused.deliveries[0]).toMatchObject({ status: 'retrying', attempt: 2 });
    return taken;
  });
  const logs = (await system.call('GET', `/webhooks/${webhookId}/logs?limit=1`, { key })).body;
  const webhooks = (await system.call('GET', '/webhooks?limit=1', { key })).body;
  const cursors = [deliveries, logs, webhooks].map(({ pagination }) => pagination.next_cursor);
  expect(cursors).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  const contents = [token, note, content, answer];
  const deliveryId = deliveries.deliveries[0].id;
  const ids = [userId, webhookId, refusingId, deliveryId.replace('delivery_', ''), eventId];
  return {
    userId,
    key,
    webhookId,
    refusingId,
    deliveryId,
    cursors,
    secrets,
    contents,
    marks: [...contents, ...secrets, ...ids, key, publisher],
  };
}

/** All that the API tells a customer of its own. */
export async function readAll(system: System, { key, webhookId, refusingId, deliveryId }: Tenant) {
  const paths = ['/webhooks?limit=100', `/webhooks/${webhookId}/deliveries/${deliveryId}`].concat(
    [webhookId, refusingId].flatMap((id) =>
      ['', '/deliveries?limit=100', '/logs?limit=100'].map((rest) => `/webhooks/${id}${rest}`),
    ),
  );
  return Promise.all(paths.map(async (path) => (await system.call('GET', path, { key })).body));
}

/** Keys of a customer that do not let in: one for each scope that is missing, and none. */
export const createPartialKeys = (system: System, userId: string) =>
  Promise.all([[], ...SCOPES.map((scope) => [scope])].map((scopes) => system.createKey(userId, scopes)));
