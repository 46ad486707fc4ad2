import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ProblemError } from '../../core/errors.ts';

/** The answer to a request that met an error: a problem document (RFC 9457). Unknown errors tell nothing. */
export function answerProblem(error: unknown, requestId: string): APIGatewayProxyStructuredResultV2 {
  const problem =
    error instanceof ProblemError
      ? error
      : new ProblemError({
          status: 500,
          kind: 'internal-error',
          title: 'Internal error',
          detail: 'something went wrong on our side; the request can be sent again',
        });
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
    body: JSON.stringify({
      type: `urn:cathcr:problem:${problem.kind}`,
      title: problem.title,
      status: problem.status,
      detail: problem.message,
      ...(problem.faults.length > 0 ? { errors: problem.faults } : {}),
      request_id: requestId,
    }),
  };
}
