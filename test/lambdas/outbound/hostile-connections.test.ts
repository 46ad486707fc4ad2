import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { givenConnections } from './given-connections.ts';
import { givenPost, givenReceiver, givenRequest, givenServer, until } from './given-receiver.ts';

/** More than the kernels of both sides take in while nobody reads: bytes. */
const BIG = Buffer.alloc(24 * 1024 * 1024);

const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const isOver = (sockets: readonly Socket[]) => sockets.every(({ destroyed }) => destroyed);

describe('a receiver that takes in nothing', () => {
  test('is given up in time', async () => {
    const connections = givenConnections();
    const { url } = await givenServer(createServer({ pauseOnConnect: true }));
    const { result } = await givenPost({ timeoutMs: 200 })(givenRequest(url, { body: BIG }));
    expect(result).toMatchObject({ statusCode: null, error: 'Connection timeout' });
    await until(() => isOver(connections));
  });

  test('but answers, has answered, and the rest of the request is given up', async () => {
    const connections = givenConnections();
    const speak = (socket: Socket) => socket.write(answer('early'));
    const { url } = await givenServer(createServer({ pauseOnConnect: true }, speak));
    const { result, response } = await givenPost()(givenRequest(url, { body: BIG }));
    expect(result).toMatchObject({ statusCode: 200, error: undefined });
    expect(response?.body).toBe('early');
    await until(() => isOver(connections));
  });
});

describe('a second response to one request', () => {
  /** What comes of two requests, one after the other, to one who speaks as `speak` says on each request. */
  async function whenPostedTwice(speak: (socket: Socket, count: number) => void) {
    let count = 0;
    const { url, sockets } = await givenServer(
      createServer((socket) =>
        socket.on('data', () => {
          count += 1;
          speak(socket, count);
        }),
      ),
    );
    const connections = givenConnections();
    const post = givenPost();
    const bodies = [(await post(givenRequest(url))).response?.body];
    return {
      sockets,
      connections,
      postAgain: async () => [...bodies, (await post(givenRequest(url))).response?.body],
    };
  }

  test.each(['HTTP/1.1 200 OK', 'HTTP/1.1 204 No Content'])(
    'that comes along with %s is not taken for the answer to the next',
    async (status) => {
      const { sockets, postAgain } = await whenPostedTwice((socket, count) =>
        socket.write(
          count > 1
            ? answer('true')
            : `${status}\r\n${count ? 'Content-Length: 0\r\n' : ''}\r\n${answer('forged')}`,
        ),
      );
      expect(await postAgain()).toEqual(['', 'true']);
      expect(sockets).toHaveLength(2);
    },
  );

  test.each([answer('forged'), 'HTTP/1.1 20', '\r\n', 'x'])(
    'or %j, that comes while the connection is kept, costs the connection',
    async (forged) => {
      const { sockets, connections, postAgain } = await whenPostedTwice((socket, count) => {
        socket.write(answer('true'));
        if (count === 1) setTimeout(() => socket.write(forged), 20);
      });
      await until(() => connections.length === 1 && isOver(connections));
      expect(await postAgain()).toEqual(['true', 'true']);
      expect(sockets).toHaveLength(2);
    },
  );
});

test('a connection that is used again and again gathers no listeners', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const connections = givenConnections();
  const receiver = await givenReceiver((response) => response.end('ok'));
  const post = givenPost();
  const whenCounted = async () => {
    await post(givenRequest(receiver.url));
    const [socket] = connections;
    return Object.fromEntries(socket?.eventNames().map((name) => [name, socket.listenerCount(name)]) ?? []);
  };
  await whenCounted();
  const before = await whenCounted();
  for (let i = 0; i < 30; i += 1) await post(givenRequest(receiver.url));
  expect(await whenCounted()).toEqual(before);
  expect(connections).toHaveLength(1);
  expect(warnings).toEqual([]);
});
