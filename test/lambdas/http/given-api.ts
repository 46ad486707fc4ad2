import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiRequest } from '../../../lambdas/http/api-handler.ts';
import { USER } from '../given.ts';

/** A request as an endpoint sees it, of a caller that is known. */
export const givenRequest = (
  changes: Partial<Omit<ApiRequest, 'body'>> & { body?: unknown } = {},
): ApiRequest => ({
  requestId: 'request-1',
  caller: { userId: USER },
  method: 'POST',
  rawPath: '/',
  path: {},
  query: {},
  headers: {},
  ...changes,
  body: typeof changes.body === 'string' ? changes.body : JSON.stringify(changes.body ?? null),
});

/** A request as API Gateway hands it over (HTTP API, payload 2.0). */
export function givenHttpEvent({
  routeKey = 'POST /events',
  path = routeKey.split(' ')[1] ?? '/',
  ...changes
}: Partial<APIGatewayProxyEventV2> & { path?: string } = {}): APIGatewayProxyEventV2 {
  const method = routeKey.split(' ')[0] ?? 'GET';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { authorization: 'Bearer a_key_of_mine' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey,
      stage: '$default',
      time: '15/Jan/2026:10:30:00 +0000',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
    ...changes,
  };
}
