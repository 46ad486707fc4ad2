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
