import { createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { givenConnections } from './given-connections.ts';
import { givenPost, givenReceiver, givenRequest, givenServer, until } from './given-receiver.ts';

/** What is read of a response at most, headers included, and the chunk or two that Node reads at once: bytes. */
const READ_LIMIT = 256 * 1024;

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const hello = (headers: string) => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\nhello`;

/** A receiver that answers the first request on a connection with these bytes, and then pours out `more` of it. */
const givenAnswer = (bytes: string | Buffer, more?: string) =>
  givenServer(
    createServer((socket: Socket) => {
      const goOn = () => {
        if (more !== undefined && !socket.destroyed) socket.write(more, () => setImmediate(goOn));
      };
      socket.once('data', () => socket.write(bytes, goOn));
    }),
  );

describe('a body that', () => {
  test.each([
    ['never ends', hello('Content-Length: 99999999999'), 'x'.repeat(8192)],
    ['comes in chunks without end', CHUNKED, `1000\r\n${'x'.repeat(4096)}\r\n`],
    ['comes in single bytes, each a chunk', CHUNKED, '1\r\nx\r\n'.repeat(1000)],
    ['has little but extensions of chunks', CHUNKED, `1;${'x'.repeat(8192)}\r\nx\r\n`],
    ['has an extension of a chunk without end', `${CHUNKED}5;a=`, 'x'.repeat(8192)],
    ['has trailers without end', `${CHUNKED}5\r\nhello\r\n0\r\n`, 'X-Trailer: x\r\n'.repeat(500)],
    ['has a chunk of no length', `${CHUNKED}nonsense\r\nhello`],
    ['has a chunk longer than it says', `${CHUNKED}2\r\nhello\r\n0\r\n\r\n`],
    ['has a chunk longer than numbers', `${CHUNKED}${'f'.repeat(32)}\r\nhello`],
    ['is longer than it says', hello('Content-Length: 2')],
    ['is shorter than it says, and holds the connection', hello('Content-Length: 6')],
    ['has no length, and holds the connection', hello('X-Length: none')],
    ['holds the connection that it says it closes', hello('Connection: close\r\nContent-Length: 5')],
    ['comes in HTTP/1.0, and holds the connection', hello('').replace('HTTP/1.1', 'HTTP/1.0')],
    ['comes with 204', hello('Content-Length: 5').replace('200', '204')],
    ['comes with 304', hello('Content-Length: 5').replace('200', '304')],
  ])('%s changes nothing, and costs its connection', async (_, bytes, more?: string) => {
    const connections = givenConnections();
    const { url, sockets } = await givenAnswer(bytes, more);
    const { result, response } = await givenPost()(givenRequest(url));
    expect(result.statusCode).toBe(Number(bytes.slice(9, 12)));
    expect(response?.body.length).toBeLessThanOrEqual(4096);
    await until(() => [...connections, ...sockets].every(({ destroyed }) => destroyed));
    expect(sockets).toHaveLength(1);
    expect(connections[0]?.bytesRead).toBeLessThan(READ_LIMIT);
  });

  test('is a bomb when unpacked is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024));
    const receiver = await givenReceiver((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const { result, response } = await givenPost()(givenRequest(receiver.url));
    expect(result.error).toBeUndefined();
    // The magic number of gzip, whose second byte is no UTF-8.
    expect(response?.body).toSatisfy((body: string) => body.startsWith('\u001F\uFFFD'));
    expect(response?.headers).toMatchObject({ 'content-encoding': 'gzip' });
  });
});

describe('what is kept of a body', () => {
  const whenAnswered = async (body: Buffer) => {
    const receiver = await givenReceiver((response) => response.end(body));
    return (await givenPost()(givenRequest(receiver.url))).response?.body;
  };

  test.each([
    ['is all of it up to 4 KiB', Buffer.from('ü'.repeat(2048)), 'ü'.repeat(2048)],
    ['leaves out a character that the cut splits', Buffer.from(`${'x'.repeat(4095)}üü`), 'x'.repeat(4095)],
    ['leaves out one of four bytes', Buffer.from(`${'x'.repeat(4093)}🔗`), 'x'.repeat(4093)],
    ['shows that the body itself ends within one', Buffer.from([0x63, 0xe2, 0x82]), 'c\uFFFD'],
    ['shows what is no UTF-8', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x21, 0xff]), 'caf\uFFFD!\uFFFD'],
    ['has its control characters', Buffer.from('a\0b\u001B[31m'), 'a\0b\u001B[31m'],
  ])('%s', async (_, body, kept) => {
    expect(await whenAnswered(body)).toBe(kept);
  });
});

describe('what is kept of headers', () => {
  test('has room for 4096 characters, however many there are', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => `x-${i}: y\r\n`).join('');
    const { url } = await givenAnswer(`HTTP/1.1 200 OK\r\n${many}Content-Length: 0\r\n\r\n`);
    const headers = (await givenPost()(givenRequest(url))).response?.headers ?? {};
    const length = Object.entries(headers).flat().join('').length;
    expect(length).toBeLessThanOrEqual(4096);
    expect(length).toBeGreaterThan(3000);
  });

  test('is nothing of one that is too long, and never a prototype', async () => {
    const headers = `__proto__: a\r\nconstructor: b\r\nX-Long: ${'x'.repeat(5000)}\r\nContent-Length: 0`;
    const { url } = await givenAnswer(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`);
    const { response } = await givenPost()(givenRequest(url));
    expect(response?.headers).not.toHaveProperty('x-long');
    expect(Object.getPrototypeOf(response?.headers)).toBe(Object.prototype);
    expect(response?.headers).toHaveProperty('constructor', 'b');
  });
});
