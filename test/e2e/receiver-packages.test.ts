import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { signRequest } from '../../core/signature.ts';
import { type Handler, MemoryStore, verify } from '../../packages/receiver/src/index.ts';
import { flaskIsMissing } from '../examples/python.ts';
import { type ReceiverProcess, startReceiver } from '../examples/receiver-process.ts';
import { HOSTS, type StartHost, startExpress } from '../packages/hosts.ts';
import { givenProject, type Project } from '../packages/packed.ts';
import { givenEvent } from '../samples.ts';
import { type Customer, givenCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, type Received, type System, startSystem } from './system.ts';

const ROOT = join(import.meta.dirname, '../..');
const TSC = join(ROOT, 'node_modules/.bin/tsc');
const SECRET = 'whsec_YWxsIG9mIHRoaXMgaXMgdGhlIHNlY3JldCwgMzJCISE=';
const run = promisify(execFile);

/** The first example of this language in a README, as its reader copies it. */
async function exampleOf(readme: string, language: string): Promise<string> {
  const text = await readFile(join(ROOT, readme), 'utf8');
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1] ?? '';
}

const CONSUMER = `
import type { RequestHandler } from 'express';
import { type CathcrEvent, verify } from '@cathcr/webhooks-receiver';
import { receiveWebhooks } from '@cathcr/webhooks-receiver/express';

const { event } = verify({ headers: new Headers(), body: '' }, { secret: 'x' });
if (event.event === 'thought.created') event.data.thought.tags satisfies string[];
// @ts-expect-error: there is no such event
if (event.event === 'thought.eaten') throw new Error();
export const onThought = ({ data }: CathcrEvent<'thought.deleted'>): string => data.thought_id;
export const handler: RequestHandler = receiveWebhooks({ secret: 'x' }, (taken) => taken.event);
`;

