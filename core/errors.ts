import type { ProblemAnswer } from './answers.ts';

/** One thing at fault in a request: where (`events[0]`, `data.user_id`, `Authorization`), and what is wrong. */
export type Fault = { readonly field: string; readonly detail: string };

/**
 * A refusal that the caller is told of, as a problem document (RFC 9457).
 * `kind` is the stable, machine-readable end of the problem's `type`.
 */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly status: number;
  readonly kind: string;
  readonly title: string;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: {
    status: number;
    kind: string;
    title: string;
    detail: string;
    faults?: readonly Fault[];
    headers?: Record<string, string>;
  }) {
    super(problem.detail);
    this.status = problem.status;
    this.kind = problem.kind;
    this.title = problem.title;
    this.faults = problem.faults ?? [];
    this.headers = problem.headers ?? {};
  }
}

/** So many faults are named: a body has room for more of them than an answer, which Lambda limits to 6 MB. */
export const MAX_FAULTS = 100;

/** 400: the request's fields are at fault, each of them named up to `MAX_FAULTS`, the others counted. */
export class InvalidRequestError extends ProblemError {
  override name = 'InvalidRequestError';

  constructor(all: readonly Fault[]) {
    const faults = all.slice(0, MAX_FAULTS);
    const named = faults.map(({ field, detail }) => `${field} ${detail}`).join('; ');
    const detail = all.length > MAX_FAULTS ? `${named}; and ${all.length - MAX_FAULTS} more` : named;
    super({ status: 400, kind: 'invalid-request', title: 'Invalid request', detail, faults });
  }
}

/** 401: no API key, or one that is not known. */
export class UnauthorizedError extends ProblemError {
  override name = 'UnauthorizedError';

  constructor(detail: string) {
    super({
      status: 401,
      kind: 'unauthorized',
      title: 'Unauthorized',
      detail,
      faults: [{ field: 'Authorization', detail }],
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

/** 403: the API key does not allow it. */
export class ForbiddenError extends ProblemError {
  override name = 'ForbiddenError';

  constructor(scope: string) {
    const detail = `the API key lacks the scope ${scope}`;
    super({
      status: 403,
      kind: 'forbidden',
      title: 'Forbidden',
      detail,
      faults: [{ field: 'Authorization', detail }],
    });
  }
}

/** 404: there is no such thing, or it is somebody else's: the answer is the same. */
export class NotFoundError extends ProblemError {
  override name = 'NotFoundError';

  constructor(detail: string) {
    super({ status: 404, kind: 'not-found', title: 'Not found', detail });
  }
}

/** 405: the path exists, the method does not. */
export class MethodNotAllowedError extends ProblemError {
  override name = 'MethodNotAllowedError';

  constructor(allowed: readonly string[]) {
    const allow = allowed.join(', ');
    super({
      status: 405,
      kind: 'method-not-allowed',
      title: 'Method not allowed',
      detail: `this path takes ${allow}`,
      headers: { allow },
    });
  }
}

/** 409: what is asked for contradicts what is there. */
export class ConflictError extends ProblemError {
  override name = 'ConflictError';

  constructor(fault: Fault) {
    super({
      status: 409,
      kind: 'conflict',
      title: 'Conflict',
      detail: `${fault.field} ${fault.detail}`,
      faults: [fault],
    });
  }
}

/** 413: the body is larger than an event may be. */
export class BodyTooLargeError extends ProblemError {
  override name = 'BodyTooLargeError';

  constructor(limitBytes: number) {
    const detail = `the body is larger than ${limitBytes} bytes`;
    super({
      status: 413,
      kind: 'body-too-large',
      title: 'Body too large',
      detail,
      faults: [{ field: 'body', detail }],
    });
  }
}

/** 500: trouble on our side, of which nothing is told. */
export class InternalError extends ProblemError {
  override name = 'InternalError';

  constructor() {
    super({
      status: 500,
      kind: 'internal-error',
      title: 'Internal error',
      detail: 'something went wrong on our side; the request can be sent again',
    });
  }
}

/** The problem document (RFC 9457) of a refusal. */
export function showProblem(problem: ProblemError, requestId: string): ProblemAnswer {
  return {
    type: `urn:cathcr:problem:${problem.kind}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    ...(problem.faults.length > 0 ? { errors: [...problem.faults] } : {}),
    request_id: requestId,
  };
}
