import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ROUTES, type RouteKey } from '../routes.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { parameterRef } from './parameters.ts';
import { type RefusalStatus, referToRefusal, referToRefusals } from './responses.ts';
import { schemaRef } from './schemas.ts';

type Answer = Operation['answers'][number];

const pathNamesOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** What may be refused on a route, besides the conflicts of its own. */
function refusalsOf(path: string, access: string, { query, request, idempotencyKey }: Operation) {
  const statuses: RefusalStatus[] = [];
  if (query ?? request ?? idempotencyKey) statuses.push(400);
  if (access !== 'public') statuses.push(401, 403);
  if (pathNamesOf(path).length > 0) statuses.push(404);
  return [...statuses, 413, 429, 500, 503] as const satisfies readonly RefusalStatus[];
}

function describeAnswer({ description, schema, example, plainExample, headers }: Answer) {
  const described = Object.entries(headers ?? {}).map(
    ([name, [text, sample]]) =>
      [name, { description: text, required: true, schema: { type: 'string' }, example: sample }] as const,
  );
  const json = {
    schema: schema === 'any object' ? { type: 'object' } : schemaRef(schema ?? ''),
    ...(example === undefined ? {} : { example }),
  };
  const plain =
    plainExample === undefined ? {} : { 'text/plain': { schema: { type: 'string' }, example: plainExample } };
  return {
    description,
    ...(headers ? { headers: Object.fromEntries(described) } : {}),
    ...(schema ? { content: { 'application/json': json, ...plain } } : {}),
  };
}

function describeAnswers(path: string, access: string, operation: Operation) {
  const { answers, conflict } = operation;
  const good = Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)] as const);
  return {
    ...Object.fromEntries(good),
    ...referToRefusals(refusalsOf(path, access, operation)),
    ...(conflict ? { 409: { ...referToRefusal(409), description: conflict } } : {}),
  };
}

function describeParameters(path: string, { query, idempotencyKey }: Operation) {
  const names = [...pathNamesOf(path), ...Object.keys(query?.shape ?? {})];
  if (idempotencyKey) names.push(IDEMPOTENCY_KEY);
  return names.length > 0 ? { parameters: names.map(parameterRef) } : {};
}

function describeBody({ request }: Operation) {
  if (!request) return {};
  const { schema, example, isOptional } = request;
  const content = { 'application/json': { schema: schemaRef(schema), example } };
  return { requestBody: { required: !isOptional, content } };
}

function describeAccess(access: (typeof ROUTES)[RouteKey]['access']) {
  return access === 'public'
    ? { security: [] }
    : { security: [{ apiKey: [access] }], 'x-required-scope': access };
}

function describeOperation(path: string, routeKey: RouteKey) {
  const operation = OPERATIONS[routeKey];
  const { access } = ROUTES[routeKey];
  const scope = access === 'public' ? 'Needs no API key.' : `Needs an API key with the scope \`${access}\`.`;
  const key = operation.idempotencyKey && `\`Idempotency-Key\`: ${operation.idempotencyKey}`;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.description, key, scope].filter(Boolean).join('\n\n'),
    ...describeAccess(access),
    ...describeParameters(path, operation),
    ...describeBody(operation),
    responses: describeAnswers(path, access, operation),
  };
}

/** `paths`: every route of the API. */
export function describePaths(): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const routeKey of Object.keys(ROUTES) as RouteKey[]) {
    const [method = '', path = ''] = routeKey.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(path, routeKey) };
  }
  return paths;
}
