import { createApiKey } from '../core/api-key.ts';
import { SCOPES, type Scope } from '../core/routes.ts';
import { putApiKey } from '../lambdas/aws/api-key-store.ts';
import { openTable } from '../lambdas/aws/table.ts';
import { clientConfigOf } from '../local/aws/client-config.ts';
import type { Account } from '../local/runtime.ts';

/** The user that a laptop's API key belongs to. */
export const LOCAL_USER_ID = 'user_123';

/** Makes `key`, of whatever form, an API key of the local runtime. */
export async function admit(
  { environment, outputs }: Account,
  key: string,
  { userId = LOCAL_USER_ID, scopes = SCOPES }: { userId?: string; scopes?: readonly Scope[] } = {},
) {
  const table = openTable(outputs.TableName ?? '', clientConfigOf(environment));
  await putApiKey(table)(createApiKey(key, { userId, scopes, now: Date.now() }));
}
