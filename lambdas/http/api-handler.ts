import type { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BodyTooLargeError, ProblemError } from '../../core/errors.ts';
import { MAX_EVENT_BYTES } from '../../core/event.ts';
import { type PrivateRouteKey, ROUTES, type RouteKeyOf } from '../../core/routes.ts';
import type { Authenticate, Caller } from './authenticate.ts';
import { answerProblem } from './problem.ts';

/** A request as the logic of a public route sees it. */
export type PublicRequest = {
  /** Of API Gateway: in its access log, in our logs and in problem documents. */
  readonly requestId: string;
  readonly method: string;
  readonly rawPath: string;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body's text; empty where there is none. */
  readonly body: string;
};

/** A request as an API function's logic sees it, once its caller is known. */
export type ApiRequest = PublicRequest & { readonly caller: Caller };

export type ApiAnswer = {
  readonly status: number;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What answers each route of one API function. */
export type Endpoints<K extends PrivateRouteKey> = Record<K, (request: ApiRequest) => Promise<ApiAnswer>>;

/** What answers each route that anybody may call, and what no route takes. */
export type PublicEndpoints = Record<
  RouteKeyOf<'public'> | '$default',
  (request: PublicRequest) => ApiAnswer | Promise<ApiAnswer>
>;

type Request = middy.Request<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;

const refuseLargeBody = {
  before: ({ event }: Request) => {
    if (Buffer.byteLength(bodyOf(event)) > MAX_EVENT_BYTES) throw new BodyTooLargeError(MAX_EVENT_BYTES);
  },
};

const answerErrors = (logger: Logger) => ({
  onError: (request: Request) => {
    const { error, event } = request;
    const { requestId } = event.requestContext;
    if (!(error instanceof ProblemError))
      logger.error('request failed', { error, route: event.routeKey, request_id: requestId });
    request.response = answerProblem(error, requestId);
  },
});

/** The middleware of every function of the API. */
const createStack = (logger: Logger) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerErrors(logger))
    .use(refuseLargeBody);

/** The request without its credentials: nobody after authentication has any use for them. */
function readRequest(event: APIGatewayProxyEventV2): PublicRequest {
  const { authorization, ...headers } = event.headers;
  return {
    requestId: event.requestContext.requestId,
    method: event.requestContext.http.method,
    rawPath: event.rawPath,
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    headers,
    body: bodyOf(event),
  };
}

const showAnswer = ({ status, body, headers }: ApiAnswer): APIGatewayProxyStructuredResultV2 =>
  body === undefined
    ? { statusCode: status, headers: { ...headers } }
    : {
        statusCode: status,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      };

/**
 * The handler of an API function whose routes need a key. Within the middleware, which refuses large bodies before
 * anything else is looked at and answers every error as a problem document, it tells who calls and whether the
 * route's scope is held, and asks the endpoint then.
 */
export function createApiHandler<K extends PrivateRouteKey>(
  authenticate: Authenticate,
  endpoints: Endpoints<K>,
  logger: Logger,
) {
  return createStack(logger).handler(async (event) => {
    const routeKey = event.routeKey as K;
    const caller = await authenticate(event.headers.authorization, ROUTES[routeKey].access);
    return showAnswer(await endpoints[routeKey]({ caller, ...readRequest(event) }));
  });
}

/** The handler of the routes that anybody may call, and of what no route takes. */
export function createPublicHandler(endpoints: PublicEndpoints, logger: Logger) {
  return createStack(logger).handler(async (event) =>
    showAnswer(await endpoints[event.routeKey as keyof PublicEndpoints](readRequest(event))),
  );
}
