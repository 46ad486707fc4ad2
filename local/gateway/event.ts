import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT_ID } from '../aws/account.ts';

type EventContext = {
  readonly apiId: string;
  readonly stageName: string;
  readonly routeKey: string;
  readonly pathParameters: Record<string, string> | undefined;
  /** The runtime's time, in epoch ms. */
  readonly now: number;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The media types whose bodies are given as text; all others are given in base64. */
const TEXT_TYPE = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\b)/i;

/** A request in API Gateway's payload format 2.0 for Lambda. */
export function toHttpEvent(
  request: IncomingMessage,
  body: Buffer,
  context: EventContext,
): APIGatewayProxyEventV2 {
  const { apiId, stageName, routeKey, pathParameters, now } = context;
  const [rawPath, rawQueryString] = splitAt(request.url ?? '/', '?');
  const { cookie, ...headers } = joinHeaders(request.headers);
  const domainName = headers.host ?? '';
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: { ...headers, ...forwardedHeaders(request) },
    ...(rawQueryString && { queryStringParameters: joinQuery(rawQueryString) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIpOf(request),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomBytes(11).toString('base64'),
      routeKey,
      stage: stageName,
      time: formatTime(new Date(now)),
      timeEpoch: now,
    },
    ...(pathParameters && { pathParameters }),
    ...writeBody(request.headers, body),
  };
}

function writeBody(headers: IncomingHttpHeaders, body: Buffer): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = headers['content-type'];
  const isText = !headers['content-encoding'] && (type === undefined || TEXT_TYPE.test(type));
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** Node has the names in lower case and most repeats joined; what it leaves as a list is joined here. */
function joinHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]));
}

function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  return {
    'x-forwarded-for': sourceIpOf(request),
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  };
}

function joinQuery(query: string): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

function sourceIpOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress?.replace('::ffff:', '') ?? '';
}

/** `12/Mar/2020:19:03:58 +0000` */
function formatTime(date: Date): string {
  const iso = date.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[date.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

function splitAt(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
