import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the wire carries beside a request and its answer: headers of TCP/IP and records of TLS, two packets each way. */
const WIRE_BYTES = 250;

type Answer = { readonly status: number; readonly delayMs: number };

/** A customer's server on this machine. */
export type Receiver = {
  readonly url: string;
  /** Requests answered so far. */
  readonly count: number;
  /** Bytes of requests and of answers so far, as they would go over the internet. */
  readonly bytes: { readonly received: number; readonly sent: number };
  stop(): Promise<void>;
};

/**
 * Starts a receiver.
 * @param decide what a request is answered, with an empty body
 * @param onRequest is told of a request when it has arrived
 */
export async function startReceiver(
  decide: (deliveryId: string) => Answer,
  onRequest: (request: IncomingMessage, body: string) => void = () => {},
): Promise<Receiver> {
  const sockets = new Set<Socket>();
  let count = 0;
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      onRequest(request, body);
      const { status, delayMs } = decide(String(request.headers['x-cathcr-delivery']));
      const answer = () => {
        count += 1;
        response.writeHead(status, { 'content-length': 0 }).end();
      };
      if (delayMs === 0) answer();
      else setTimeout(answer, delayMs);
    });
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, respond).listen(0, '127.0.0.1');
  server.on('connection', (socket) => sockets.add(socket));
  await once(server, 'listening');
  const total = (figure: (socket: Socket) => number) =>
    [...sockets].reduce((sum, socket) => sum + figure(socket), count * WIRE_BYTES);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get count() {
      return count;
    },
    get bytes() {
      return {
        received: total(({ bytesRead }) => bytesRead),
        sent: total(({ bytesWritten }) => bytesWritten),
      };
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
