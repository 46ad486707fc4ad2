/** dynalite has no types of its own; this is what of it is used. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  type Options = {
    /** The folder of its LevelDB; in memory where absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  };

  export default function dynalite(options?: Options): Server;
}

/** Its store, below the protocol. */
declare module 'dynalite/db/index.js' {
  type Done = (error: Error | null) => void;

  export type Table = {
    readonly TableName: string;
    readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
  };

  type Values<Value> = { createValueStream(): AsyncIterable<Value> };

  export type Store = {
    readonly db: { close(): Promise<void> };
    readonly tableDb: Values<Table>;
    getItemDb(table: string): Values<object>;
    readonly deleteIndexDb: (kind: 'Global', table: string, index: string, done: Done) => void;
  };

  export function create(options: { readonly path: string }): Store;

  /** Writes what a table's indexes hold of an item in the place of what they hold of the one before. */
  export function updateIndexes(
    store: Store,
    table: Table,
    itemBefore: object | undefined,
    item: object,
    done: Done,
  ): void;
}
