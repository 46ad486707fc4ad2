import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { isOperational } from '../../core/event-catalogue.ts';
import { signBody } from '../../core/signature.ts';
import { settle } from '../docs/answers.ts';
import { type Fence, type HttpMessage, readHttp } from '../docs/fences.ts';
import { bodyUnder, codeOf, EXAMPLES, isAnswer, ROOT } from '../docs/guide.ts';
import { RUN_HANDLERS } from '../docs/handlers.ts';
import { flaskIsMissing } from '../examples/python.ts';
import { type ReceiverProcess, startReceiver } from '../examples/receiver-process.ts';
import { useCustomer } from './customer.ts';
import type { Behaviour } from './hands.ts';
import { type Need, reasonWithout } from './needs.ts';
import { eventually, useSystem, whenQuiet } from './system.ts';

/**
 * Every example of the guide, run in the order in which it stands there. What is run how:
 *
 * - `http` that begins with a method: a request to the API. An `http` fence right after it is the answer, which must
 *   be equal but for what differs from run to run; without one it is a 200.
 * - `http` that ends its first line with `HTTP/1.1`: the request that a receiver gets.
 * - `json`: an event, which is published (or happens, where the system tells it), and must arrive as it is shown.
 * - any other language: all of it under one heading together, run by what `RUN` has for the heading and the language.
 *   What nothing runs must be listed in `NOT_RUN` with the reason, and shows as skipped.
 *
 * `your_api_key`, `{webhook_id}`, `{delivery_id}`, `{cursor}`, the receiver's address and port 3000 stand for what
 * they are in the run. `GIVEN` is what must be so before the examples of a heading.
 */
const SECRET = 'your_webhook_secret';
/** Of the kind that is made where a new webhook has none. */
const MADE_SECRET = 'whsec_YWxsIG9mIHRoaXMgaXMgdGhlIHNlY3JldCwgMzJCISE=';
const RECEIVER = 'https://your-app.com/webhooks/cathcr';
const IDEMPOTENCY_KEY = 'set-up-of-2024-01-15';
const LISTEN_ANYWHERE =
  'app.listen(0, function () { console.log(`http://localhost:${this.address().port}`) })';
const execute = promisify(execFile);

