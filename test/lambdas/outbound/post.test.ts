import { createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { givenPost, givenReceiver, givenRequest, givenServer } from './given-receiver.ts';

const whenPosted = async (url: string, timeoutMs?: number) =>
  (await givenPost({ timeoutMs })(givenRequest(url))).result;

describe('a request that is answered', () => {
  test('is a POST of these very bytes and headers, with its length', async () => {
    const receiver = await givenReceiver((response) => response.end());
    await givenPost()(givenRequest(`${receiver.url}?a=1&b=%2F#fragment`));
    const [first] = receiver.received;
    expect(first?.body).toBe('{"content":"naïve 🔗"}');
    expect(first?.request).toMatchObject({ method: 'POST', url: '/hook?a=1&b=%2F' });
    expect(first?.request.headers).toMatchObject({
      host: new URL(receiver.url).host,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength('{"content":"naïve 🔗"}')),
      'x-cathcr-event': 'thought.created',
    });
    expect(first?.request.headers).not.toHaveProperty('transfer-encoding');
  });

  test.each([200, 201, 204, 299])('%i has succeeded', async (statusCode) => {
    const receiver = await givenReceiver((response) => response.writeHead(statusCode).end());
    const { result } = await givenPost()(givenRequest(receiver.url));
    expect(result).toEqual({
      at: expect.any(Number),
      responseTimeMs: expect.any(Number),
      statusCode,
      error: undefined,
    });
  });

  test.each([300, 304, 400, 401, 404, 410, 429, 500, 503])('%i has failed', async (statusCode) => {
    const receiver = await givenReceiver((response) => response.writeHead(statusCode).end());
    const { result } = await givenPost()(givenRequest(receiver.url));
    expect(result).toMatchObject({ statusCode, error: `Response ${statusCode}` });
  });

  test('tells its Retry-After, also where there is no room to keep it', async () => {
    const receiver = await givenReceiver((response) => {
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-${n}`, 'x'.repeat(80)]));
      response.writeHead(429, { ...many, 'Retry-After': '120' }).end();
    });
    const { retryAfter, response } = await givenPost()(givenRequest(receiver.url));
    expect(retryAfter).toBe('120');
    expect(response?.headers).not.toHaveProperty('retry-after');
  });

  test.each([301, 302, 303, 307, 308])('%i, a redirect, is not followed', async (statusCode) => {
    const elsewhere = await givenReceiver((response) => response.end());
    const receiver = await givenReceiver((response) =>
      response.writeHead(statusCode, { location: elsewhere.url }).end(),
    );
    const { result } = await givenPost()(givenRequest(receiver.url));
    expect(result).toMatchObject({ statusCode, error: `Response ${statusCode}` });
    expect(elsewhere.received).toEqual([]);
  });

  test('after 100 Continue and 103 Early Hints has the status that follows', async () => {
    const receiver = await givenReceiver((response) => {
      response.writeContinue();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(202).end();
    });
    expect((await givenPost()(givenRequest(receiver.url))).result.statusCode).toBe(202);
  });

  test('keeps the headers and the beginning of the body', async () => {
    const receiver = await givenReceiver((response) =>
      response
        .writeHead(200, { 'X-Request': 'r-1', 'Set-Cookie': ['a=1', 'b=2'] })
        .end(`done${'.'.repeat(5000)}`),
    );
    const { response } = await givenPost()(givenRequest(receiver.url));
    expect(response?.headers).toMatchObject({ 'x-request': 'r-1', 'set-cookie': 'a=1, b=2' });
    expect(response?.body).toBe(`done${'.'.repeat(4092)}`);
  });

  test('with more headers than there is room for keeps those that fit', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x-${i}`, 'v'.repeat(150)]));
    const receiver = await givenReceiver((response) => response.writeHead(200, many).end());
    const { response } = await givenPost()(givenRequest(receiver.url));
    expect(JSON.stringify(response?.headers).length).toBeLessThan(5000);
    expect(response?.headers).toHaveProperty('x-0');
  });
});

