import { expect, test } from 'vitest';
import { givenRuntime } from './support/given.ts';
import { httpApi, lambda } from './support/template.ts';

/** Answers with the event that it was given. */
const ECHO = 'export const handler = async (event) => event;';

const givenApi = async (routes: string[], options: { code?: string; api?: object; stage?: object } = {}) => {
  const { code = ECHO, ...settings } = options;
  const given = await givenRuntime({
    resources: {
      ...httpApi(Object.fromEntries(routes.map((key) => [key, 'Fn'])), settings),
      Fn: lambda('Fn'),
    },
    handlers: { Fn: code },
  });
  const echo = async (...request: Parameters<typeof given.send>): Promise<any> =>
    (await given.send(...request)).json();
  return { ...given, echo };
};

test('a request reaches the function in payload format 2.0', async () => {
  const { echo, runtime } = await givenApi(['POST /things/{id}']);

  const event = await echo('POST', '/things/a%2Fb%20c?x=1&y=2&x=3%20', '{"a":1}', {
    'User-Agent': 'tester',
    'X-Custom': 'one',
    Cookie: 'a=1; b=2',
  });

  expect(event).toEqual({
    version: '2.0',
    routeKey: 'POST /things/{id}',
    rawPath: '/things/a%2Fb%20c',
    rawQueryString: 'x=1&y=2&x=3%20',
    cookies: ['a=1', 'b=2'],
    headers: expect.objectContaining({
      'user-agent': 'tester',
      'x-custom': 'one',
      'content-type': 'application/json',
      'x-forwarded-for': '127.0.0.1',
    }),
    queryStringParameters: { x: '1,3 ', y: '2' },
    pathParameters: { id: 'a/b c' },
    body: '{"a":1}',
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: new URL(runtime.url).host,
      domainPrefix: '127',
      http: {
        method: 'POST',
        path: '/things/a%2Fb%20c',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'tester',
      },
      requestId: expect.any(String),
      routeKey: 'POST /things/{id}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.closeTo(runtime.clock.now(), -4),
    },
  });
  expect(event.headers).not.toHaveProperty('cookie');
});

test('what a request does not have, the event has not', async () => {
  const { echo } = await givenApi(['GET /']);

  const event = await echo('GET', '/');

  for (const name of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) {
    expect(event).not.toHaveProperty(name);
  }
  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

test.each(['__proto__', 'constructor', 'toString'])(
  'a parameter called %s is one like others',
  async (name) => {
    const { echo } = await givenApi(['GET /']);

    const { queryStringParameters } = await echo('GET', `/?${name}=1&${name}=2`);

    expect(Object.entries(queryStringParameters)).toEqual([[name, '1,2']]);
  },
);

test.each([
  ['application/json; charset=utf-8', false],
  ['application/problem+json', false],
  ['text/plain', false],
  ['application/octet-stream', true],
  ['application/x-www-form-urlencoded', true],
])('a body of %s is given in base64: %s', async (type, isBase64Encoded) => {
  const { echo } = await givenApi(['POST /']);

  const event = await echo('POST', '/', 'päylöad', { 'content-type': type });

  expect(event.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.from(event.body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('päylöad');
});

test('the most specific route answers', async () => {
  const routes = ['GET /a/{id}', 'GET /a/b', 'ANY /a/{id}', 'GET /a/{rest+}', '$default', 'ANY /a/b'];
  const { echo } = await givenApi(routes);
  const routeOf = async (method: string, path: string) => (await echo(method, path)).routeKey;

  expect(await routeOf('GET', '/a/b')).toBe('GET /a/b');
  expect(await routeOf('POST', '/a/b')).toBe('ANY /a/b');
  expect(await routeOf('GET', '/a/c')).toBe('GET /a/{id}');
  expect(await routeOf('DELETE', '/a/c')).toBe('ANY /a/{id}');
  expect(await routeOf('GET', '/a/c/d')).toBe('GET /a/{rest+}');
  expect(await routeOf('GET', '/')).toBe('$default');
  expect((await echo('GET', '/a/c/d')).pathParameters).toEqual({ rest: 'c/d' });
  expect(await echo('PATCH', '/x/y')).not.toHaveProperty('pathParameters');
});

test('without a route there is a 404 of the gateway', async () => {
  const { send } = await givenApi(['GET /things']);

  for (const [method, path] of [
    ['POST', '/things'],
    ['GET', '/thing'],
    ['GET', '/things/'],
  ] as const) {
    const answer = await send(method, path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ message: 'Not Found' });
  }
});

test('a stage with a name is the first part of the path', async () => {
  const { echo, send } = await givenApi(['GET /things'], { stage: { StageName: 'v1' } });

  expect(await echo('GET', '/v1/things')).toMatchObject({
    rawPath: '/v1/things',
    requestContext: { stage: 'v1' },
  });
  expect((await send('GET', '/things')).status).toBe(404);
});

const answerWith = (result: string) => `export const handler = async () => (${result});`;

test('an answer has the status, headers, cookies and body that the function says', async () => {
  const { send } = await givenApi(['GET /'], {
    code: answerWith(`{
      statusCode: 201,
      headers: { 'Content-Type': 'application/problem+json', Location: '/things/1', 'X-Number': 5 },
      cookies: ['a=1', 'b=2'],
      body: '{"ok":true}',
    }`),
  });

  const answer = await send('GET', '/');

  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('location')).toBe('/things/1');
  expect(answer.headers.get('x-number')).toBe('5');
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await answer.text()).toBe('{"ok":true}');
});

test.each([
  ['an object', '{ ok: true }', 200, 'application/json', '{"ok":true}'],
  ['a text', `'plain'`, 200, 'application/json', 'plain'],
  ['a status alone', '{ statusCode: 204 }', 204, 'text/plain;charset=utf-8', ''],
  [
    'base64',
    `{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }`,
    200,
    'text/plain;charset=utf-8',
    'hi',
  ],
  ['no status', `{ statusCode: 'many' }`, 500, 'application/json', '{"message":"Internal Server Error"}'],
  [
    'a body of no text',
    '{ statusCode: 200, body: {} }',
    500,
    'application/json',
    '{"message":"Internal Server Error"}',
  ],
])('a function may answer with %s', async (_, result, status, type, body) => {
  const { send } = await givenApi(['GET /'], { code: answerWith(result) });

  const answer = await send('GET', '/');

  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(await answer.text()).toBe(body);
});

test('a body over 10 MB is refused', async () => {
  const { send } = await givenApi(['POST /']);

  const answer = await send('POST', '/', 'x'.repeat(10 * 1024 * 1024 + 1));

  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({ message: 'Request Entity Too Large' });
});

test('more requests than the stage allows are refused', async () => {
  const throttle = { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 };
  const { send } = await givenApi(['GET /'], { stage: { DefaultRouteSettings: throttle } });
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await send('GET', '/')).status);

  expect(statuses).toEqual([200, 200, 429]);
  expect(await (await send('GET', '/')).json()).toEqual({ message: 'Too Many Requests' });
});

