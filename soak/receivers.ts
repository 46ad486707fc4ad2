import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { chancesOf } from '../local/faults/chances.ts';

/** A request that a receiver got. */
export type Received = {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** When it came, by the clock of this process: ms. */
  readonly at: number;
  /** The number of the event that it carries; none where it is a test's. */
  readonly number: number | undefined;
  /** What it was answered; 0 where the connection was cut instead. */
  status: number;
};

/** How long a busy receiver asks to be left alone: longer than the first waits of the schedule. */
export const ASKED_SECONDS = 1200;

/** How a receiver answers: a status, or 0 for a connection that is cut, after a while. */
type Reply = {
  readonly status: number;
  readonly delayMs?: number;
  /** How it says when to come again, where it does. */
  readonly retryAfter?: 'seconds' | 'date';
};

/** When an attempt was begun, by the system's clock, in whole seconds: epoch ms. */
export const begunAt = ({ headers }: Pick<Received, 'headers'>): number =>
  Number(headers['webhook-timestamp']) * 1000;

function headersOf({ status, retryAfter }: Reply, request: IncomingMessage): Record<string, string> {
  if (status === 302) return { location: 'http://127.0.0.1:1/' };
  if (retryAfter === undefined) return {};
  const date = new Date(begunAt(request) + ASKED_SECONDS * 1000);
  return { 'retry-after': retryAfter === 'date' ? date.toUTCString() : String(ASKED_SECONDS) };
}

/** What a kind of receiver does, by chance (two numbers from 0 to below 1) and the number of the request (from 1). */
type Conduct = (first: number, second: number, count: number) => Reply;

/** The kinds of receivers, from the best to the worst. */
export const CONDUCTS = {
  steady: () => ({ status: 200 }),
  slow: (first) => ({ status: 204, delayMs: 400 * first }),
  flaky: (first) => ({ status: first < 0.3 ? 503 : 200 }),
  moody: (first) => ({ status: first < 0.15 ? 503 : 200 }),
  rude: (first, second) =>
    first < 0.3 ? { status: [0, 302, 400, 429][Math.floor(second * 4)] ?? 0 } : { status: 200 },
  /** Whenever it refuses, it says when to come again. */
  busy: (first, second) =>
    first < 0.3
      ? { status: second < 0.5 ? 429 : 503, retryAfter: first < 0.15 ? 'seconds' : 'date' }
      : { status: 200 },
  /** Now and then it says nothing for as long as it is given, and hangs up. */
  hanging: (first, second) => (first < 0.04 ? { status: 0, delayMs: 2500 + 1500 * second } : { status: 200 }),
  dead: () => ({ status: 500 }),
  gone: (_first, _second, count) => ({ status: count > 20 ? 410 : 200 }),
} satisfies Record<string, Conduct>;

export type ConductName = keyof typeof CONDUCTS;

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;

/** Starts the receivers: every name is one, at `urlOf(name, conduct)`, and keeps what it got. */
export async function startReceivers(seed: number) {
  const received = new Map<string, Received[]>();
  /** How often each receiver got each event. */
  const counts = new Map<string, number>();

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const [, name = '', conduct = ''] = (request.url ?? '').split('/');
    const requests = received.get(name) ?? [];
    received.set(name, requests);
    const at = performance.now();
    const body = await buffer(request);
    const number: number | undefined = JSON.parse(body.toString()).data.soak;
    const kept: Received = { headers: request.headers, body, at, number, status: 0 };
    requests.push(kept);
    const nth = (counts.get(`${name} ${number}`) ?? 0) + 1;
    counts.set(`${name} ${number}`, nth);
    const [first, second] = chancesOf(`${seed} ${name} ${number} ${nth}`);
    const answer: Reply = CONDUCTS[conduct as ConductName](first, second, requests.length);
    const { status, delayMs = 0 } = answer;
    if (delayMs > 0) await setTimeout(delayMs);
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, headersOf(answer, request)).end();
    kept.status = status;
  };

  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    receive(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name: string, conduct: ConductName) => `http://127.0.0.1:${port}/${name}/${conduct}`,
    requestsOf: (name: string): readonly Received[] => received.get(name) ?? [],
    count: () => [...received.values()].reduce((sum, requests) => sum + requests.length, 0),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
