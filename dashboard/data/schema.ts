/** A JSON Schema, as far as the catalogue of events uses the language. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
};

/** What a value may be, in a word or two. */
function describeType(schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(', ');
  if (schema.anyOf) return schema.anyOf.map(describeType).join(' or ');
  const type = [schema.type ?? 'anything'].flat().join(' or ');
  if (schema.format === 'date-time') return type.replace('string', 'time');
  return schema.items ? `${type} of ${describeType(schema.items)}` : type;
}

/** One field of a schema, named by its way from the top. */
export type SchemaField = {
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string | undefined;
};

/** Every field of an object, those inside of it after it. */
export function listFields(schema: Schema, path = ''): SchemaField[] {
  const inside = [schema, ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  return inside.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, field]) => {
      const own = path ? `${path}.${name}` : name;
      const { description } = field;
      const type = describeType(field);
      const shown: SchemaField = { path: own, type, isRequired: required.includes(name), description };
      return [shown].concat(listFields(field, type.includes('array of') ? `${own}[]` : own));
    }),
  );
}

export type SchemaFault = { readonly path: string; readonly detail: string };

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

const isOfType = (value: unknown, type: string) =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;

/** ISO 8601 with an offset, as the API takes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Everything about a value that its schema does not allow, each with the way to it. */
export function findSchemaFaults(schema: Schema, value: unknown, path = 'data'): SchemaFault[] {
  if (schema.anyOf) {
    const each = schema.anyOf.map((one) => findSchemaFaults(one, value, path));
    return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? []);
  }
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return [{ path, detail: `takes ${describeType(schema)}` }];
  }
  const fault = findOwnFault(schema, value);
  return [...(fault ? [{ path, detail: fault }] : []), ...findFaultsInside(schema, value, path)];
}

function findOwnFault(schema: Schema, value: unknown): string | undefined {
  if (schema.enum && !schema.enum.includes(value)) return `takes one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined && schema.const !== value) return `takes ${JSON.stringify(schema.const)}`;
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? value)) return `takes ${schema.minimum} or more`;
    if (value > (schema.maximum ?? value)) return `takes ${schema.maximum} or less`;
  }
  if (typeof value !== 'string') return undefined;
  if (value.length < (schema.minLength ?? 0)) return 'must not be empty';
  if (value.length > (schema.maxLength ?? value.length))
    return `takes at most ${schema.maxLength} characters`;
  const isTime = schema.format !== 'date-time' || (TIME.test(value) && !Number.isNaN(Date.parse(value)));
  return isTime ? undefined : 'takes an ISO 8601 time with its offset, such as 2024-01-15T10:30:00Z';
}

function findFaultsInside(schema: Schema, value: unknown, path: string): SchemaFault[] {
  const { items } = schema;
  if (Array.isArray(value)) {
    return items ? value.flatMap((item, index) => findSchemaFaults(items, item, `${path}[${index}]`)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const members = value as Record<string, unknown>;
  const missing = (schema.required ?? []).filter((name) => !(name in members));
  return [
    ...missing.map((name) => ({ path: `${path}.${name}`, detail: 'is missing' })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
      name in members ? findSchemaFaults(field, members[name], `${path}.${name}`) : [],
    ),
  ];
}