describe('the examples of the guide', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  /** What the placeholders stand for. */
  const story = { webhookId: '', deliveryId: '', cursor: '', newSecret: '' };
  const idempotencyKey = randomUUID();
  const receivers: ReceiverProcess[] = [];

  afterAll(async () => {
    for (const receiver of receivers) await receiver.stop();
  });

  const inboxUrl = () => system.inboxUrl('guide');
  const behave = (behaviour: Behaviour) => system.setBehaviour('guide', behaviour);

  const fill = (text: string) =>
    text
      .replaceAll('your_api_key', customer.key)
      .replaceAll(IDEMPOTENCY_KEY, idempotencyKey)
      .replaceAll(RECEIVER, inboxUrl())
      .replaceAll('{webhook_id}', story.webhookId)
      .replaceAll('{delivery_id}', story.deliveryId)
      .replaceAll('{cursor}', story.cursor);

  /** Nothing but the webhook that the guide's first example makes, and an empty inbox. */
  async function givenWebhook() {
    for (const { id } of (await customer.call('GET', '/webhooks')).body.webhooks)
      await customer.call('DELETE', `/webhooks/${id}`);
    await system.forget('guide');
    story.webhookId = (
      await customer.call('POST', '/webhooks', fill(bodyUnder('Creating a webhook')))
    ).body.id;
  }

  const publish = (event: object) => customer.call('POST', '/events', event);
  const publishShown = (heading: string) => {
    const { webhook_id, ...event } = JSON.parse(codeOf(heading, 'json'));
    return publish(event);
  };

  const whenNewest = (expected: object) =>
    eventually(async () => {
      const { deliveries } = (await customer.call('GET', `/webhooks/${story.webhookId}/deliveries`)).body;
      expect(deliveries[0]).toMatchObject(expected);
      story.deliveryId = deliveries[0].id;
    });

  const whenWebhook = (expected: object) =>
    eventually(async () => {
      expect((await customer.call('GET', `/webhooks/${story.webhookId}`)).body).toMatchObject(expected);
    });

  async function givenTwoDeliveries() {
    await givenWebhook();
    await publishShown('thought.created');
    await whenNewest({ status: 'succeeded' });
    const { deliveryId } = story;
    await behave({ status: 500 });
    await publishShown('reminder.due');
    await whenNewest({ event: 'reminder.due', status: 'retrying', attempt: 2 });
    story.deliveryId = deliveryId;
  }

  /** A webhook that was turned off by a delivery, and is on again. */
  async function givenMissed() {
    await givenWebhook();
    await behave({ status: 410 });
    await publishShown('thought.created');
    await whenWebhook({ active: false });
    await behave({});
    await customer.call('PATCH', `/webhooks/${story.webhookId}`, { active: true });
  }

  async function givenDeletedThought(answer: Behaviour, expected: object) {
    await givenWebhook();
    await customer.call('PATCH', `/webhooks/${story.webhookId}`, { events: ['thought.deleted'] });
    await behave({ headers: { 'content-type': 'text/html; charset=utf-8' }, ...answer });
    await publishShown('thought.deleted');
    await whenNewest(expected);
  }

  const GIVEN: Record<string, () => Promise<unknown>> = {
    'Listing webhooks': givenWebhook,
    'Headers of your own': givenWebhook,
    'Rotating the secret': givenWebhook,
    'Ending a rotation early': async () => {
      await givenWebhook();
      await customer.call('POST', `/webhooks/${story.webhookId}/secret/rotate`, { secret: MADE_SECRET });
    },
    'When to switch to a new secret': async () => {
      await givenWebhook();
      await customer.call('PATCH', `/webhooks/${story.webhookId}`, { events: ['thought.deleted'] });
      const rotated = await customer.call('POST', `/webhooks/${story.webhookId}/secret/rotate`);
      story.newSecret = rotated.body.secret;
      await publishShown('thought.deleted');
    },
    'What arrives': async () => {
      await givenWebhook();
      await publishShown('thought.created');
    },
    'Asking for a pause': async () => {
      await givenWebhook();
      await behave({ status: 503, headers: { 'Retry-After': '600' } });
      await publishShown('thought.created');
      await whenNewest({ status: 'retrying', attempt: 1 });
    },
    'When a webhook is turned off': async () => {
      await givenWebhook();
      await behave({ status: 410 });
      await publishShown('thought.created');
      await whenWebhook({ active: false, delivery_count: 1 });
    },
    Deliveries: givenTwoDeliveries,
    'One delivery': () => givenDeletedThought({ body: 'OK' }, { status: 'succeeded' }),
    'The log of attempts': () =>
      givenDeletedThought({ status: 500, body: 'Internal Server Error' }, { status: 'retrying', attempt: 2 }),
    Statistics: async () => {
      await givenTwoDeliveries();
      await behave({ status: 200 });
      await publishShown('thought.updated');
      await whenWebhook({ delivery_count: 4, failure_count: 2 });
    },
    'Recovering what was missed': givenMissed,
    'Pages of a list': givenTwoDeliveries,
    Errors: givenWebhook,
    'Retries without waiting': () =>
      eventually(async () => {
        await system.advance(100_000);
        expect(await system.schedules(), 'retries of earlier examples').toEqual([]);
      }),
    // What still happens of earlier examples would meet its faults.
    'Making things go wrong': () => whenQuiet(system),
  };

  /** Runs the code of a heading as a receiver, and has an event delivered to it. */
  async function runReceiver(command: string, args: string[], code: string, secret = SECRET) {
    const free = code.replace('app.listen(3000)', LISTEN_ANYWHERE).replace('port=3000', 'port=0');
    expect(free).not.toBe(code);
    const receiver = await startReceiver(command, args, {
      cwd: ROOT,
      env: { WEBHOOK_SECRET: secret },
      code: free,
    });
    receivers.push(receiver);
    const body = { url: receiver.url, events: ['thought.created'], secret };
    story.webhookId = (await customer.call('POST', '/webhooks', body)).body.id;
    await publishShown('thought.created');
    await whenNewest({ status: 'succeeded', status_code: 200 });
    await eventually(async () => expect(receiver.output()).toContain('This is a new thought'));

    const replayed = await customer.call('POST', `/webhooks/${story.webhookId}/replay/${story.deliveryId}`);
    expect(replayed.status).toBe(202);
    await whenNewest({ status: 'succeeded', run: 2 });
    expect(receiver.output().match(/This is a new thought/g)).toHaveLength(1);
    await customer.call('DELETE', `/webhooks/${story.webhookId}`);

    const post = (signature: string) =>
      fetch(receiver.url, { method: 'POST', headers: { 'X-Cathcr-Signature-256': signature }, body: '{}' });
    expect((await post('sha256=test')).status).toBe(401);
    expect((await post(signBody(Buffer.from('{}'), 'another_webhook_secret'))).status).toBe(401);
  }

  /** What runs the code of a heading, by heading and language. One runner may run several fences together. */
  const RUN: Record<string, (code: string) => Promise<unknown>> = {
    'Node.js, javascript': (code) => runReceiver(process.execPath, ['--input-type=module', '-'], code),
    'Standard Webhooks, javascript': async (code) => {
      for (const secret of [SECRET, MADE_SECRET]) {
        await runReceiver(process.execPath, ['--input-type=module', '-'], code, secret);
      }
    },
    'Python, python': (code) => runReceiver('python3', ['-'], code),
    'When to switch to a new secret, javascript': async (code) => {
      const verification = EXAMPLES.find(
        ({ heading, language }) => heading === 'Node.js' && language === 'javascript',
      )?.text;
      const [{ headers, body } = { headers: {}, body: '' }] = await system.requests('guide');
      const run = `const headers = ${JSON.stringify(headers)};
        const req = { body: ${JSON.stringify(body)}, get: (name) => headers[name.toLowerCase()] };
        const secrets = ${JSON.stringify([SECRET, story.newSecret, 'another_webhook_secret'])};
        console.log(secrets.map((secret) => isSigned(req, secret)).join(' '));`;
      const args = ['--input-type=module', '-e', `${verification}\n${code}\n${run}`];
      expect((await execute(process.execPath, args)).stdout).toBe('true true false\n');
    },
    'Health check, bash': async (code) => {
      const [receiver] = receivers;
      const { stdout } = await execute('bash', ['-c', code.replace(RECEIVER, receiver?.url ?? '')]);
      expect(stdout).toBe('401\n');
    },
    ...RUN_HANDLERS,
    'The built-in inbox, bash': async (code) => {
      const { stdout } = await execute('bash', ['-euc', code], {
        env: { ...process.env, API: system.url, KEY: customer.key },
      });
      expect(stdout).toMatch(/"id":"webhook_/);
      await eventually(async () => expect(await system.requests('demo')).toHaveLength(1));
    },
    'Retries without waiting, bash': async (code) => {
      const before = (await system.requests('demo')).length;
      await execute('bash', ['-euc', code], { env: { ...process.env, API: system.url, KEY: customer.key } });
      await eventually(async () => {
        expect((await system.requests('demo')).length).toBeGreaterThanOrEqual(before + 3);
      });
    },
    'Making things go wrong, bash': async (code) => {
      const { stdout } = await execute('bash', ['-euc', code], { env: { ...process.env, API: system.url } });
      expect(JSON.parse(stdout)).toEqual({ counts: {} });
    },
  };

  /** Examples that need what this system lacks, each with the reason. */
  function notRunWithout(need: Need, ...kinds: string[]): Record<string, string> {
    const reason = reasonWithout(need);
    return reason ? Object.fromEntries(kinds.map((kind) => [kind, reason])) : {};
  }

  /** Examples that are not run, by heading and language, and why. */
  const NOT_RUN: Record<string, string> = {
    'ngrok, bash': 'it installs a program and opens a tunnel to the internet',
    'listen, bash': 'it goes on until it is stopped: cli.test.ts runs it',
    'Asking for a pause, text': 'it is an answer of a receiver: what came of it is the next example',
    'The whole system on your machine, bash':
      'these tests start the same system in their own process, and examples-receivers.test.ts the receiver',
    ...(flaskIsMissing ? { 'Python, python': flaskIsMissing } : {}),
    ...notRunWithout(
      'laptop',
      'The built-in inbox, bash',
      'Retries without waiting, bash',
      'Making things go wrong, bash',
    ),
    ...notRunWithout(
      'receiversHere',
      'Node.js, javascript',
      'Standard Webhooks, javascript',
      'Python, python',
      'Health check, bash',
    ),
  };

  /** Notes what later examples mean by their placeholders. */
  function noteStory(body: any, { firstLine }: HttpMessage) {
    if (firstLine === 'POST /webhooks' && body.id) story.webhookId = body.id;
    if (body.pagination?.next_cursor) story.cursor = body.pagination.next_cursor;
  }

  async function runRequest(request: HttpMessage, answer: HttpMessage | undefined) {
    const [method = '', path = ''] = fill(request.firstLine).split(' ');
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, text]) => [name, fill(text)]),
    );
    const got = await system.call(method, path, {
      headers,
      body: request.body ? fill(request.body) : undefined,
    });
    expect(got.status, JSON.stringify(got.body)).toBe(answer ? Number(answer.firstLine.split(' ')[1]) : 200);
    noteStory(got.body, request);
    if (!answer) return;

    const shownHeaders = Object.entries(answer.headers);
    const gotHeaders = shownHeaders.map(([name]) => [name, got.headers.get(name)]);
    expect(settle(Object.fromEntries(gotHeaders))).toEqual(settle(answer.headers));
    const isJson = answer.body.startsWith('{');
    const gotText = JSON.stringify(got.body).replaceAll(inboxUrl(), RECEIVER);
    expect(settle(JSON.parse(gotText))).toEqual(settle(isJson ? JSON.parse(answer.body) : answer.body));
  }

  async function compareArrival({ headers, body }: HttpMessage) {
    const [request] = await eventually(async () => {
      const requests = await system.requests('guide');
      expect(requests).toHaveLength(1);
      return requests;
    });
    const { host, ...shown } = headers;
    const { host: _, 'content-length': __, connection, ...got } = request?.headers ?? {};
    expect(settle(got)).toEqual(settle(shown));
    expect(settle(request?.body)).toBe(settle(body));
  }

  /** Has an event delivered to a webhook of its own, and compares what arrives with what is shown. */
  async function runEvent(text: string) {
    const { webhook_id, ...event } = JSON.parse(text);
    const inbox = `event-${event.event}`;
    const body = { url: system.inboxUrl(inbox), events: [event.event] };
    const { id } = (await customer.call('POST', '/webhooks', body)).body;
    const answer = await publish(event);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    const [request] = await eventually(async () => {
      const requests = await system.requests(inbox);
      expect(requests).toHaveLength(1);
      return requests;
    });
    expect(webhook_id).toMatch(/^webhook_[0-9a-f]{32}$/);
    expect(request?.body).toBe(JSON.stringify({ ...event, webhook_id: id }));
    await customer.call('DELETE', `/webhooks/${id}`);
  }

  /** Has what an operational event tells of happen to another webhook, and compares what is told with what is shown. */
  async function runOwnEvent(text: string) {
    const { event, data } = JSON.parse(text);
    const [inbox, gone] = [`event-${event}`, `${event}-gone`];
    const given = async (name: string, events: string[]) => {
      const body = { url: system.inboxUrl(name), events };
      return (await customer.call('POST', '/webhooks', body)).body.id;
    };
    await system.setBehaviour(gone, { status: 410 });
    const ids = [await given(inbox, [event]), await given(gone, ['thought.created'])];
    await publishShown('thought.created');
    if (event === 'recovery.completed') {
      await eventually(async () => {
        expect((await customer.call('GET', `/webhooks/${ids[1]}`)).body).toMatchObject({ active: false });
      });
      await system.setBehaviour(gone, {});
      await customer.call('PATCH', `/webhooks/${ids[1]}`, { active: true });
      await customer.call('POST', `/webhooks/${ids[1]}/recoveries`, { since: data.recovery.since });
    }
    const [request] = await eventually(async () => {
      const requests = await system.requests(inbox);
      expect(requests).toHaveLength(1);
      return requests;
    });
    expect(settle(request?.body)).toBe(settle(JSON.stringify(JSON.parse(text))));
    for (const id of ids) await customer.call('DELETE', `/webhooks/${id}`);
  }

  function runFence({ language, heading, text }: Fence, next: Fence | undefined): Promise<unknown> {
    if (language === 'json')
      return isOperational(JSON.parse(text).event) ? runOwnEvent(text) : runEvent(text);
    if (language !== 'http') {
      const run = RUN[`${heading}, ${language}`];
      if (!run) throw new Error(`nothing runs the ${language} under "${heading}", and no reason is given`);
      return run(codeOf(heading, language));
    }
    const message = readHttp(text);
    if (message.firstLine.endsWith(' HTTP/1.1')) return compareArrival(message);
    return runRequest(message, next && isAnswer(next) ? readHttp(next.text) : undefined);
  }

  const given = new Set<string>();
  const together = new Set<string>();
  for (const [index, fence] of EXAMPLES.entries()) {
    const { heading, language } = fence;
    const kind = `${heading}, ${language}`;
    if (isAnswer(fence) || together.has(kind)) continue;
    if (language !== 'http') together.add(kind);
    const title = `${heading}: ${language === 'http' ? readHttp(fence.text).firstLine : language}`;
    if (NOT_RUN[kind]) test.skip(`${title} (not run: ${NOT_RUN[kind]})`);
    else {
      test(title, async () => {
        if (!given.has(heading)) await GIVEN[heading]?.();
        given.add(heading);
        await runFence(fence, EXAMPLES[index + 1]);
      });
    }
  }

  test('whatever is told of headings here is about headings that are there', () => {
    const headings = new Set(EXAMPLES.map(({ heading }) => heading));
    const told = [
      ...Object.keys(GIVEN),
      ...[...Object.keys(RUN), ...Object.keys(NOT_RUN)].map((kind) => kind.split(', ')[0]),
    ];
    expect(told.filter((heading) => !headings.has(heading ?? ''))).toEqual([]);
  });
});
