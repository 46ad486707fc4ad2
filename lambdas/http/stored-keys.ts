import { findApiKey } from '../aws/api-key-store.ts';
import { openTable } from '../aws/table.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';

/** Authentication by the API keys in the table of this name. */
export function authenticateByStoredKeys(tableName: string): Authenticate {
  return createAuthenticate(findApiKey(openTable(tableName)));
}
