import { promisify } from 'node:util';
import { create, type Store, type Table, updateIndexes } from 'dynalite/db/index.js';

/**
 * Makes the global indexes of all tables in a folder anew from their items. dynalite writes what an index holds before the
 * item, so that a kill between the two leaves an entry of an item that never came to be so, and none of the one that is
 * there. DynamoDB knows no such kill.
 * @param path folder of the tables, which nobody has open
 */
export async function rebuildIndexes(path: string): Promise<void> {
  const store = create({ path });
  try {
    for await (const table of store.tableDb.createValueStream()) await rebuild(store, table);
  } finally {
    await store.db.close();
  }
}

async function rebuild(store: Store, table: Table): Promise<void> {
  for (const { IndexName } of table.GlobalSecondaryIndexes ?? []) {
    await promisify(store.deleteIndexDb)('Global', table.TableName, IndexName);
  }
  for await (const item of store.getItemDb(table.TableName).createValueStream()) {
    await promisify(updateIndexes)(store, table, undefined, item);
  }
}
