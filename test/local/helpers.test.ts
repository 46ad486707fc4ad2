import { expect, test } from 'vitest';
import { queueOf } from './support/clients.ts';
import { givenRuntime } from './support/given.ts';
import { queue, ref } from './support/template.ts';

const givenHelpers = () => givenRuntime({ resources: { Work: queue() }, outputs: { WorkUrl: ref('Work') } });

test('health tells that all is ready, and the outputs of the stack', async () => {
  const { send, runtime } = await givenHelpers();

  const answer = await send('GET', '/_local/health');

  expect(answer.status).toBe(200);
  const { now, ...rest } = (await answer.json()) as any;
  expect(rest).toEqual({ status: 'ready', outputs: runtime.outputs });
  expect(Math.abs(Date.parse(now) - runtime.clock.now())).toBeLessThan(5000);
  expect(runtime.outputs.WorkUrl).toMatch(`${runtime.url}/000000000000/`);
});

test('queues tell how many messages they hold, and how many of them are hidden', async () => {
  const { send, runtime } = await givenHelpers();
  const work = queueOf(runtime, 'WorkUrl');
  await work.send('delayed', { DelaySeconds: 900 });
  for (const body of ['first', 'second', 'third']) await work.send(body);
  await work.receive({ MaxNumberOfMessages: 1 });

  const queues = await (await send('GET', '/_local/queues')).json();

  expect(queues).toEqual([{ name: expect.stringContaining('Work'), visible: 2, hidden: 2 }]);
});

test('an inbox answers 200 and keeps what it got, newest last', async () => {
  const { send, runtime } = await givenHelpers();
  await runtime.clock.advance(86_400);
  const first = '{"b": 1,\n "a":"päylöad"}';

  const answer = await send('POST', '/_local/inbox/demo', first, { 'X-Custom': 'Yes' });
  await send('PUT', '/_local/inbox/demo?x=1', 'second');

  expect([answer.status, await answer.text()]).toEqual([200, '']);
  const requests = (await (await send('GET', '/_local/inbox/demo/requests')).json()) as any[];
  expect(requests).toMatchObject([
    { method: 'POST', headers: { 'x-custom': 'Yes' }, body: first },
    { method: 'PUT', body: 'second' },
  ]);
  expect(Math.abs(Date.parse(requests[0].received_at) - runtime.clock.now())).toBeLessThan(5000);
  expect(Object.keys(requests[0])).toEqual(['method', 'headers', 'body', 'received_at']);
});

test('an inbox behaves as it is told', async () => {
  const { send } = await givenHelpers();
  const told = await send('PUT', '/_local/inbox/demo/behaviour', {
    status: 503,
    delay_ms: 50,
    headers: { 'Retry-After': '7' },
    body: 'later',
  });
  const startedAt = performance.now();

  const answer = await send('POST', '/_local/inbox/demo', '{}');

  expect(told.status).toBe(204);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(45);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(await answer.text()).toBe('later');
});

test('a behaviour with the members of the contract alone is enough', async () => {
  const { send } = await givenHelpers();

  const told = await send('PUT', '/_local/inbox/demo/behaviour', { status: 500, delay_ms: 0, headers: {} });

  expect(told.status).toBe(204);
  expect((await send('POST', '/_local/inbox/demo', '{}')).status).toBe(500);
});

test('an inbox is forgotten, how it behaves included', async () => {
  const { send, inbox } = await givenHelpers();
  await send('PUT', '/_local/inbox/demo/behaviour', { status: 500 });
  await send('POST', '/_local/inbox/demo', '{}');

  expect((await send('DELETE', '/_local/inbox/demo')).status).toBe(204);

  expect(await inbox('demo')).toEqual([]);
  expect((await send('POST', '/_local/inbox/demo', '{}')).status).toBe(200);
});

test.each([
  [{ status: 99 }, ['status']],
  [{ status: '200' }, ['status']],
  [{ delay_ms: -1, headers: { a: 1 } }, ['delay_ms', 'headers']],
  [{ headers: { 'bad name': 'x' } }, ['headers']],
  [{ body: {} }, ['body']],
  [{ statuss: 200, color: 'red' }, ['statuss', 'color']],
  ['not json', ['JSON']],
  [[], ['JSON']],
])('the behaviour %j is refused by name', async (behaviour, names) => {
  const { send } = await givenHelpers();

  const answer = await send('PUT', '/_local/inbox/demo/behaviour', behaviour);

  expect(answer.status).toBe(400);
  const { message } = (await answer.json()) as { message: string };
  for (const name of names) expect(message).toContain(name);
});

test.each([{}, { seconds: '5' }, { seconds: -1 }, { seconds: null }, { seconds: 1e300 }, { second: 5 }])(
  'the clock is not moved by %j',
  async (body) => {
    const { send } = await givenHelpers();

    const answer = await send('POST', '/_local/clock/advance', body);

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain('seconds');
  },
);

test('the clock is moved', async () => {
  const { send, runtime } = await givenHelpers();
  const before = runtime.clock.now();

  const answer = await send('POST', '/_local/clock/advance', { seconds: 3600 });

  expect(await answer.json()).toEqual({ fired: 0 });
  expect(runtime.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
});

test.each([
  ['POST', '/_local/health', 405],
  ['GET', '/_local/clock/advance', 405],
  ['DELETE', '/_local/schedules', 405],
  ['POST', '/_local/inbox/demo/behaviour', 405],
  ['POST', '/_local/inbox/demo/requests', 405],
  ['GET', '/_local/nothing', 404],
  ['GET', '/_local/inbox/', 404],
  ['GET', '/_local', 404],
])('%s %s is a %i that says why', async (method, path, status) => {
  const { send } = await givenHelpers();

  const answer = await send(method, path);

  expect(answer.status).toBe(status);
  expect(((await answer.json()) as { message: string }).message).toContain(path);
});
