import { type Html, html, showLine } from './html.ts';

/** A JSON Schema, or a reference to one, as it stands in the document. */
export type Schema = { readonly [keyword: string]: any };
export type Schemas = Readonly<Record<string, Schema>>;

/** The name of the schema that a reference leads to. */
export const nameOf = (ref: string): string => ref.split('/').at(-1) ?? '';

/** The anchor of a schema of the document. */
export const schemaAnchor = (name: string): string => `schema-${name}`;

const linkSchema = (name: string): Html => html`<a href="#${schemaAnchor(name)}">${name}</a>`;

const isObject = (schema: Schema): boolean => schema.properties !== undefined;

/** A type that may be one of more than these is shown by what tells them apart. */
const MAX_LISTED_TYPES = 4;

const listTypes = (parts: readonly Html[]): Html =>
  html`${parts.map((part, index) => (index === 0 ? part : html` or ${part}`))}`;

/** What a value is, in a few words. */
export function showType(schema: Schema): Html {
  if (schema.$ref) return linkSchema(nameOf(schema.$ref));
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  const several = schema.anyOf ?? schema.oneOf;
  if (several?.length > MAX_LISTED_TYPES) return html`object, by <a href="#events">event</a>`;
  if (several) return listTypes(several.map(showType));
  if (schema.type === 'array') return html`list of ${showType(schema.items)}`;
  const types = [schema.type ?? 'anything'].flat();
  const ofValues = schema.additionalProperties?.type;
  return html`${types.join(' or ')}${ofValues && ` of ${ofValues}s`}${schema.format && `, ${schema.format}`}`;
}

const range = (least: number | undefined, most: number | undefined, unit: string): string[] => {
  if (least === undefined && most === undefined) return [];
  if (most === undefined) return least === 0 ? [] : [`at least ${least}${unit}`];
  return [least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`];
};

/** What more a value must be. */
export function showRules(schema: Schema): Html {
  const rules = [
    ...range(schema.minimum, schema.maximum, ''),
    ...(schema.minLength === 1 ? ['not empty'] : []),
    ...range(schema.minLength === 1 ? undefined : schema.minLength, schema.maxLength, ' characters'),
    ...(schema.minItems === 1 ? ['not empty'] : []),
    ...(schema.uniqueItems ? ['none twice'] : []),
    ...(schema.pattern ? [`matches \`${schema.pattern}\``] : []),
    ...(schema.default === undefined ? [] : [`\`${schema.default}\` if left out`]),
    ...(schema.enum ? [`one of ${schema.enum.map((value: string) => `\`${value}\``).join(', ')}`] : []),
  ];
  return html`${rules.length > 0 && html`<span class="rules">${showLine(rules.join('; '))}</span>`}`;
}

const showField = (name: string, schema: Schema, isRequired: boolean): Html => html`<tr>
<th scope="row"><code>${name}</code></th>
<td class="type">${showType(schema)}${!isRequired && html` <em>optional</em>`}</td>
<td>${showLine(schema.description)} ${showRules(schema)}</td>
</tr>
`;

/** The rows of an object's fields; those of an object inside it follow with longer names. */
function showFields(schema: Schema, prefix = ''): Html[] {
  const required: readonly string[] = schema.required ?? [];
  return Object.entries(schema.properties as Schemas).flatMap(([name, field]) =>
    [showField(prefix + name, field, required.includes(name))].concat(showInner(field, prefix + name)),
  );
}

function showInner(field: Schema, name: string): Html[] {
  const object = (field.anyOf as Schema[] | undefined)?.find(isObject) ?? field;
  if (isObject(object)) return showFields(object, `${name}.`);
  return object.type === 'array' ? showInner(object.items, `${name}[]`) : [];
}

const showTable = (rows: readonly Html[]): Html => html`<div class="table"><table>
<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col"></th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`;

/** Several objects that are told apart by one field, as one: what differs is listed. */
function mergeVariants(schema: Schema, schemas: Schemas): Schema {
  const variants: Schema[] = schema.oneOf.map(({ $ref }: { $ref: string }) => schemas[nameOf($ref)]);
  const merge = (name: string): Schema => {
    const fields: Schema[] = variants.map(({ properties }) => properties[name]);
    const different = [...new Map(fields.map((field) => [JSON.stringify(field), field])).values()];
    if (different.length === 1) return different[0] ?? {};
    const isTag = name === schema.discriminator.propertyName;
    const description = isTag ? 'Tells which `data` it is.' : 'As the event has it.';
    return isTag ? { $ref: 'EventType', description } : { anyOf: different, description };
  };
  const [first] = variants;
  const names = Object.keys(first?.properties ?? {});
  return { ...first, properties: Object.fromEntries(names.map((name) => [name, merge(name)])) };
}

/** A schema of the document: its fields, or what its values are. */
export function showSchema(schema: Schema, schemas: Schemas): Html {
  const shown = schema.oneOf ? mergeVariants(schema, schemas) : schema;
  const body = isObject(shown)
    ? showTable(showFields(shown))
    : html`<p>${showType(shown)} ${showRules(shown)}</p>\n`;
  return html`${shown.description && html`<p>${showLine(shown.description)}</p>\n`}${body}`;
}
