import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { HttpAnswer } from '../gateway/answer.ts';

/** The runtime listens to this machine alone: its AWS believes every access key. */
const HOST = '127.0.0.1';

/** Longer than clients keep a connection, so that none is closed under a request on its way. */
const KEEP_ALIVE_MS = 120_000;

/** How many ports are tried after the one that was asked for. */
const MORE_PORTS = 100;

type ListenOptions = { readonly port: number; readonly portIsFixed: boolean };

/** Starts a server on a port, or on the next free one where it is taken and not fixed. @returns it and its URL */
export async function listen(
  listener: RequestListener,
  options: ListenOptions,
): Promise<{ server: Server; url: string }> {
  const { port, portIsFixed } = options;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, listener);
  const last = portIsFixed || port === 0 ? port : Math.min(port + MORE_PORTS, 65_535);
  await listenFrom(server, port, last);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { server, url: `http://${HOST}:${address.port}` };
}

async function listenFrom(server: Server, port: number, last: number): Promise<void> {
  try {
    await listenOn(server, port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (port >= last) throw new Error(`port ${port} is taken`, { cause: error });
    await listenFrom(server, port + 1, last);
  }
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Closes a server and whatever connection it has. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Writes the answer to a request; HEAD and 204 get no body. */
export function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  const { status, headers, body } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const hasBody = status !== 204 && status !== 304;
  if (hasBody) response.setHeader('content-length', Buffer.byteLength(body));
  response.writeHead(status);
  response.end(hasBody && request.method !== 'HEAD' ? body : undefined);
}
