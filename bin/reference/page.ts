import { type Html, html, raw, showCode, showText } from './html.ts';
import {
  type ApiDocument,
  type LocatedOperation,
  operationsOf,
  resolve,
  showAnswers,
  showOperation,
  showParameters,
} from './operation.ts';
import { nameOf, type Schema, schemaAnchor, showSchema } from './schema.ts';
import { STYLE } from './style.ts';

type Tag = { readonly name: string; readonly description: string };

/** The tag of what receivers are sent, which has no paths. */
const EVENTS = 'Events';

const eventAnchor = (type: string): string => `event-${type}`;

/** Of an event's schemas only that of its data is shown, and that beside the event. */
const dataNameOf = (document: ApiDocument, type: string): string => {
  const { schema } = document.webhooks[type].post.requestBody.content['application/json'];
  return nameOf(resolve(document, schema).properties.data.$ref);
};

/** The schemas that stand neither beside an event nor beside the operation that takes them. */
function ownSchemasOf(document: ApiDocument): [string, Schema][] {
  const schemas: Record<string, Schema> = document.components.schemas;
  const variants = Object.values(schemas).flatMap(({ oneOf = [] }) => oneOf);
  const bodies = document.tags
    .flatMap(({ name }: Tag) => operationsOf(document, name))
    .flatMap(
      ({ operation }: LocatedOperation) => operation.requestBody?.content['application/json'].schema ?? [],
    );
  const shownElsewhere = new Set([
    ...[...variants, ...bodies].map(({ $ref }: { $ref: string }) => nameOf($ref)),
    ...Object.keys(document.webhooks).map((type) => dataNameOf(document, type)),
  ]);
  return Object.entries(schemas).filter(([name]) => !shownElsewhere.has(name));
}

function showEvent(document: ApiDocument, type: string): Html {
  const { summary, requestBody } = document.webhooks[type].post;
  const dataName = dataNameOf(document, type);
  const { schemas } = document.components;
  return html`<section class="operation" id="${eventAnchor(type)}">
<h3><a class="anchor" href="#${eventAnchor(type)}"><code>${type}</code></a></h3>
${showText(summary)}${showCode(requestBody.content['application/json'].example)}<h4 id="${schemaAnchor(dataName)}">${dataName}</h4>
${showSchema(schemas[dataName], schemas)}</section>
`;
}

function showEvents(document: ApiDocument): Html {
  const types = Object.keys(document.webhooks);
  const { parameters, responses } = document.webhooks[types[0] ?? ''].post;
  const headers = parameters.map((parameter: any) => resolve(document, parameter));
  return html`<h3 id="event-headers">Headers of every event</h3>
${showParameters(headers)}<h3 id="event-answers">What your answer means</h3>
${showAnswers(document, responses)}${types.map((type) => showEvent(document, type))}`;
}

const showSchemas = (document: ApiDocument): Html =>
  html`${ownSchemasOf(document).map(
    ([name, schema]) => html`<section class="schema" id="${schemaAnchor(name)}">
<h3><a class="anchor" href="#${schemaAnchor(name)}">${name}</a></h3>
${showSchema(schema, document.components.schemas)}</section>
`,
  )}`;

function showTag(document: ApiDocument, { name, description }: Tag): Html {
  const operations = operationsOf(document, name).map((located) => showOperation(document, located));
  return html`<section id="${name.toLowerCase()}">
<h2>${name}</h2>
${showText(description)}${name === EVENTS ? showEvents(document) : operations}</section>
`;
}

const showLink = (anchor: string, label: Html | string): Html =>
  html`<li><a href="#${anchor}">${label}</a></li>\n`;

const showOperationLink = ({ method, operation }: LocatedOperation): Html =>
  showLink(
    operation.operationId,
    html`<span class="method ${method.toLowerCase()}">${method}</span> ${operation.summary}`,
  );

const showGroup = (
  anchor: string,
  name: string,
  links: readonly Html[],
): Html => html`<li><a href="#${anchor}">${name}</a>
<ul>
${links}</ul></li>
`;

function showNavigation(document: ApiDocument): Html {
  const groups = document.tags.map(({ name }: Tag) => {
    const links =
      name === EVENTS
        ? Object.keys(document.webhooks).map((type) =>
            showLink(eventAnchor(type), html`<code>${type}</code>`),
          )
        : operationsOf(document, name).map(showOperationLink);
    return showGroup(name.toLowerCase(), name, links);
  });
  const schemas = ownSchemasOf(document).map(([name]) => showLink(schemaAnchor(name), name));
  return html`<ul>
${groups}${showGroup('schemas', 'Schemas', schemas)}</ul>
`;
}

/** The reference of the API as one HTML page that asks nothing of any other host, from its OpenAPI document. */
export function renderReference(document: ApiDocument): string {
  const { title, version, description } = document.info;
  const navigation = showNavigation(document);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: reference</title>
<style>
${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<nav class="wide" aria-label="Contents">
<p class="title"><a href="#content">${title}</a></p>
${navigation}</nav>
<main id="content">
<h1>${title}: reference</h1>
<details class="narrow"><summary>Contents</summary>
<nav aria-label="Contents">
${navigation}</nav>
</details>
<p class="facts">Version ${version} · <a href="openapi.json">OpenAPI ${document.openapi}</a></p>
${showText(description)}${document.tags.map((tag: Tag) => showTag(document, tag))}<section id="schemas">
<h2>Schemas</h2>
${showSchemas(document)}</section>
</main>
</body>
</html>
`.html;
}
