import { MethodNotAllowedError, NotFoundError } from '../core/errors.ts';
import { showEventTypes } from '../core/event-types.ts';
import { methodsOf } from '../core/routes.ts';
import { readEnv } from './env.ts';
import { createPublicHandler, type PublicEndpoints, type PublicRequest } from './http/api-handler.ts';
import { logger } from './logger.ts';

/** How long the answers may be kept by whoever asks: they change with a deployment at most. */
const CACHEABLE = { 'cache-control': 'public, max-age=3600' };

export type Services = {
  /** The addresses that webhooks are called from. */
  readonly egressIps: readonly string[];
};

const buildServices = (env: ReturnType<typeof readEnv<'public'>>): Services => ({
  egressIps: env.EGRESS_IPS.split(','),
});

/** The addresses to let in, as JSON or as the plain list of the contract, "IP Whitelisting". */
function showIpRanges({ egressIps }: Services, { headers }: PublicRequest) {
  const ranges = egressIps.map((address) => `${address}/32`);
  const isPlain = headers.accept?.includes('text/plain') && !headers.accept.includes('json');
  const vary = { ...CACHEABLE, vary: 'Accept' };
  return isPlain
    ? { status: 200, headers: { ...vary, 'content-type': 'text/plain' }, body: `${ranges.join('\n')}\n` }
    : { status: 200, headers: vary, body: { ip_ranges: ranges } };
}

let openApi: string | undefined;

/** The OpenAPI document; it, and the schemas that it takes, are made when it is first asked for. */
async function showOpenApi() {
  const { describeApi } = await import('../core/openapi/document.ts');
  openApi ??= JSON.stringify(describeApi());
  return { status: 200, headers: CACHEABLE, body: openApi };
}

/** Refuses what no route takes: 405 where the path takes other methods, else 404. */
function refuse({ method, rawPath }: PublicRequest): never {
  const methods = methodsOf(rawPath);
  if (methods.length > 0) throw new MethodNotAllowedError(methods);
  throw new NotFoundError(`there is nothing at ${method} ${rawPath}`);
}

/** What answers the routes that anybody may call, and the paths that are none. */
export function createEndpoints(services: Services): PublicEndpoints {
  return {
    'GET /event-types': () => ({ status: 200, headers: CACHEABLE, body: { event_types: showEventTypes() } }),
    'GET /ip-ranges': (request) => showIpRanges(services, request),
    'GET /openapi.json': showOpenApi,
    $default: refuse,
  };
}

export const handler = createPublicHandler(
  createEndpoints(buildServices(readEnv('public', process.env))),
  logger,
);