describe('a body', () => {
  test('without end is cut off, and the headers have decided', async () => {
    const receiver = await givenReceiver((response, { socket }) => {
      response.writeHead(200);
      const pour = () => {
        if (!socket.destroyed) response.write('x'.repeat(16_384), () => setImmediate(pour));
      };
      pour();
    });
    const { result, response } = await givenPost()(givenRequest(receiver.url));
    expect(result).toMatchObject({ statusCode: 200, error: undefined });
    expect(response?.body).toBe('x'.repeat(4096));
    expect(receiver.received).toHaveLength(1);
  });

  test('that does not come in time is not waited for, and the headers have decided', async () => {
    const receiver = await givenReceiver((response) => response.writeHead(200).write('begun'));
    const { result, response } = await givenPost()(givenRequest(receiver.url));
    expect(result).toMatchObject({ statusCode: 200, error: undefined });
    expect(response?.body).toBe('begun');
  });

  test('that breaks off is as good as one that ends', async () => {
    const receiver = await givenReceiver((response, { socket }) => {
      response.writeHead(500, { 'content-length': 100 });
      response.write('begun', () => socket.destroy());
    });
    const { result, response } = await givenPost()(givenRequest(receiver.url));
    expect(result).toMatchObject({ statusCode: 500, error: 'Response 500' });
    expect(response?.body).toBe('begun');
    expect(receiver.received).toHaveLength(1);
  });
});

describe('a request that is not answered', () => {
  test('in time has failed, and is sent once', async () => {
    const receiver = await givenReceiver(() => {});
    expect(await whenPosted(receiver.url, 100)).toMatchObject({
      statusCode: null,
      error: 'Connection timeout',
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('in time is given up though single bytes of headers trickle in', async () => {
    const trickle = createTcpServer((socket) => {
      const timer = setInterval(() => socket.write('H'), 20);
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nX-Slow: '));
      socket.on('error', () => {}).on('close', () => clearInterval(timer));
    });
    const { url } = await givenServer(trickle);
    expect(await whenPosted(url, 150)).toMatchObject({ statusCode: null, error: expect.any(String) });
  });

  test('as nobody listens has failed', async () => {
    const server = createTcpServer();
    const { url } = await givenServer(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await whenPosted(url)).toMatchObject({ statusCode: null, error: 'Connection refused' });
  });

  test('as the receiver hangs up has failed, and is sent once', async () => {
    const receiver = await givenReceiver((_, { socket }) => void socket.destroy());
    expect(await whenPosted(receiver.url)).toMatchObject({ statusCode: null, error: 'Connection reset' });
    expect(receiver.received).toHaveLength(1);
  });

  test('as the receiver resets the connection has failed, and is sent once', async () => {
    const receiver = await givenReceiver((_, { socket }) => void socket.resetAndDestroy());
    expect(await whenPosted(receiver.url)).toMatchObject({ statusCode: null, error: 'Connection reset' });
    expect(receiver.received).toHaveLength(1);
  });

  test.each(['nonsense\r\n\r\n', 'SSH-2.0-OpenSSH_9.6\r\n', 'HTTP/1.1 abc\r\n\r\n'])(
    'in HTTP but with %j has failed',
    async (garbage) => {
      const answer = (socket: Socket) => socket.once('data', () => socket.end(garbage));
      const { url } = await givenServer(createTcpServer(answer));
      expect(await whenPosted(url)).toMatchObject({ statusCode: null, error: 'Response is not HTTP' });
    },
  );

  test('as there is no such name has failed', async () => {
    expect(await whenPosted('http://no-such-host.invalid/')).toMatchObject({
      statusCode: null,
      error: 'DNS lookup failed',
    });
  });

  test.each(['https', 'HTTPS'])('in TLS, over %s, has failed', async (scheme) => {
    const receiver = await givenReceiver((response) => response.end());
    expect(await whenPosted(receiver.url.replace('http', scheme))).toMatchObject({
      statusCode: null,
      error: 'TLS handshake failed',
    });
    expect(receiver.received).toEqual([]);
  });
});