needing('receiversHere').describe('the packages for receivers', () => {
  let system: System;
  let customer: Customer;
  let project: Project;

  beforeAll(async () => {
    [system, project] = await Promise.all([startSystem(), givenProject()]);
    customer = await givenCustomer(system);
  });
  afterAll(async () => {
    await system?.stop();
    await project?.remove();
  });

  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  /** A webhook that points to `url`; its deliveries as they end. */
  async function givenWebhook({ url }: { url: string }, secret = SECRET) {
    const { id } = (await customer.call('POST', '/webhooks', { url, events: ['thought.*'], secret })).body;
    stops.push(() => customer.call('DELETE', `/webhooks/${id}`));
    return {
      id,
      publish: () => customer.publish('thought.created'),
      replay: (deliveryId: string) => customer.call('POST', `/webhooks/${id}/replay/${deliveryId}`),
      whenDelivery: (expected: object) => customer.whenDelivery(id, expected),
    };
  }

  async function takesEachOnce(start: StartHost, scheme: 'cathcr' | 'standard') {
    const handler = vi.fn<Handler>();
    const host = await start({ secret: SECRET, scheme, store: new MemoryStore() }, handler);
    stops.push(host.stop);
    const { id, publish, replay, whenDelivery } = await givenWebhook(host);

    await publish();
    const delivery = await whenDelivery({ status: 'succeeded', status_code: 200 });
    await replay(delivery.id);
    await whenDelivery({ status: 'succeeded', run: 2 });
    const expected = { ...givenEvent('thought.created'), webhook_id: id };
    const taken = { id: delivery.id.replace('delivery_', ''), event: expect.anything() };
    expect(handler.mock.calls).toEqual([[expect.objectContaining(expected), taken]]);
  }

  test.each(Object.entries(HOSTS))('a receiver on %s takes each delivery once', (_, start) =>
    takesEachOnce(start, 'standard'),
  );

  test('a receiver takes nothing that is signed with another secret', async () => {
    const handler = vi.fn<Handler>();
    const host = await startExpress({ secret: SECRET }, handler);
    stops.push(host.stop);
    const { publish, whenDelivery } = await givenWebhook(host, 'another_webhook_secret');
    await publish();
    await whenDelivery({ success: false, error: 'Response 401' });
    expect(handler).not.toHaveBeenCalled();
  });

  test('a receiver may go by the header of Cathcr alone', () => takesEachOnce(startExpress, 'cathcr'));

  test('while a secret is rotated, who has the old one and who has the new one both verify', async () => {
    const { id, publish } = await givenWebhook({ url: system.inboxUrl('rotated') });
    const next = 'the_next_webhook_secret';
    await customer.call('POST', `/webhooks/${id}/secret/rotate`, { secret: next });
    await publish();
    const [request] = await customer.requestsOf('rotated', 1);
    for (const scheme of ['standard', 'cathcr'] as const) {
      for (const secret of [SECRET, next]) {
        expect(verify(request as Received, { secret, scheme }).event.webhook_id).toBe(id);
      }
    }
  });

  async function takesDeliveries(receiver: ReceiverProcess, printed: string) {
    stops.push(receiver.stop);
    const { publish, replay, whenDelivery } = await givenWebhook(receiver);
    await publish();
    const { id } = await whenDelivery({ status: 'succeeded' });
    await eventually(async () => expect(receiver.output()).toContain(printed));
    await replay(id);
    await whenDelivery({ status: 'succeeded', run: 2 });
    expect(receiver.output().split(printed)).toHaveLength(2);
  }

  /** Holds what a receiver says to what is no delivery against the table in the package's README. */
  async function refusesTheRest({ url }: ReceiverProcess) {
    const post = async (body: string, secret: string) => {
      const id = randomUUID();
      const at = Date.now();
      const [{ standard }] = signRequest({ id, at, body: Buffer.from(body) }, [secret]);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at / 1000)),
        'webhook-signature': standard,
      };
      return (await fetch(url, { method: 'POST', headers, body })).status;
    };
    expect(await post('{"event":1}', SECRET), 'signed, and no event').toBe(400);
    expect(await post('{"event":1}', 'another_webhook_secret'), 'not signed by Cathcr').toBe(401);
    expect(await post('x'.repeat(512 * 1024 + 1), SECRET), 'too large').toBe(413);
  }

  test('the example of the package for Node takes deliveries, with the package as it is published', async () => {
    await project.write('receiver.js', await exampleOf('packages/receiver/README.md', 'javascript'));
    const env = { WEBHOOK_SECRET: SECRET };
    const receiver = await startReceiver(process.execPath, ['receiver.js'], { cwd: project.folder, env });
    await takesDeliveries(receiver, 'user_123 thought: This is a new thought');
    await refusesTheRest(receiver);
  });

  test.skipIf(flaskIsMissing)(
    `the example of the file for Python takes deliveries${flaskIsMissing ? ` (skipped: ${flaskIsMissing})` : ''}`,
    async () => {
      const code = await exampleOf('packages/receiver-python/README.md', 'python');
      const env = { WEBHOOK_SECRET: SECRET, PYTHONPATH: join(ROOT, 'packages/receiver-python') };
      const receiver = await startReceiver('python3', ['-B', '-'], { cwd: ROOT, env, code });
      await takesDeliveries(receiver, 'thought.created of user_123');
      await refusesTheRest(receiver);
    },
  );

  test('the package as it is published has its types, and nothing that it does not need', async () => {
    expect(project.files).toEqual(expect.arrayContaining(['README.md', 'dist/index.js', 'dist/index.d.ts']));
    expect(project.files.filter((path) => !/^(README\.md|package\.json|dist\/)/.test(path))).toEqual([]);
    await project.write('consumer.ts', CONSUMER);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    await run(TSC, [...options, 'consumer.ts'], { cwd: project.folder }).catch(({ stdout }) =>
      expect.fail(stdout),
    );
  });
});
