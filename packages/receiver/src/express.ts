import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';
import { type Answer, createReceiver, type Handler, type ReceiverOptions, TOO_LARGE } from './receiver.ts';

type NodeRequest = IncomingMessage & { readonly body?: unknown };

/**
 * A handler for Express, Connect and plain `node:http`: `app.post('/webhooks/cathcr', receiveWebhooks(…))`. It reads
 * the raw body itself, or takes what `express.raw()` has read; it stands before `express.json()`.
 * @throws TypeError where the options are not what they must be
 */
export function receiveWebhooks(options: ReceiverOptions, handler: Handler) {
  const receive = createReceiver(options, handler);

  type Next = (error: unknown) => void;

  async function respond(request: NodeRequest, response: ServerResponse, next: Next): Promise<void> {
    try {
      const { method, headers } = request;
      const body = await rawBodyOf(request);
      send(response, body === undefined ? TOO_LARGE : await receive({ method, headers, body }));
    } catch (error) {
      next(error);
    }
  }

  return (request: NodeRequest, response: ServerResponse, next: Next = () => response.destroy()): void => {
    void respond(request, response, next);
  };
}

async function rawBodyOf(request: NodeRequest): Promise<string | Uint8Array | undefined> {
  const { body } = request;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (request.readableDidRead) {
    throw new Error('the body was parsed before its signature: put receiveWebhooks before express.json()');
  }
  return readBody(request);
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
