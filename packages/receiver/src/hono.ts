import type { Handler, ReceiverOptions } from './receiver.ts';
import { receiveWebhooks as receiveOnTheWeb } from './web.ts';

/**
 * A handler for Hono: `app.post('/webhooks/cathcr', receiveWebhooks(…))`. Nothing before it may read the body.
 * @throws TypeError where the options are not what they must be
 */
export function receiveWebhooks(options: ReceiverOptions, handler: Handler) {
  const receive = receiveOnTheWeb(options, handler);
  return (context: { readonly req: { readonly raw: Request } }): Promise<Response> =>
    receive(context.req.raw);
}
