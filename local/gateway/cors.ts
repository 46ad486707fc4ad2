import type { IncomingMessage } from 'node:http';
import type { Properties } from '../stack/properties.ts';
import type { HttpAnswer } from './answer.ts';

/** What an API's CorsConfiguration says. */
export type CorsSettings = {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly allowsCredentials: boolean;
};

type Headers = Record<string, string>;

export function readCors(properties: Properties | undefined): CorsSettings | undefined {
  return (
    properties && {
      origins: properties.strings('AllowOrigins'),
      methods: properties.strings('AllowMethods'),
      headers: properties.strings('AllowHeaders'),
      exposedHeaders: properties.strings('ExposeHeaders'),
      maxAgeSeconds: properties.optionalNumber('MaxAge'),
      allowsCredentials: properties.boolean('AllowCredentials', false),
    }
  );
}

/** A browser asks before it sends; the gateway answers that itself, whatever routes there are. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

export function answerPreflight(cors: CorsSettings, origin: string | undefined): HttpAnswer {
  const allowed = allowOrigin(cors, origin);
  const headers = allowed && {
    ...allowed,
    ...listHeader('access-control-allow-methods', cors.methods),
    ...listHeader('access-control-allow-headers', cors.headers),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
  return { status: 204, headers: headers ?? {}, body: '' };
}

/** An answer with the gateway's CORS headers, which stand in place of any that the function gave. */
export function withCors(answer: HttpAnswer, cors: CorsSettings, origin: string | undefined): HttpAnswer {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = allowOrigin(cors, origin);
  const added = allowed && {
    ...allowed,
    ...listHeader('access-control-expose-headers', cors.exposedHeaders),
  };
  return { ...answer, headers: { ...Object.fromEntries(own), ...added } };
}

function allowOrigin(cors: CorsSettings, origin: string | undefined): Headers | undefined {
  if (origin === undefined) return undefined;
  const allowed = cors.origins.find((pattern) => matchesOrigin(pattern, origin));
  if (allowed === undefined) return undefined;
  return {
    'access-control-allow-origin': allowed === '*' ? '*' : origin,
    ...(cors.allowsCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** An origin, `*`, or all of a scheme: `https://*`. */
function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern.endsWith('*')) return origin.startsWith(pattern.slice(0, -1));
  return pattern.toLowerCase() === origin.toLowerCase();
}

function listHeader(name: string, values: readonly string[]): Headers {
  return values.length > 0 ? { [name]: values.join(',') } : {};
}
