import { showEventTypes } from '../../core/event-types.ts';
import type { JsonSchema } from '../../core/json-schema.ts';

const HEAD = `// Made of the event catalogue (core/catalogue) by bin/receiver/event-data.ts: a test holds it current.

/** The \`data\` of each event, by the event's name. */
export type EventData = {
`;

/** `packages/receiver/src/event-data.ts`: the types of all events, from the schemas that they are published under. */
export function renderEventData(): string {
  const members = showEventTypes().map(({ name, description, schema }) =>
    renderMember(`'${name}'`, { ...(schema as JsonSchema), description }, '  '),
  );
  return `${HEAD}${members.join('')}};\n`;
}

function renderMember(name: string, schema: JsonSchema, indent: string): string {
  const comment = schema.description ? `${indent}/** ${schema.description} */\n` : '';
  return `${comment}${indent}${name}: ${renderType(schema, indent)};\n`;
}

/** @throws Error where a schema says what this does not know, so that nothing is left out in silence */
function renderType(schema: JsonSchema, indent: string): string {
  if (schema.anyOf) {
    return schema.anyOf.map((either) => renderType(either, indent)).join(' | ');
  }
  const types = [schema.type].flat() as (string | undefined)[];
  return types.map((type) => renderOne(type, schema, indent)).join(' | ');
}

function renderOne(type: string | undefined, schema: JsonSchema, indent: string): string {
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  if (type === 'object') return renderObject(schema, indent);
  if (type === 'array') return `Array<${renderType(schema.items as JsonSchema, indent)}>`;
  if (type === 'integer') return 'number';
  if (type === 'string' || type === 'number' || type === 'boolean' || type === 'null') return type;
  throw new Error(`there is no type for ${JSON.stringify(schema)}`);
}

function renderObject({ properties, required = [] }: JsonSchema, indent: string): string {
  if (!properties) return 'Record<string, unknown>';
  const members = Object.entries(properties).map(([name, schema]) =>
    renderMember(required.includes(name) ? name : `${name}?`, schema as JsonSchema, `${indent}  `),
  );
  return `{\n${members.join('')}${indent}}`;
}
