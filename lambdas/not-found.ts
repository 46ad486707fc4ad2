import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MethodNotAllowedError, NotFoundError } from '../core/errors.ts';
import { ROUTES } from '../core/routes.ts';
import { answerProblem } from './http/problem.ts';

const patternOf = (path: string) => new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

/** The methods that a path takes; none where there is no such path. */
function methodsOf(path: string): string[] {
  return Object.keys(ROUTES).flatMap((routeKey) => {
    const [method = '', pattern = ''] = routeKey.split(' ');
    return patternOf(pattern).test(path) ? [method] : [];
  });
}

/** Answers what no route takes: 405 where the path takes other methods, else 404. */
export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const methods = methodsOf(event.rawPath);
  const refusal =
    methods.length > 0
      ? new MethodNotAllowedError(methods)
      : new NotFoundError(`there is nothing at ${event.requestContext.http.method} ${event.rawPath}`);
  return answerProblem(refusal, event.requestContext.requestId);
};
