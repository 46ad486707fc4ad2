import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from '../../local/clock.ts';
import { readBehaviour } from '../../local/helpers/inbox-behaviour.ts';
import { Inboxes } from '../../local/helpers/inboxes.ts';
import { readBody } from '../../local/http/read-body.ts';
import { close, writeAnswer } from '../../local/http/server.ts';
import type { Behaviour } from './hands.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Keeps requests in the inbox that their path names, and answers as that is told to. */
const listenFor =
  (inboxes: Inboxes): RequestListener =>
  async (request, response) => {
    try {
      const body = await readBody(request, MAX_BODY_BYTES);
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      const name = pathname.split('/').at(-1) ?? '';
      writeAnswer(request, response, await inboxes.receive(name, request, body ?? Buffer.alloc(0)));
    } catch {
      response.destroy();
    }
  };

/**
 * The inboxes of a laptop by themselves, for a system that runs elsewhere.
 * @param publicUrl by which it reaches them; undefined where it runs on this machine
 */
export async function startInboxes(port: number, publicUrl: string | undefined) {
  const inboxes = new Inboxes(new Clock());
  const server = createServer(listenFor(inboxes));
  server.listen(port, publicUrl ? '0.0.0.0' : '127.0.0.1');
  await once(server, 'listening');
  const url = publicUrl ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urlOf: (name: string) => `${url}/${name}`,
    behave: (name: string, behaviour: Behaviour) =>
      inboxes.behave(name, readBehaviour(Buffer.from(JSON.stringify(behaviour)))),
    requestsOf: (name: string) => inboxes.requestsOf(name),
    forget: (name: string) => inboxes.forget(name),
    stop: async () => {
      inboxes.stop();
      await close(server);
    },
  };
}
