import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Call = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

/** The stand-in of a service that a receiver calls: keeps what it is told, and answers as it is set to. */
export type OutsideService = {
  readonly url: string;
  readonly calls: readonly Call[];
  /** The status of each answer from now on. A promise of one holds the answers back until it is there. */
  answer: number | Promise<number>;
  readonly stop: () => Promise<void>;
};

export async function startOutsideService(): Promise<OutsideService> {
  const calls: Call[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '', headers } = request;
    calls.push({ method, path, headers, body: await json(request) });
    response.writeHead(await service.answer).end('{}');
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const service: OutsideService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: 200,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return service;
}
