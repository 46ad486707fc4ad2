/** An answer to a caller, names of headers in lower case. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
};

/** The answers that are API Gateway's own. */
export const REFUSALS = {
  notFound: refusal(404, 'Not Found'),
  tooLarge: refusal(413, 'Request Entity Too Large'),
  tooManyRequests: refusal(429, 'Too Many Requests'),
  failed: refusal(500, 'Internal Server Error'),
  unavailable: refusal(503, 'Service Unavailable'),
} as const;

type LambdaAnswer = {
  readonly statusCode: number | string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
};

/**
 * The answer that a function's result means in payload format 2.0: one with a `statusCode` as it says, anything else
 * is the JSON body of a 200. A result of neither form is the function's failure.
 */
export function toHttpAnswer(result: unknown): HttpAnswer {
  if (!isLambdaAnswer(result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(result.statusCode);
  const { body = '', cookies } = result;
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== 'string')
    return REFUSALS.failed;
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=utf-8',
      ...lowerCaseNames(result.headers ?? {}),
      ...(cookies && { 'set-cookie': cookies }),
    },
    body: result.isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

function isLambdaAnswer(result: unknown): result is LambdaAnswer {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

function lowerCaseNames(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function refusal(status: number, message: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}
