import type { RequestHeaders } from './headers.ts';
import { createReceiver, type Handler, MAX_BODY_BYTES, type ReceiverOptions } from './receiver.ts';

/** What is used of Fastify. */
type Fastify = {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer' },
    parse: (request: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => void,
  ): unknown;
  route(route: {
    method: 'POST';
    url: string;
    bodyLimit: number;
    handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  }): unknown;
};
type FastifyRequest = { readonly headers: RequestHeaders; readonly body?: unknown };
type FastifyReply = {
  code(status: number): FastifyReply;
  headers(headers: Record<string, string>): FastifyReply;
  send(body: string): unknown;
};

/**
 * A plugin for Fastify: `app.register(receiveWebhooks({ path: '/webhooks/cathcr', … }, …))`. It reads bodies as bytes
 * on its own route; all others parse them as before.
 * @throws TypeError where the options are not what they must be
 */
export function receiveWebhooks(options: ReceiverOptions & { readonly path: string }, handler: Handler) {
  const receive = createReceiver(options, handler);

  async function respond(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const answer = await receive({ headers: request.headers, body });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  }

  return async (fastify: Fastify): Promise<void> => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    fastify.route({
      method: 'POST',
      url: options.path,
      bodyLimit: MAX_BODY_BYTES,
      handler: respond,
    });
  };
}
