import type { ProblemAnswer } from '../../core/answers.ts';
import { plain } from './show.ts';

/** An answer of the API: as it came, and parsed. */
type Answer<T> = { readonly text: string; readonly body: T };
type Query = Readonly<Record<string, string | number | undefined>>;

/** The path of a webhook, or of what belongs to it: `webhookPath(id, 'deliveries', deliveryId)`. */
export const webhookPath = (id: string, ...parts: readonly string[]): string =>
  ['/webhooks', ...[id, ...parts].map(encodeURIComponent)].join('/');

/** Calls the API. `body` is the JSON text of a request, `idempotencyKey` what makes a repeat of it harmless. */
export type Api = <T>(
  method: string,
  path: string,
  request?: {
    readonly query?: Query;
    readonly body?: string | undefined;
    readonly idempotencyKey?: string | undefined;
  },
) => Promise<Answer<T>>;

/** A refusal of the API; its message names every field at fault. */
class ApiError extends Error {
  override name = 'ApiError';
}

/** A way to call the API at `url` with a key, which shows up nowhere else. */
export function connectApi(url: string, key: string | undefined): Api {
  return async (method, path, { query = {}, body, idempotencyKey } = {}) => {
    const target = new URL(url.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const headers = {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const response = await fetch(target, { method, headers, body, redirect: 'error' }).catch((cause) => {
      throw new Error(`nothing answers at ${url}: ${reasonOf(cause)}`, { cause });
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(describeRefusal(response.status, text));
    return { text, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Why a request came to nothing: what `fetch` says is "fetch failed". */
function reasonOf(error: Error): string {
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return code ?? message;
}

/** A refusal for a person to read: each field at fault in a line of its own. */
export function describeRefusal(status: number, text: string): string {
  const { title, detail, errors, request_id, message } = parseProblem(text);
  const faults = errors?.map((fault) => `  ${fault.field}: ${fault.detail}`) ?? [];
  const lines =
    faults.length > 0 ? [`${status} ${title}`, ...faults] : [`${status} ${detail ?? message ?? title ?? ''}`];
  return plain([...lines, ...(request_id ? [`request ${request_id}`] : [])].join('\n'));
}

function parseProblem(text: string): Partial<ProblemAnswer> & { message?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
