import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { InternalError, ProblemError, showProblem } from '../../core/errors.ts';

/** The answer to a request that met an error: a problem document (RFC 9457). Unknown errors tell nothing. */
export function answerProblem(error: unknown, requestId: string): APIGatewayProxyStructuredResultV2 {
  const problem = error instanceof ProblemError ? error : new InternalError();
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.headers },
    body: JSON.stringify(showProblem(problem, requestId)),
  };
}
