import type { ProblemAnswer } from '../../core/answers.ts';
import { API_URL } from './place.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
type Fault = { readonly field: string; readonly detail: string };

/** A request that failed: what happened, and what whoever asked can do about it. */
export class ApiError extends Error {
  override name = 'ApiError';
  /** Of the answer; 0 where none came. */
  readonly status: number;
  /** Each field of the request that is at fault. */
  readonly faults: readonly Fault[];
  readonly advice: string;

  constructor(status: number, message: string, advice: string, faults: readonly Fault[] = []) {
    super(message);
    this.status = status;
    this.advice = advice;
    this.faults = faults;
  }
}

/** Asks the API with one key. @throws ApiError; the caller's own abort as it is */
export type Api = <T>(method: Method, path: string, body?: unknown, signal?: AbortSignal) => Promise<T>;

/** @param onRefused told when the API does not know the key */
export function createApi(key: string, onRefused?: () => void): Api {
  return async <T>(method: Method, path: string, body?: unknown, signal?: AbortSignal) => {
    const response = await send(method, path, {
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    if (response.status === 401) onRefused?.();
    throw await readRefusal(response);
  };
}

async function send(method: Method, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(API_URL + path, { ...init, method, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'The API cannot be reached.', 'Check your connection, and try again.');
  }
}

async function readRefusal(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<ProblemAnswer> & { message?: string };
  const detail = problem.detail ?? problem.message ?? response.statusText;
  const { message, advice } = explain(response.status, detail, problem.request_id);
  return new ApiError(response.status, message, advice, problem.errors);
}

function explain(status: number, detail: string, requestId: string | undefined) {
  if (status === 401) {
    return { message: 'The API does not know this key.', advice: 'It may be mistyped, or revoked since.' };
  }
  if (status === 403) {
    return {
      message: `Your key may not do this: ${detail}.`,
      advice: 'Sign in with a key that has the scope, or ask whoever gave you the key for it.',
    };
  }
  if (status === 429) {
    return { message: 'Too many requests at once.', advice: 'Wait a few seconds, and try again.' };
  }
  if (status >= 500) {
    const id = requestId ? ` If it stays so, tell support the request id ${requestId}.` : '';
    return { message: 'Something went wrong on our side.', advice: `Try again in a moment.${id}` };
  }
  return { message: sentence(detail), advice: status === 400 ? 'Correct it, and try again.' : '' };
}

/** A detail of the API, which begins small and ends without a stop, as a sentence. */
export function sentence(detail: string): string {
  return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${/[.!?]$/.test(detail) ? '' : '.'}`;
}
