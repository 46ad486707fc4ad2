import { readBody } from './read-body.ts';
import { type Answer, createReceiver, type Handler, type ReceiverOptions, TOO_LARGE } from './receiver.ts';

/**
 * A handler of the web's own `Request` and `Response`, as Next.js, Deno, Bun and Cloudflare Workers take it.
 * @throws TypeError where the options are not what they must be
 */
export function receiveWebhooks(options: ReceiverOptions, handler: Handler) {
  const receive = createReceiver(options, handler);
  return async (request: Request): Promise<Response> => {
    if (request.bodyUsed) throw new Error('the body was read before its signature: verify first, then parse');
    const { method, headers } = request;
    const body = request.body ? await readBody(request.body) : new Uint8Array();
    return toResponse(body === undefined ? TOO_LARGE : await receive({ method, headers, body }));
  };
}

const toResponse = ({ status, headers, body }: Answer) => new Response(body, { status, headers });
