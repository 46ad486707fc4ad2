import { DOCUMENT, findSchemaFaults } from '../openapi.ts';

/** A request to the API, and what came of it. */
export type Exchange = {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The request's body as it was sent. */
  readonly sent: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  /** The answer's body, parsed where it is JSON. */
  readonly body: unknown;
};

type Located = { readonly pointer: readonly string[]; readonly value: any };

const TEMPLATES = Object.keys(DOCUMENT.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What stands at a place of the document, or where it refers to. */
function locate(pointer: readonly string[]): Located | undefined {
  const value = pointer.reduce((at, part) => at?.[part], DOCUMENT);
  if (value === undefined) return undefined;
  return value.$ref ? locate(value.$ref.slice(2).split('/')) : { pointer, value };
}

/** Where the document tells of the answer to a request; what it describes nowhere is a 404 or a 405. */
function locateAnswer({ method, path, status }: Exchange): Located | undefined {
  const { pathname } = new URL(path, 'http://localhost');
  const template = TEMPLATES.find(({ pattern }) => pattern.test(pathname))?.template;
  const operation = template && ['paths', template, method.toLowerCase()];
  if (operation && locate(operation)) return locate([...operation, 'responses', String(status)]);
  const expected = template ? 405 : 404;
  if (status !== expected) return undefined;
  return locate(['components', 'responses', template ? 'MethodNotAllowed' : 'NotFound']);
}

function findBodyFaults({ pointer, value }: Located, { headers, body }: Exchange): string {
  const contentType = headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  if (!value.content) return body === '' ? '' : `has a body, and is described without one`;
  if (!value.content[contentType]) return `is ${contentType || 'of no type'}, which is not described`;
  return findSchemaFaults([...pointer, 'content', contentType, 'schema'], body);
}

function findHeaderFaults({ value }: Located, { headers }: Exchange): string {
  const missing = Object.keys(value.headers ?? {}).filter((name) => !headers.has(name));
  return missing.length > 0 ? `lacks the headers ${missing.join(', ')}` : '';
}

/** What is wrong with a request that went well: its body and its query must be such as the document describes. */
function findRequestFaults({ method, path, sent = '' }: Exchange): string {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const template = TEMPLATES.find(({ pattern }) => pattern.test(pathname))?.template ?? '';
  const pointer = ['paths', template, method.toLowerCase()];
  const { requestBody, parameters = [] } = locate(pointer)?.value ?? {};
  const query = new Map<string, Located>();
  for (const { $ref } of parameters) {
    const parameter = locate($ref.slice(2).split('/'));
    if (parameter?.value.in === 'query') query.set(parameter.value.name, parameter);
  }
  const faults = [...searchParams].map(([name, text]) => {
    const parameter = query.get(name);
    if (!parameter) return `the parameter ${name} is not described`;
    const value = parameter.value.schema.type === 'integer' ? Number(text) : text;
    return findSchemaFaults([...parameter.pointer, 'schema'], value);
  });
  if (requestBody && (sent || requestBody.required)) {
    const schema = [...pointer, 'requestBody', 'content', 'application/json', 'schema'];
    faults.push(findSchemaFaults(schema, JSON.parse(sent)));
  }
  return faults.filter(Boolean).join('\n');
}

/**
 * Holds an exchange against the OpenAPI document.
 * @throws Error that says what of it is not as described
 */
export function checkExchange(exchange: Exchange): void {
  const { method, path, status, body } = exchange;
  const fail = (what: string): never => {
    throw new Error(
      `${method} ${path} → ${status} is not as docs/openapi.json says: ${what}\n${JSON.stringify(body)}`,
    );
  };
  const answer = locateAnswer(exchange);
  if (!answer) return fail('this status is not described');
  const faults = [findBodyFaults(answer, exchange), findHeaderFaults(answer, exchange)].filter(Boolean);
  if (faults.length > 0) fail(faults.join('\n'));
  const asked = status < 300 ? findRequestFaults(exchange) : '';
  if (asked) fail(`it took a request that is not described: ${asked}`);
}
