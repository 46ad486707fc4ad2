import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import * as onExpress from '../../packages/receiver/src/express.ts';
import * as onFastify from '../../packages/receiver/src/fastify.ts';
import * as onHono from '../../packages/receiver/src/hono.ts';
import type { Handler, ReceiverOptions } from '../../packages/receiver/src/index.ts';
import * as onLambda from '../../packages/receiver/src/lambda.ts';
import * as onTheWeb from '../../packages/receiver/src/web.ts';

const PATH = '/webhooks/cathcr';

/** A server that receives webhooks at `url`, and parses JSON elsewhere, at `/echo`, where it can. */
export type Host = { readonly url: string; readonly stop: () => Promise<void> };

export type StartHost = (options: ReceiverOptions, handler: Handler) => Promise<Host>;

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(listener: (...exchange: Parameters<RequestListener>) => unknown): Promise<Host> {
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: originOf(server) + PATH,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Serves what answers the web's own requests, as Deno, Bun and Workers do. */
const serveWeb = (answer: (request: Request) => Response | Promise<Response>) =>
  listen(async (request, response) => {
    const answered = await answer(await toWebRequest(request));
    response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
  });

async function toWebRequest(request: IncomingMessage): Promise<Request> {
  const { method = '', url = '', headers } = request;
  const body = method === 'GET' ? null : await buffer(request);
  return new Request(new URL(url, 'http://127.0.0.1'), { method, headers: headers as {}, body });
}

export const startExpress: StartHost = (options, handler) => {
  const app = express();
  app.all(PATH, onExpress.receiveWebhooks(options, handler));
  app.use(express.json());
  app.post('/echo', (request, response) => void response.json(request.body));
  return listen(app);
};

const startFastify: StartHost = async (options, handler) => {
  const app = fastify();
  app.register(onFastify.receiveWebhooks({ ...options, path: PATH }, handler));
  app.post('/echo', (request) => request.body);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: originOf(app.server) + PATH, stop: () => app.close() };
};

const startHono: StartHost = (options, handler) => {
  const app = new Hono();
  app.all(PATH, onHono.receiveWebhooks(options, handler));
  app.post('/echo', async (context) => context.json(await context.req.json()));
  return serveWeb((request) => app.fetch(request));
};

/** What a function URL does: whether a body is handed over as a text or in base64 is its own choice. */
const startLambda: StartHost = (options, handler) => {
  const invoke = onLambda.receiveWebhooks(options, handler);
  return listen(async (request, response) => {
    const body = await buffer(request);
    const isBase64Encoded = body.length % 2 === 0;
    const answered = await invoke({
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      requestContext: { http: { method: request.method ?? '' } },
      ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
      isBase64Encoded,
    });
    response.writeHead(answered.statusCode, answered.headers).end(answered.body);
  });
};

/** The package in each of the places that it has an adapter for. */
export const HOSTS: Readonly<Record<string, StartHost>> = {
  'plain node:http': (options, handler) => listen(onExpress.receiveWebhooks(options, handler)),
  Express: startExpress,
  Fastify: startFastify,
  Hono: startHono,
  'the web': (options, handler) => serveWeb(onTheWeb.receiveWebhooks(options, handler)),
  Lambda: startLambda,
};
