import * as fc from 'fast-check';
import { OPERATIONS } from '../../core/openapi/operations.ts';
import type { RouteKey } from '../../core/routes.ts';
import { anyBody } from './bodies.ts';

/** A request as it goes out. */
export type HostileRequest = {
  readonly method: string;
  /** The path with its query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Its bytes, a character for each (Latin-1): so a counterexample can be read. */
  readonly body: string;
};

/** What a hostile caller knows of, to put where it does not belong. */
export type Known = {
  /** Its own key, with which it is let in, and others with which it is not. */
  readonly key: string;
  readonly otherKeys: readonly string[];
  /** Its own webhook, and a delivery of that. */
  readonly webhookId: string;
  readonly deliveryId: string;
  /** Webhooks and deliveries, its own and others', well formed. */
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  /** A valid body of a route; any where it takes none. */
  readonly bodyOf: (routeKey: RouteKey) => unknown;
};

/** The words of a text; `long` stands for a long one. */
const words = (text: string) => text.split(/\s+/).map((word) => (word === 'long' ? 'x'.repeat(2000) : word));

const BAD_IDS = words(`.. . ~ - * 1 % %zz %ff %00 %0d%0a %23 %3F %2F %5c %2e%2e %2E%2E%2f ..%2f..%2fwebhooks
  %252e%252e%252f %F0%9F%94%97 webhook_ delivery_ WEBHOOK_018D0C5E8F1A7B3C9D2E4F5A6B7C8D9E __proto__ constructor
  toString USER%23user_123 ;a=b long`);

const tricks: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => path.toUpperCase(),
  (path) => `/x/..${path}`,
  (path) => `/%2e%2e${path}`,
  (path) => `${path}/..`,
  (path) => `${path}/%2e`,
  (path) => `${path};a=b`,
  (path) => path.replace('/', '/%2f'),
  (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => `http://localhost${path}`,
  (path) => `/$default${path}`,
];

/** The path of a route, its parameters replaced by good and bad ids; now and then with a trick. */
function anyPath(template: string, { ids, webhookId, deliveryId }: Known): fc.Arbitrary<string> {
  const idLike = (right: string) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(right) },
      { weight: 3, arbitrary: fc.constantFrom(...ids) },
      { weight: 2, arbitrary: fc.constantFrom(...BAD_IDS) },
    );
  const trick = fc.oneof(
    { weight: 8, arbitrary: fc.constant((path: string) => path) },
    fc.constantFrom(...tricks),
  );
  return fc
    .tuple(idLike(webhookId), idLike(deliveryId), trick)
    .map(([webhook, delivery, play]) =>
      play(
        template
          .replace('{webhook_id}', webhook)
          .replace('{delivery_id}', delivery)
          .replace('{recovery_id}', 'recovery_1'),
      ),
    );
}

const ODD_PARAMETERS = ['__proto__', 'constructor', 'toString', 'x', 'limit[]', 'user_id', '', 'LIMIT'];
const ODD_VALUES =
  words(`0 1 5 100 101 -1 1e1 0x10 +5 %D9%A3 %00 %20 null NaN 5%0d%0aX:1 %ff %zz 10000 succeeded undelivered month
  thought.created 9999-12-31T23:59:59-23:59 0000-01-01T00:00:00Z 2024-02-30T00:00:00Z 2024-01-01
  2024-01-15T10:30:00.123456789012345678Z 2024-01-15T10:30:00%2B23:59`);

/** A query of the parameters that a route takes, and of others; names may come twice. */
function anyQuery(routeKey: RouteKey, { cursors, ids }: Known): fc.Arbitrary<string> {
  const names = Object.keys(OPERATIONS[routeKey].query?.shape ?? {});
  const name = fc.constantFrom(...names, ...names, ...names, ...ODD_PARAMETERS);
  const value = fc.constantFrom('', ...ODD_VALUES, ...cursors, ...cursors, ...ids);
  return fc
    .array(fc.tuple(name, value), { maxLength: 3 })
    .map((pairs) => pairs.map(([parameter, text]) => `${parameter}=${text}`).join('&'))
    .map((query) => (query ? `?${query}` : ''));
}

/** Mostly the caller's own key, as it should be; else something that is none. */
function anyAuthorization({ key, otherKeys }: Known): fc.Arbitrary<string | undefined> {
  const good = `Bearer ${key}`;
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(good) },
    fc.constantFrom(undefined, '', 'Bearer', 'Bearer ', key, `${good},${good}`, `${good} x`, `Token ${key}`),
    fc.constantFrom(
      `Basic ${btoa(key)}`,
      `Bearer "${key}"`,
      `Bearer ${key.slice(1)}`,
      `Bearer ${'k'.repeat(6000)}`,
    ),
    fc.constantFrom(
      'Bearer __proto__',
      'Bearer \u00e9\u00ff',
      ...otherKeys.map((other) => `Bearer ${other}`),
    ),
  );
}

const HEADER_VALUES: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json; charset=utf-16',
    ...words(
      'text/plain application/x-www-form-urlencoded application/octet-stream multipart/form-data; ; \u00e9',
    ),
  ],
  'idempotency-key': ['once', 'a b', 'k'.repeat(128), 'k'.repeat(129), '\u00e9', '__proto__', 'a,b', '', '#'],
  'x-http-method-override': ['DELETE', 'PATCH'],
  'content-encoding': ['gzip', 'identity'],
  accept: ['text/plain', 'application/xml', '*/*;q=0', '\u00ff'],
  cookie: ['a=b; __proto__=c', '=;=', 'x'.repeat(3000)],
  'x-forwarded-for': ['127.0.0.1', '\u00e9'],
  'x-amz-security-token': ['x'],
  origin: ['null', 'https://evil.example'],
};

const anyHeaders: fc.Arbitrary<Record<string, string>> = fc
  .subarray(Object.entries(HEADER_VALUES), { maxLength: 3 })
  .chain((chosen) =>
    fc.tuple(...chosen.map(([name, values]) => fc.constantFrom(...values).map((value) => [name, value]))),
  )
  .map((headers) => Object.fromEntries(headers));

const ODD_METHODS = ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'get', 'PROPFIND', 'POST', 'DELETE', 'GET'];

/** Requests of one route that mean ill: each part is right or wrong by itself. */
export function anyRequest(routeKey: RouteKey, known: Known): fc.Arbitrary<HostileRequest> {
  const [method = '', template = ''] = routeKey.split(' ');
  return fc
    .record({
      method: fc.oneof({ weight: 9, arbitrary: fc.constant(method) }, fc.constantFrom(...ODD_METHODS)),
      path: anyPath(template, known),
      query: anyQuery(routeKey, known),
      authorization: anyAuthorization(known),
      headers: anyHeaders,
      body: anyBody(known.bodyOf(routeKey)),
    })
    .map(({ method: chosen, path, query, authorization, headers, body }) => ({
      method: chosen,
      path: path + query,
      headers: {
        'content-type': 'application/json',
        ...headers,
        ...(authorization !== undefined && { authorization }),
      },
      body: chosen === 'GET' || chosen === 'HEAD' ? '' : body.toString('latin1'),
      [fc.toStringMethod]: show,
    }));
}

/** A request as a failing property prints it: what is there a hundred times is shown once. */
function show(this: HostileRequest): string {
  return JSON.stringify(this).replaceAll(/(.{1,3}?)\1{99,}/g, '$1…');
}
