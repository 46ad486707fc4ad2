import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { givenConnections } from './given-connections.ts';
import { givenPost, givenRequest, givenServer, until } from './given-receiver.ts';

/** More than is ever read of a response in these tests: bytes. Node's own limit of headers, and a chunk or two. */
const READ_LIMIT = 256 * 1024;

type Speak = (socket: Socket) => void;

const say =
  (text: string | Buffer): Speak =>
  (socket) =>
    socket.write(text);

/** Says something, and then something else as fast as it is taken, or every few milliseconds. */
const sayOn =
  (first: string, next: string, pauseMs = 0): Speak =>
  (socket) => {
    const goOn = () => {
      if (!socket.destroyed) socket.write(next, () => setTimeout(goOn, pauseMs));
    };
    socket.write(first, goOn);
  };

/** What comes of a request to one who answers in these very bytes, once both sides have closed the connection. */
async function whenAnswered(speak: Speak, timeoutMs = 10_000) {
  const connections = givenConnections();
  const { url, sockets } = await givenServer(
    createServer((socket) => socket.once('data', () => speak(socket))),
  );
  const { result, response } = await givenPost({ timeoutMs })(givenRequest(url));
  await until(() => [...connections, ...sockets].every(({ destroyed }) => destroyed));
  expect(sockets).toHaveLength(1);
  expect(connections[0]?.bytesRead).toBeLessThan(READ_LIMIT);
  return { statusCode: result.statusCode, error: result.error, response };
}

const failed = (error: string) => ({ statusCode: null, error, response: undefined });

describe('a receiver that never comes to an end of its headers', () => {
  test.each([
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'],
  ])('but says %s over and over is given up', async (_, text) => {
    expect(await whenAnswered(sayOn('', text))).toEqual(failed('Response is not HTTP'));
    expect(await whenAnswered(say(text.repeat(5000)))).toEqual(failed('Response is not HTTP'));
  });

  test.each([
    ['one header', sayOn('HTTP/1.1 200 OK\r\nX-Long: ', 'x'.repeat(8192))],
    ['the name of a header', sayOn('HTTP/1.1 200 OK\r\n', 'x'.repeat(8192))],
    ['headers', sayOn('HTTP/1.1 200 OK\r\n', 'X-Again: again\r\n'.repeat(500))],
    ['the status line', sayOn('HTTP/1.1 200 ', 'x'.repeat(8192))],
    ['white space', sayOn('HTTP/1.1 200 OK\r\nX-Long:', ' \t'.repeat(4096))],
    ['empty lines', sayOn('', '\r\n'.repeat(4096))],
    ['Early Hints', sayOn('HTTP/1.1 103 Early Hints\r\nLink: ', 'x'.repeat(8192))],
  ])('but pours out %s is given up', async (_, speak) => {
    expect(await whenAnswered(speak)).toEqual(failed('Response is not HTTP'));
  });

  test.each([
    ['a header', sayOn('HTTP/1.1 200 OK\r\nX-Slow: ', 'x', 10)],
    ['the status line', sayOn('HTTP/1.1 200 ', 'x', 10)],
    ['empty lines', sayOn('', '\r\n', 10)],
    ['informational responses', sayOn('', 'HTTP/1.1 100 Continue\r\n\r\n', 40)],
    ['nothing more', say('HTTP/1.1 200 OK\r\n')],
    ['nothing after 100 Continue', say('HTTP/1.1 100 Continue\r\n\r\n')],
    ['nothing after 199, which nobody knows', say('HTTP/1.1 199 Hm\r\n\r\n')],
  ])('but lets trickle in %s is waited for until the deadline', async (_, speak) => {
    expect(await whenAnswered(speak, 200)).toEqual(failed('Connection timeout'));
  });
});

describe('a receiver that speaks', () => {
  test.each([
    ['HTTP/0.9', '<html>hello</html>'],
    ['HTTP/2', Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])],
    ['nothing but zeros', Buffer.alloc(1024)],
    ['of two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello'],
    ['of a length below zero', 'HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nhello'],
    ['of a length beyond numbers', `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(40)}\r\n\r\nhello`],
    [
      'of a length and of chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    ['in lines without CR', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi'],
    ['in headers without a colon', 'HTTP/1.1 200 OK\r\nno header\r\n\r\n'],
    ['in headers with a NUL', 'HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\n\r\n'],
  ])('%s is not understood, and its connection is given up', async (_, text) => {
    expect(await whenAnswered(say(text))).toEqual(failed('Response is not HTTP'));
  });

  test('before it is spoken to, and hangs up, has not answered', async () => {
    const { url } = await givenServer(createServer((socket) => socket.end()));
    expect((await givenPost()(givenRequest(url))).result.error).toBe('Connection reset');
  });
});

test.each([300, 301, 302, 303, 304, 305, 306, 307, 308, 399, 200])(
  'a receiver that answers %i and points to the metadata in every way is not followed',
  async (status) => {
    const connections = givenConnections();
    const there = 'http://169.254.169.254/latest/meta-data/';
    const { url } = await givenServer(
      createServer((socket) =>
        socket.once('data', () =>
          socket.end(
            `HTTP/1.1 ${status} There\r\nLocation: ${there}\r\nRefresh: 0; url=${there}\r\n` +
              `Content-Location: ${there}\r\nAlt-Svc: h2="169.254.169.254:443"\r\nConnection: close\r\n\r\n`,
          ),
        ),
      ),
    );
    const { result, response } = await givenPost()(givenRequest(url));
    expect(result.statusCode).toBe(status);
    expect(response?.headers).toMatchObject({ location: there });
    expect(connections).toHaveLength(1);
  },
);
