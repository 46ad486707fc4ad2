import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createPost, type PostRequest } from '../../../lambdas/outbound/post.ts';

type Received = { readonly request: IncomingMessage; readonly body: string; readonly socket: Socket };
export type Receiver = { readonly url: string; readonly received: Received[]; readonly sockets: Socket[] };

/** A server on a free port of this machine, until the test is over; every connection it was ever given. */
export async function givenServer(server: Server): Promise<Pick<Receiver, 'url' | 'sockets'>> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, sockets };
}

type Answer = (response: ServerResponse, received: Received, count: number) => void;

/** A receiver that answers each request as `answer` says; `count` is how many came, this one included. */
export async function givenReceiver(answer: Answer): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { request, body: Buffer.concat(chunks).toString(), socket: request.socket };
      answer(response, one, received.push(one));
    });
  });
  return { ...(await givenServer(server)), received };
}

export const givenRequest = (url: string, changes: Partial<PostRequest> = {}): PostRequest => ({
  url,
  headers: { 'Content-Type': 'application/json', 'X-Cathcr-Event': 'thought.created' },
  body: Buffer.from('{"content":"naïve 🔗"}'),
  at: Date.now(),
  receiveCount: 1,
  ...changes,
});

/** The poster of a laptop, with a time limit that a test can wait for where it must. */
export const givenPost = ({ timeoutMs = 10_000 } = {}) => createPost('any', { timeoutMs });

/** How long `until` waits: ms. Less than what ends by itself takes: an agent gives up an idle connection after 10 s. */
const PATIENCE_MS = 5000;

/**
 * Until `condition` holds: for what another process or socket is about to do.
 * @throws Error where it does not come to hold
 */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error('what was waited for has not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