test('a route with a throttle of its own takes nothing of the others’, nor they of its own', async () => {
  const throttle = { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.001 };
  const { send } = await givenApi(['GET /', 'GET /own'], {
    stage: { DefaultRouteSettings: throttle, RouteSettings: { 'GET /own': throttle } },
  });
  const statuses = [];
  for (const path of ['/', '/', '/own', '/own', '/elsewhere'])
    statuses.push((await send('GET', path)).status);

  expect(statuses).toEqual([200, 429, 200, 429, 429]);
});

test('a function that is too slow for its integration gets a 503', async () => {
  const { send } = await givenRuntime({
    resources: {
      ...withTimeout(httpApi({ 'GET /': 'Fn' }), 50),
      Fn: lambda('Fn'),
    },
    handlers: { Fn: 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 2000));' },
  });

  const answer = await send('GET', '/');

  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ message: 'Service Unavailable' });
});

const withTimeout = (resources: ReturnType<typeof httpApi>, TimeoutInMillis: number) => ({
  ...resources,
  FnIntegration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: { ...resources.FnIntegration?.Properties, TimeoutInMillis },
  },
});

const CORS = {
  CorsConfiguration: {
    AllowOrigins: ['https://app.test'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['Authorization'],
    ExposeHeaders: ['X-Total'],
    MaxAge: 600,
  },
};

test('the gateway answers preflights itself, with or without a $default route', async () => {
  for (const routes of [['GET /'], ['GET /', '$default']]) {
    const { send } = await givenApi(routes, { api: CORS });

    const answer = await send('OPTIONS', '/anything', undefined, {
      origin: 'https://app.test',
      'access-control-request-method': 'POST',
    });

    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.test',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'Authorization',
      'access-control-max-age': '600',
    });
  }
});

test('an origin that is not allowed gets no CORS headers', async () => {
  const { send } = await givenApi(['GET /'], { api: CORS });
  const headers = { origin: 'https://evil.test', 'access-control-request-method': 'POST' };

  const preflight = await send('OPTIONS', '/', undefined, headers);
  const answer = await send('GET', '/', undefined, headers);

  expect([preflight.status, answer.status]).toEqual([204, 200]);
  for (const { headers: got } of [preflight, answer])
    expect(got.has('access-control-allow-origin')).toBe(false);
});

test("the gateway's CORS headers stand in place of the function's, on refusals too", async () => {
  const code = answerWith(`{ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } }`);
  const { send } = await givenApi(['GET /'], { api: CORS, code });
  const headers = { origin: 'https://app.test' };

  for (const path of ['/', '/nowhere']) {
    const answer = await send('GET', path, undefined, headers);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(answer.headers.get('access-control-expose-headers')).toBe('X-Total');
  }
});
