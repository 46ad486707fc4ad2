import { findApiKey } from '../aws/api-key-store.ts';
import type { Table } from '../aws/table.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';

/** Authentication by the API keys in a table. */
export function authenticateByStoredKeys(table: Table): Authenticate {
  return createAuthenticate(findApiKey(table));
}
