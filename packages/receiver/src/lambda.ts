import { createReceiver, type Handler, MAX_BODY_BYTES, type ReceiverOptions, TOO_LARGE } from './receiver.ts';

/** What is used of a request in the payload format 2.0: that of function URLs and of API Gateway's HTTP APIs. */
type LambdaRequest = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly requestContext?: { readonly http?: { readonly method?: string } };
};

/**
 * A handler for AWS Lambda behind a function URL or an HTTP API: `export const handler = receiveWebhooks(…)`. Each
 * instance of a function has its own memory: give it a `store` that they share.
 * @throws TypeError where the options are not what they must be
 */
export function receiveWebhooks(options: ReceiverOptions, handler: Handler) {
  const receive = createReceiver(options, handler);
  return async ({ headers, requestContext, ...event }: LambdaRequest) => {
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    const request = { method: requestContext?.http?.method, headers, body };
    const answer = body.length > MAX_BODY_BYTES ? TOO_LARGE : await receive(request);
    return { statusCode: answer.status, headers: answer.headers, body: answer.body };
  };
}
