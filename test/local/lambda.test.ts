import { expect, onTestFinished, test, vi } from 'vitest';
import { givenRuntime } from './support/given.ts';
import { httpApi, lambda, queue, ref } from './support/template.ts';

/** A function behind `GET /`, which answers with what it returns. */
const givenFunction = async (code: string, properties: object = {}) => {
  const given = await givenRuntime({
    resources: { Work: queue(), ...httpApi({ 'GET /': 'Fn' }), Fn: lambda('Fn', properties) },
    outputs: { Work: ref('Work'), Fn: ref('Fn') },
    handlers: { Fn: code },
  });
  const ask = async (): Promise<any> => (await given.send('GET', '/')).json();
  return { ...given, ask };
};

test('a function sees its own variables and those of Lambda, and none of ours', async () => {
  vi.stubEnv('SECRET_OF_THE_HOST', 'x');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { ask, runtime } = await givenFunction('export const handler = async () => process.env;', {
    Environment: { Variables: { QUEUE_URL: ref('Work'), COUNT: 3 } },
    MemorySize: 256,
  });

  const env = await ask();

  expect(env).toMatchObject({
    QUEUE_URL: runtime.outputs.Work,
    COUNT: '3',
    _HANDLER: 'index.handler',
    AWS_ENDPOINT_URL: runtime.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: runtime.outputs.Fn,
    AWS_LAMBDA_FUNCTION_NAME: runtime.outputs.Fn,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  });
  expect(env).not.toHaveProperty('SECRET_OF_THE_HOST');
});

test('a function has the context that Lambda gives', async () => {
  const { ask, runtime } = await givenFunction(
    `export const handler = async (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() });`,
    { Timeout: 20 },
  );

  const context = await ask();

  expect(context).toMatchObject({
    functionName: runtime.outputs.Fn,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${runtime.outputs.Fn}`,
    memoryLimitInMB: '128',
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(context.remaining).toBeGreaterThan(19_000);
  expect(context.remaining).toBeLessThanOrEqual(20_000);
});

test("a function's dates are the runtime's", async () => {
  const { ask, advance, runtime } = await givenFunction(`
    export const handler = async () => ({
      now: Date.now(),
      date: new Date().getTime(),
      text: Date.parse(Date()),
      given: new Date('2020-01-01T00:00:00Z').toISOString(),
      fields: new Date(2020, 1, 3).getDate(),
      isDate: new Date() instanceof Date && new Date().constructor === Date,
    });`);
  await ask();

  await advance(86_400);

  const { now, date, text, ...rest } = await ask();
  for (const time of [now, date, text]) expect(Math.abs(time - runtime.clock.now())).toBeLessThan(2000);
  expect(rest).toEqual({ given: '2020-01-01T00:00:00.000Z', fields: 3, isDate: true });
});

test('an instance is used again, and others are started while it is busy', async () => {
  const { send } = await givenFunction(`
    import { threadId } from 'node:worker_threads';
    export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return String(threadId);
    };`);
  const ask = async () => (await send('GET', '/')).text();

  const alone = [await ask(), await ask()];
  const together = await Promise.all([ask(), ask(), ask()]);

  expect(new Set(alone).size).toBe(1);
  expect(new Set(together).size).toBeGreaterThan(1);
});

test('what a function writes is handed on, line by line', async () => {
  const { ask, logs } = await givenFunction(`
    export const handler = async () => {
      console.log('one\\ntwo');
      console.error('three');
      return 1;
    };`);

  await ask();

  await vi.waitFor(() => expect(logs.toSorted()).toEqual(['one', 'three', 'two']));
});

test.each([
  ['throws', `export const handler = async () => { throw new TypeError('oh no'); };`, 'TypeError', 'oh no'],
  ['throws no error', `export const handler = async () => { throw 'text'; };`, 'string', 'text'],
  ['fails while it is loaded', `throw new RangeError('too early');`, 'RangeError', 'too early'],
  ['exports no handler', `export const other = 1;`, 'Runtime.HandlerNotFound', 'index.handler'],
  [
    'rejects in passing',
    `export const handler = () => new Promise(() => { Promise.reject(new Error('lost')); });`,
    'Error',
    'lost',
  ],
  ['exits', `export const handler = async () => process.exit(3);`, 'Runtime.ExitError', 'exit status 3'],
])('a function that %s is reported as Lambda does', async (_, code, errorType, message) => {
  const { send, logs } = await givenFunction(code);

  const answer = await send('GET', '/');

  expect(answer.status).toBe(500);
  expect(await answer.json()).toEqual({ message: 'Internal Server Error' });
  await vi.waitFor(() => {
    const reports = logs.filter((line) => line.includes('Invoke Error')).map((line) => JSON.parse(line));
    expect(reports).toMatchObject([{ errorType, errorMessage: expect.stringContaining(message) }]);
  });
});

test('what ends a function between two events is told too, and it works again', async () => {
  const { send, logs } = await givenFunction(`
    export const handler = async () => {
      setTimeout(() => { throw new Error('left over'); }, 10);
      return 'fine';
    };`);

  expect(await (await send('GET', '/')).text()).toBe('fine');
  await vi.waitFor(() => expect(logs.join()).toContain('left over'));
  expect(await (await send('GET', '/')).text()).toBe('fine');
});

test('a function works again after it failed', async () => {
  const { send } = await givenFunction(`
    let calls = 0;
    export const handler = async (event) => {
      calls += 1;
      if (event.queryStringParameters?.crash) process.exit(1);
      return { calls };
    };`);

  expect((await send('GET', '/?crash=1')).status).toBe(500);
  const answer = await send('GET', '/');

  expect(await answer.json()).toEqual({ calls: 1 });
});

test('a function that runs out of time is ended', async () => {
  const { send, logs } = await givenFunction(`export const handler = async () => { for (;;); };`, {
    Timeout: 1,
  });

  const answer = await send('GET', '/');

  expect(answer.status).toBe(500);
  expect(logs.join()).toContain('Task timed out after 1.00 seconds');
});

test('one that only waits ends between two turns of its thread, and is not cut off in the midst of one', async () => {
  const { send, logs } = await givenFunction(
    `process.on('exit', () => console.log('ended by itself'));
    export const handler = () => new Promise(() => {});`,
    { Timeout: 1 },
  );

  expect((await send('GET', '/')).status).toBe(500);
  await vi.waitFor(() => expect(logs.join()).toContain('ended by itself'));
});
