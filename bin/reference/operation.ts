import { type Html, html, showCode, showLine, showText } from './html.ts';
import { nameOf, type Schema, schemaAnchor, showRules, showSchema, showType } from './schema.ts';

/** The parts of the OpenAPI document that are rendered; what is in them, the document's own test holds. */
export type ApiDocument = { readonly [name: string]: any };

/** The methods and paths of a tag, in the order of the document. */
export function operationsOf(document: ApiDocument, tag: string) {
  return Object.entries<Record<string, any>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

export type LocatedOperation = ReturnType<typeof operationsOf>[number];

/** What a reference of the document leads to, with what is said beside the reference. */
export function resolve(document: ApiDocument, value: any): any {
  if (!value.$ref) return value;
  const { $ref, ...beside } = value;
  const found = $ref
    .slice(2)
    .split('/')
    .reduce((at: any, part: string) => at[part], document);
  return { ...found, ...beside };
}

const showParameter = ({ name, in: place, description, schema, required }: any): Html => html`<tr>
<th scope="row"><code>${name}</code></th>
<td class="type">${place}, ${showType(schema)}${!required && html` <em>optional</em>`}</td>
<td>${showLine(description)} ${showRules(schema)}</td>
</tr>
`;

/** A table of parameters: of the path, the query and the headers. */
export const showParameters = (parameters: readonly any[]): Html => html`<div class="table"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Where and what</th><th scope="col"></th></tr></thead>
<tbody>
${parameters.map(showParameter)}</tbody>
</table></div>
`;

function showRequest({ method, path, operation }: LocatedOperation): Html {
  const media = operation.requestBody?.content['application/json'];
  const lines = [
    `${method} ${path}`,
    ...(operation['x-required-scope'] ? ['Authorization: Bearer your_api_key'] : []),
    ...(media ? ['Content-Type: application/json', '', JSON.stringify(media.example, null, 2)] : []),
  ];
  return showCode(lines.join('\n'));
}

const showBodyType = (type: string, schema: Schema): Html =>
  html` <span class="media">${type === 'application/json' || type === 'application/problem+json' ? showType(schema) : type}</span>`;

const showExample = (type: string, example: unknown): Html =>
  html`${example !== undefined && html`<p class="media">${type}</p>\n${showCode(example)}`}`;

function showAnswer(document: ApiDocument, [status, reference]: [string, any]): Html {
  const { description, content = {}, headers = {} } = resolve(document, reference);
  const media = Object.entries<any>(content);
  const [first] = media;
  const head = html`<span class="status s${status[0]}">${status === 'default' ? 'other' : status}</span> <span>${showLine(description)}${
    first && showBodyType(first[0], first[1].schema)
  }</span>`;
  const hasMore = media.some(([, { example }]) => example !== undefined);
  const names = Object.keys(headers);
  const more = html`${names.length > 0 && html`<p>Headers: ${names.map((name, index) => html`${index > 0 && ', '}<code>${name}: ${headers[name].example}</code>`)}</p>\n`}${media.map(
    ([type, { example }]) => showExample(type, example),
  )}`;
  const isGood = status.startsWith('2');
  return hasMore
    ? html`<details class="answer"${isGood && html` open`}><summary>${head}</summary>\n${more}</details>\n`
    : html`<p class="answer">${head}</p>\n`;
}

/** The answers of an operation: first those of success, unfolded. */
export function showAnswers(document: ApiDocument, responses: Record<string, any>): Html {
  const entries = Object.entries(responses);
  const good = entries.filter(([status]) => status.startsWith('2'));
  const others = entries.filter(([status]) => !status.startsWith('2'));
  return html`${[...good, ...others].map((entry) => showAnswer(document, entry))}`;
}

const showNamed = (document: ApiDocument, schema: Schema): Html => {
  const { schemas } = document.components;
  const name = nameOf(schema.$ref);
  return html`<div id="${schemaAnchor(name)}">\n${showSchema(schemas[name], schemas)}</div>\n`;
};

function showBody(document: ApiDocument, { operation }: LocatedOperation): Html {
  const { content, required } = operation.requestBody;
  return html`<h4>Body${!required && html` <em>optional</em>`}</h4>
${showNamed(document, content['application/json'].schema)}`;
}

/** One operation of the API. */
export function showOperation(document: ApiDocument, located: LocatedOperation): Html {
  const { method, path, operation } = located;
  const parameters = (operation.parameters ?? []).map((parameter: any) => resolve(document, parameter));
  return html`<section class="operation" id="${operation.operationId}">
<h3><a class="anchor" href="#${operation.operationId}">${operation.summary}</a></h3>
<p class="route"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></p>
${showText(operation.description)}${showRequest(located)}${
  parameters.length > 0 && html`<h4>Parameters</h4>\n${showParameters(parameters)}`
}${operation.requestBody && showBody(document, located)}<h4>Answers</h4>
${showAnswers(document, operation.responses)}</section>
`;
}
