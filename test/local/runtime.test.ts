import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { configOf, queueOf } from './support/clients.ts';
import { givenAssembly, givenDirectory, givenRuntime, talkTo } from './support/given.ts';
import { handler } from './support/handlers.ts';
import { end, givenProcess } from './support/process.ts';
import { httpApi, lambda, mapping, queue, ref } from './support/template.ts';

const QUEUE = { resources: { Work: queue() }, outputs: { Work: ref('Work') } };

const givenServer = async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};
const givenTakenPort = async () => (await givenServer()).port;
const givenFreePort = async () => {
  const { server, port } = await givenServer();
  server.close();
  return port;
};

test('a port that is taken gives way to the next free one', async () => {
  const port = await givenTakenPort();

  const { runtime } = await givenRuntime(QUEUE, { port });

  expect(Number(new URL(runtime.url).port)).toBeGreaterThan(port);
});

test('a port that was asked for is taken or refused', async () => {
  const port = await givenTakenPort();

  await expect(givenRuntime(QUEUE, { port, portIsFixed: true })).rejects.toThrow(`port ${port} is taken`);
});

test('what is to be prepared is in place before anything but AWS answers', async () => {
  const seen: number[] = [];

  const { runtime } = await givenRuntime(QUEUE, {
    prepare: async ({ outputs, environment }) => {
      const health = await fetch(`${environment.AWS_ENDPOINT_URL}/_local/health`);
      seen.push(health.status);
      await queueOf({ outputs, environment }, 'Work').send('prepared');
    },
  });

  expect(seen).toEqual([503]);
  expect((await fetch(`${runtime.url}/_local/health`)).status).toBe(200);
  expect(await queueOf(runtime, 'Work').receive()).toMatchObject([{ Body: 'prepared' }]);
});

test('runtimes side by side know nothing of each other', async () => {
  const [one, two] = [await givenRuntime(QUEUE), await givenRuntime(QUEUE)];
  await one.advance(3600);

  await queueOf(one.runtime, 'Work').send('for one');

  expect(await queueOf(two.runtime, 'Work').receive()).toEqual([]);
  expect(one.runtime.clock.now() - two.runtime.clock.now()).toBeGreaterThan(3_000_000);
});

test('an SDK finds the runtime by its environment', async () => {
  const { runtime } = await givenRuntime(QUEUE);
  const sqs = new SQSClient(configOf(runtime));

  const sent = await sqs.send(new SendMessageCommand({ QueueUrl: runtime.outputs.Work, MessageBody: 'x' }));

  expect(sent.MessageId).toBeTruthy();
  expect(runtime.environment).toEqual({
    AWS_ENDPOINT_URL: runtime.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});

test('a call of a service that the runtime has not is refused by name', async () => {
  const { send } = await givenRuntime(QUEUE);
  const authorization =
    'AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0';

  const answer = await send('POST', '/', '{}', { authorization });

  expect(answer.status).toBe(501);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining('kinesis') });
});

test('answers are dated by the clock, so that no SDK takes its own for wrong', async () => {
  const { send, advance, runtime } = await givenRuntime(QUEUE);
  await advance(86_400);

  const answer = await send('GET', '/_local/health');

  const date = Date.parse(answer.headers.get('date') ?? '');
  expect(Math.abs(date - runtime.clock.now())).toBeLessThan(5000);
});

test('a stopped runtime leaves nothing open, whatever was under way', async () => {
  const { child, runtime } = await givenProcess({
    assemblyDirectory: await givenAssembly({
      resources: {
        Work: queue(),
        Worker: lambda('Worker'),
        Mapping: mapping('Work', 'Worker'),
        ...httpApi({ 'GET /': 'Worker' }),
      },
      outputs: { Work: ref('Work') },
      handlers: { Worker: handler(`await tell('started', 1); await holdOn(60_000);`) },
    }),
    dataDirectory: await givenDirectory(),
  });
  const { send, inbox } = talkTo(runtime.url);
  const work = queueOf(runtime, 'Work');
  await work.send('a');
  await work.send('b', { DelaySeconds: 900 });
  await send('PUT', '/_local/inbox/slow/behaviour', { delay_ms: 60_000 });
  const underWay = [
    send('GET', '/'),
    send('POST', '/_local/inbox/slow', {}),
    work.receive({ WaitTimeSeconds: 20 }),
  ];
  const unanswered = Promise.allSettled(underWay);
  // The request's invocation and the message's.
  await vi.waitFor(async () => expect(await inbox('started')).toEqual([1, 1]), { timeout: 10_000 });

  await end(child, 'SIGTERM');

  expect(child.exitCode).toBe(0);
  expect((await unanswered).map(({ status }) => status)).not.toContain('fulfilled');
});

test('a start that fails leaves nothing open either', async () => {
  const dataDirectory = await givenDirectory();
  const port = await givenFreePort();
  const fixture = { resources: { ...QUEUE.resources, Mapping: mapping('Work', 'Missing') } };

  await expect(givenRuntime(fixture, { dataDirectory, port })).rejects.toThrow('Missing');

  const { runtime } = await givenRuntime(QUEUE, { dataDirectory, port, portIsFixed: true });
  expect(runtime.url).toBe(`http://127.0.0.1:${port}`);
});

test('stopping twice is stopping once', async () => {
  const { runtime } = await givenRuntime(QUEUE);

  await Promise.all([runtime.stop(), runtime.stop()]);

  await expect(fetch(runtime.url)).rejects.toThrow('fetch failed');
});
