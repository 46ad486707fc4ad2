import { createServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPost } from '../../../lambdas/outbound/post.ts';
import { CERTIFICATE_OF_ANOTHER, CERTIFICATE_OF_LOOPBACK, TEST_KEY } from './given-certificates.ts';
import { givenConnections } from './given-connections.ts';
import { givenPost, givenRequest, givenServer, until } from './given-receiver.ts';

/** Trusts the authority of this certificate alone, until the test is over. */
function givenTrust(certificate: string) {
  const { createSecureContext } = tls;
  const spy = vi
    .spyOn(tls, 'createSecureContext')
    .mockImplementation((options) => createSecureContext({ ...options, ca: certificate }));
  onTestFinished(() => spy.mockRestore());
}

/** What comes of a request to a receiver at a literal address, over TLS, that shows this certificate. */
async function whenPosted(cert: string, host = '127.0.0.1') {
  const received: (string | undefined)[] = [];
  const server = createServer({ key: TEST_KEY, cert }, (request, response) => {
    received.push(request.headers.host);
    response.end();
  });
  const { url } = await givenServer(server);
  const { port } = new URL(url);
  const { result } = await givenPost()(givenRequest(`https://${host}:${port}/hook`));
  return { result, received };
}

describe('TLS, where the authority of the certificate is trusted,', () => {
  test('to a literal address takes a certificate of that address', async () => {
    givenTrust(CERTIFICATE_OF_LOOPBACK);
    const { result, received } = await whenPosted(CERTIFICATE_OF_LOOPBACK);
    expect(result).toMatchObject({ statusCode: 200, error: undefined });
    expect(received).toHaveLength(1);
  });

  test('to a literal address refuses a certificate of another, and sends nothing', async () => {
    givenTrust(CERTIFICATE_OF_ANOTHER);
    const { result, received } = await whenPosted(CERTIFICATE_OF_ANOTHER);
    expect(result).toMatchObject({ statusCode: null, error: 'TLS certificate is for another host' });
    expect(received).toEqual([]);
  });

  test('to a name refuses a certificate of the address that it resolves to', async () => {
    givenTrust(CERTIFICATE_OF_LOOPBACK);
    const { result, received } = await whenPosted(CERTIFICATE_OF_LOOPBACK, 'localhost');
    expect(result).toMatchObject({ statusCode: null, error: 'TLS certificate is for another host' });
    expect(received).toEqual([]);
  });
});

test('TLS refuses a certificate of an authority that nobody trusts, and sends nothing', async () => {
  const { result, received } = await whenPosted(CERTIFICATE_OF_LOOPBACK);
  expect(result).toMatchObject({ statusCode: null, error: 'TLS certificate is self-signed' });
  expect(received).toEqual([]);
});

/** The head of a ServerHello of 16 KiB that never comes. */
const SERVER_HELLO = Buffer.from([22, 3, 3, 64, 0, 2, 0, 63, 252]);

describe('TLS with one who', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['says hello and no more', (socket) => socket.write(SERVER_HELLO)],
    [
      'says hello in single bytes',
      (socket) => {
        const timer = setInterval(() => socket.write('x'), 10).unref();
        socket.write(SERVER_HELLO);
        socket.once('close', () => clearInterval(timer));
      },
    ],
  ])('%s is given up in time', async (_, speak) => {
    const connections = givenConnections();
    const { url, sockets } = await givenServer(
      createTcpServer((socket) => socket.once('data', () => speak(socket))),
    );
    const { result } = await givenPost({ timeoutMs: 200 })(givenRequest(url.replace('http', 'https')));
    expect(result).toMatchObject({ statusCode: null, error: 'Connection timeout' });
    await until(() => [...connections, ...sockets].every(({ destroyed }) => destroyed));
    expect(sockets).toHaveLength(1);
  });

  test.each([
    ['never ends its response', 'x'.repeat(8192)],
    ['never goes on with it', ''],
  ])('%s is hung up on', async (_, more) => {
    givenTrust(CERTIFICATE_OF_LOOPBACK);
    const connections = givenConnections();
    const server = createServer({ key: TEST_KEY, cert: CERTIFICATE_OF_LOOPBACK }, (_request, response) => {
      const pour = () => {
        if (more && !response.destroyed) response.write(more, () => setImmediate(pour));
      };
      response.write('begun', pour);
    });
    const { url, sockets } = await givenServer(server);
    const { result, response } = await givenPost()(givenRequest(url.replace('http', 'https')));
    expect(result.statusCode).toBe(200);
    expect(response?.body).toMatch(/^begun/);
    await until(() => [...connections, ...sockets].every(({ destroyed }) => destroyed));
  });
});

test('TLS names the host without the dot that may end it', async () => {
  const named: string[] = [];
  const server = createServer({
    key: TEST_KEY,
    cert: CERTIFICATE_OF_LOOPBACK,
    SNICallback: (name, done) => {
      named.push(name);
      done(null);
    },
  });
  const { port } = new URL((await givenServer(server)).url);
  const post = createPost('any', { lookUp: async () => ['127.0.0.1'] });
  await post(givenRequest(`https://your-app.com.:${port}/`));
  expect(named).toEqual(['your-app.com']);
});
