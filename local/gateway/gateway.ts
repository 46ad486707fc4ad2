import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { readBody } from '../http/read-body.ts';
import type { Authority } from '../iam/authority.ts';
import type { LambdaFunction } from '../lambda/function.ts';
import type { Functions } from '../lambda/functions.ts';
import type { Meter } from '../meter/meter.ts';
import { reportFault } from '../report-fault.ts';
import { type HttpAnswer, REFUSALS, toHttpAnswer } from './answer.ts';
import { answerPreflight, isPreflight, withCors } from './cors.ts';
import { toHttpEvent } from './event.ts';
import { refuseInvocation } from './permission.ts';
import { createRouter } from './router.ts';
import type { ApiSettings } from './settings.ts';
import { createThrottle } from './throttle.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;

type Target = {
  readonly lambda: LambdaFunction;
  readonly timeoutMs: number;
  /** Why the function may not be run, if it may not. */
  readonly refusal: string | undefined;
  /** The throttle of the route, or the one that it shares with the others. */
  readonly mayPass: () => boolean;
};
type GatewayContext = {
  readonly clock: Clock;
  readonly authority: Authority;
  readonly meter?: Meter | undefined;
};
export type Gateway = (request: IncomingMessage) => Promise<HttpAnswer>;

/** API Gateway's HTTP API: finds the route of a request and answers with what its function returns. */
export function createGateway(
  settings: ApiSettings | undefined,
  functions: Functions,
  { clock, authority, meter }: GatewayContext,
): Gateway {
  if (!settings) return async () => REFUSALS.notFound;
  const { apiId, stageName, cors } = settings;
  const mayPass = createThrottle(settings.throttle);
  const findRoute = createRouter<Target>(
    settings.routes.map((route) => ({
      key: route.key,
      target: {
        lambda: functions.require(route.functionUri, `the route ${route.key}`),
        timeoutMs: route.timeoutMs,
        refusal: refuseInvocation(authority, settings, route),
        mayPass: route.throttle ? createThrottle(route.throttle) : mayPass,
      },
    })),
  );

  const answer = async (request: IncomingMessage): Promise<HttpAnswer> => {
    const body = await readBody(request, MAX_BODY_BYTES);
    const path = withoutStage(request.url?.split('?')[0] ?? '/', stageName);
    const match = path === undefined ? undefined : findRoute(request.method ?? '', path);
    if (!(match?.route.target.mayPass ?? mayPass)()) return REFUSALS.tooManyRequests;
    if (!match) return REFUSALS.notFound;
    if (!body) return REFUSALS.tooLarge;
    const { route, pathParameters } = match;
    if (route.target.refusal) {
      reportFault(`${route.key} cannot be answered`, route.target.refusal);
      return REFUSALS.failed;
    }
    const event = toHttpEvent(request, body, {
      apiId,
      stageName,
      routeKey: route.key,
      pathParameters,
      now: clock.now(),
    });
    return invoke(route.target, event);
  };

  return async (request) => {
    meter?.addApiRequest();
    const { origin } = request.headers;
    if (cors && isPreflight(request)) return answerPreflight(cors, origin);
    return cors ? withCors(await answer(request), cors, origin) : answer(request);
  };
}

async function invoke({ lambda, timeoutMs }: Target, event: unknown): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  const invocation = await Promise.race([lambda.invoke(event), timeout]);
  clearTimeout(timer);
  if (!invocation) return REFUSALS.unavailable;
  return 'error' in invocation ? REFUSALS.failed : toHttpAnswer(invocation.payload);
}

/** The path that routes are looked up by; the stages but `$default` are the first part of the path. */
function withoutStage(path: string, stageName: string): string | undefined {
  if (stageName === '$default') return path;
  if (path !== `/${stageName}` && !path.startsWith(`/${stageName}/`)) return undefined;
  return path.slice(stageName.length + 1) || '/';
}
