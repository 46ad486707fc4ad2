import type { Stack } from '../stack/stack.ts';

/** The attributes of an index of a table that are written when they change. */
type Index = { readonly keys: readonly string[]; readonly held: readonly string[] };

/** The indexes of each table, by the table's name. */
export type Indexes = ReadonlyMap<string, readonly Index[]>;

/** A part of a template that names attributes. */
type Definition = {
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
};

/**
 * The indexes of a stack's tables.
 * @throws Error where one holds all attributes: its writes are not counted
 */
export function readIndexes(stack: Stack): Indexes {
  const tables = stack.resourcesOf('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  return new Map(
    tables.map(({ ref, properties }) => {
      const definitions = (properties.values.GlobalSecondaryIndexes ?? []) as readonly Definition[];
      return [ref, definitions.map(readIndex)];
    }),
  );
}

function readIndex({ KeySchema, Projection }: Definition): Index {
  if (Projection.ProjectionType === 'ALL')
    throw new Error('writes to an index of all attributes are not metered');
  const keys = KeySchema.map(({ AttributeName }) => AttributeName);
  return { keys, held: [...keys, ...(Projection.NonKeyAttributes ?? [])] };
}

type Item = Readonly<Record<string, unknown>>;

/** What an index holds of an item, as a text to compare; undefined where it does not hold it. */
const entryOf = ({ keys, held }: Index, item: Item | undefined): string | undefined =>
  item && keys.every((name) => item[name] !== undefined)
    ? JSON.stringify(held.map((name) => item[name]))
    : undefined;

/**
 * The write units that putting an item in the place of another costs in indexes: one to add, to remove or to change
 * what an index holds, two to move it. What they hold of an item is below 1 KiB here.
 * Source: DynamoDB guide, "Using Global Secondary Indexes", provisioned throughput considerations.
 */
export function indexUnitsOf(indexes: readonly Index[], before: Item | undefined, after: Item): number {
  const unitsOf = (index: Index): number => {
    const [old, next] = [entryOf(index, before), entryOf(index, after)];
    if (old === next) return 0;
    const isMoved = index.keys.some((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after[name]));
    return old !== undefined && next !== undefined && isMoved ? 2 : 1;
  };
  return indexes.map(unitsOf).reduce((sum, units) => sum + units, 0);
}
