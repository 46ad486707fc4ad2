import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test, vi } from 'vitest';
import { run as runLine } from '../../bin/cli/run.ts';
import { receiveWebhooks } from '../../packages/receiver/src/express.ts';
import { type CathcrEvent, type Handler } from '../../packages/receiver/src/index.ts';
import { spawnCli } from '../bin/spawn-cli.ts';
import { needing } from './needs.ts';
import { eventually, useSystem } from './system.ts';

const SECRET = 'whsec_YWxsIG9mIHRoaXMgaXMgdGhlIHNlY3JldCwgMzJCISE=';
const INBOX = 'cli';

needing('laptop').describe('npx cathcr-webhooks', () => {
  const system = useSystem();
  let env: Record<string, string>;
  let webhookId: string;

  /** Does what a command line says in this process, without a terminal. */
  async function runCli(
    args: readonly string[],
    given: { env?: typeof env; input?: string; signal?: AbortSignal } = {},
  ) {
    const [printed, told]: [string[], string[]] = [[], []];
    const { input = '', signal = new AbortController().signal } = given;
    const code = await runLine(args, {
      env: given.env ?? env,
      signal,
      now: Date.now,
      readInput: async () => input,
      confirm: undefined,
      print: (line) => void printed.push(`${line}\n`),
      tell: (line) => void told.push(`${line}\n`),
      redraw: undefined,
    });
    return { code, stdout: printed.join(''), stderr: told.join('') };
  }

  /** What a command prints; it must work. */
  async function run(args: string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await runCli(args, { input });
    expect([code, stderr.includes('did not work')], stderr).toEqual([0, false]);
    return stdout;
  }
  const runJson = async (args: string[], input?: string) => JSON.parse(await run([...args, '--json'], input));
  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  const publish = () => run(['events', 'publish', 'thought.created', '--sample', '--user', 'user_123']);
  const whenDelivery = (expected: object) =>
    eventually(async () => {
      const [delivery] = linesOf(await run(['deliveries', 'list', webhookId, '--limit', '1', '--json']));
      expect(delivery).toMatchObject(expected);
      return delivery;
    });

  beforeAll(async () => {
    env = { CATHCR_API_URL: system.url };
    const scopes = 'webhooks:read,webhooks:write,events:publish';
    const created = ['keys', 'create', '--user', 'user_123', '--scopes', scopes, '--local', system.url];
    env.CATHCR_API_KEY = (await runJson(created)).key;
    const options = ['--url', system.inboxUrl(INBOX), '--events', 'thought.created', '--secret', '-'];
    webhookId = (await runJson(['webhooks', 'create', ...options], `${SECRET}\n`)).id;
  });

  test('looks after a webhook', async () => {
    expect(linesOf(await run(['webhooks', 'list', '--json']))).toMatchObject([{ id: webhookId }]);
    expect(await run(['webhooks', 'list'])).toMatch(
      new RegExp(`^ID .*\n${webhookId}  yes +thought.created +http`),
    );
    const data = JSON.stringify({ description: 'of a test', events: ['ai.*'] });
    const update = ['webhooks', 'update', webhookId, '--events', 'thought.*', '--data', data];
    expect(await runJson(update)).toMatchObject({ events: ['thought.*'], description: 'of a test' });
    expect(await runJson(['webhooks', 'disable', webhookId])).toMatchObject({ active: false });
    expect(await run(['webhooks', 'enable', webhookId])).toMatch(/^active +true$/m);
    expect(await run(['webhooks', 'get', webhookId])).not.toContain(SECRET);
    const rotate = ['webhooks', 'rotate-secret', webhookId, '--overlap-hours', '0'];
    const { secret } = await runJson([...rotate, '--idempotency-key', 'rotated-once']);
    expect(secret).toMatch(/^whsec_/);
    expect(await runJson([...rotate, '--idempotency-key', 'rotated-once'])).toMatchObject({ secret });
    await run(['webhooks', 'update', webhookId, '--secret', '-'], SECRET);
    await run(['webhooks', 'rotate-secret', webhookId]);
    const endRotation = ['webhooks', 'end-rotation', webhookId, '--keep', 'old'];
    expect(await runJson(endRotation)).toMatchObject({ secret: `************${SECRET.slice(-4)}` });
  });

  test('sets what a webhook may have besides, tries its filter, and takes it away again', async () => {
    const filter = '{"thought":{"tags":["work"]}}';
    const fields = ['--filter', filter, '--rate-limit', '20', '--header', 'X-Key=-', '--keep-while-inactive'];
    expect(await runJson(['webhooks', 'update', webhookId, ...fields], 'a=b\n')).toMatchObject({
      filter: JSON.parse(filter),
      rate_limit: 20,
      headers: { 'X-Key': 'a=b' },
      keep_while_inactive: true,
    });

    const tried = ['webhooks', 'test-filter', webhookId, '--event', 'thought.created', '--data'];
    expect(await run([...tried, '{"thought":{"tags":["work"]}}'])).toBe('thought.created: it matches\n');
    const other = await runCli([...tried, '{"thought":{"tags":["play"]}}']);
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/^ {2}data\.thought\.tags: /)]);

    const cleared = 'filter,rate-limit,headers,keep-while-inactive,description';
    expect(await runJson(['webhooks', 'update', webhookId, '--clear', cleared])).toMatchObject({
      filter: null,
      rate_limit: null,
      headers: {},
      keep_while_inactive: false,
      description: null,
    });
  });

  test('recovers what a webhook has missed, and shows how far it is', async () => {
    const setUp = [
      '--url',
      system.inboxUrl('missed'),
      '--events',
      'thought.created',
      '--keep-while-inactive',
    ];
    const { id } = await runJson(['webhooks', 'create', ...setUp, '--inactive']);
    await publish();
    await eventually(async () =>
      expect(await run(['deliveries', 'list', id, '--status', 'skipped'])).toContain('skipped'),
    );
    await run(['webhooks', 'enable', id]);

    const { code, stdout, stderr } = await runCli(['recoveries', 'start', id, '--since', '1h']);

    expect([code, stdout]).toEqual([0, expect.stringMatching(/^state +completed$[^]*^delivered +1$/m)]);
    expect(stderr).toMatch(/\[#{30}\] 100 % {2}1 replayed, 1 delivered\n$/);
    expect(await run(['recoveries', 'list', id])).toMatch(/^recovery_1 +completed /m);
    expect(await runJson(['recoveries', 'show', id, 'recovery_1'])).toMatchObject({ delivered: 1 });
    expect(await run(['recoveries', 'cancel', id, 'recovery_1'])).toMatch(/^state +completed$/m);
  });

  test('shows what is delivered, and sends it again', async () => {
    await publish();
    const { id } = await whenDelivery({ status: 'succeeded', event: 'thought.created' });
    expect(await run(['deliveries', 'list', webhookId, '--since', '1h'])).toMatch(`${id}`);
    expect(await run(['deliveries', 'get', webhookId, id])).toMatch(
      /^1\.1 .* 200$[^]*"event": "thought.created"/m,
    );
    expect(await run(['logs', webhookId])).toMatch(`${id}`);

    await system.setBehaviour(INBOX, { status: 500 });
    const replay = await runCli(['replay', webhookId, id, '--wait', '--json']);
    expect([replay.code, replay.stderr]).toEqual([1, `${id}: Response 500\n`]);
    expect(JSON.parse(replay.stdout)).toMatchObject({ run: 2, success: false });
    await system.setBehaviour(INBOX, { status: 200 });
    const data = '{"thought_id":"thought_of_my_test"}';
    const sent = await run(['test', webhookId, '--event', 'thought.deleted', '--data', data, '--wait']);
    expect(sent).toMatch(/^status +succeeded$[^]*"thought_id": "thought_of_my_test"/m);
    expect(await runJson(['stats', webhookId])).toMatchObject({ totals: { exhausted: 0 } });
    expect(await run(['stats', webhookId, '--period', 'week'])).toMatch(/^attempts +\d+$/m);
  });

  test('tells what is refused field by field, with the key nowhere', async () => {
    const wrong = await runCli(['webhooks', 'create', '--url', 'nowhere', '--events', 'thought.eaten'], {
      env,
    });
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toMatch(
      /^It did not work: 400 Invalid request\n {2}url: .*\n {2}events\[0\]: .*\nrequest /,
    );
    const key = `${env.CATHCR_API_KEY}x`;
    const unknown = await runCli(['webhooks', 'list'], { env: { ...env, CATHCR_API_KEY: key } });
    expect([unknown.code, unknown.stderr.includes(key)]).toEqual([1, false]);
    expect(unknown.stderr).toMatch(/^It did not work: 401 /);
    const keyless = await runCli(['webhooks', 'delete', webhookId]);
    expect([keyless.code, keyless.stderr]).toEqual([
      2,
      expect.stringMatching(/it takes --yes\n\nFor more: /),
    ]);
    const nowhere = await runCli(['events', 'types'], { env: {} });
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringMatching(/^--api-url is missing/)]);
  });

  test("listen posts deliveries to a receiver of one's own, and it can verify them", async () => {
    const handler = vi.fn<Handler>();
    const server: Server = createServer(receiveWebhooks({ secret: SECRET }, handler)).listen(0);
    const target = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const child = spawnCli(['listen', webhookId, '--to', target, '--every-ms', '100', '--json'], env);
    try {
      let [printed, told] = ['', ''];
      child.stdout?.on('data', (chunk) => (printed += chunk));
      child.stderr?.on('data', (chunk) => (told += chunk));
      await eventually(async () => expect(told).toContain('are posted to'));
      const event_id = (await publish()).trim();
      const { id } = await whenDelivery({ event_id, status: 'succeeded' });
      await eventually(async () => expect(handler).toHaveBeenCalledTimes(1));
      expect(handler.mock.calls[0]?.[0].event satisfies CathcrEvent['event'] | undefined).toBe(
        'thought.created',
      );
      await run(['replay', webhookId, id]);
      await eventually(async () => expect(linesOf(printed)).toHaveLength(2));
      const forwarded = { delivery_id: id, status: 'succeeded', local: { status_code: 200 } };
      expect(linesOf(printed)).toMatchObject([forwarded, forwarded]);
      expect(handler).toHaveBeenCalledTimes(1);
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill();
      server.close();
    }
  });

  test('does what an operator does: keys, dead letters; and deletes a webhook', async () => {
    const of = ['--user', 'user_123', '--local', system.url];
    const [{ id, key }] = linesOf(await run(['keys', 'list', ...of, '--json']));
    expect(key).toBeUndefined();
    expect(await run(['dead-letters', 'list', '--local', system.url])).toBe('dead letters: 0\n');
    expect((await runCli(['webhooks', 'delete', webhookId, '--yes'])).stderr).toBe(
      `${webhookId} is deleted\n`,
    );
    expect(await run(['keys', 'revoke', '--id', id, ...of])).toBe(`${id} is revoked\n`);
  });
});
