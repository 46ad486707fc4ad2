import { parseArgs } from 'node:util';
import { createApiKey, isScope, mintApiKey } from '../core/api-key.ts';
import { SCOPES } from '../core/routes.ts';
import { putApiKey } from '../lambdas/aws/api-key-store.ts';
import { openTable } from '../lambdas/aws/table.ts';

const USAGE = `Usage: npm run api-key -- create --user USER_ID --scopes SCOPE,… --table TABLE_NAME

Makes an API key for a user, and prints it: once, as only its hash is stored.

  --user    the user whose key it is, such as user_123
  --scopes  what it allows, comma separated: ${SCOPES.join(', ')}
  --table   the stack's output TableName (or the environment's TABLE_NAME)

AWS credentials and region are the environment's, as for the AWS CLI. For a table on a laptop, set
AWS_ENDPOINT_URL to the address that npm start prints, and AWS_REGION, AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY to anything.`;

/** What is wrong with the command line. */
class UsageError extends Error {}

function readCommand(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { user: { type: 'string' }, scopes: { type: 'string' }, table: { type: 'string' } },
  });
  const scopes = (values.scopes ?? '').split(',').filter(Boolean);
  const table = values.table ?? process.env.TABLE_NAME;
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (positionals.join(' ') !== 'create')
    throw new UsageError('the command is missing, or is none of: create');
  if (!values.user) throw new UsageError('--user is missing');
  if (scopes.length === 0) throw new UsageError('--scopes is missing');
  if (unknown.length > 0) throw new UsageError(`--scopes: there is no ${unknown.join(', ')}`);
  if (!table) throw new UsageError('--table is missing');
  return { userId: values.user, scopes: scopes.filter(isScope), table };
}

async function main() {
  const { userId, scopes, table } = readCommand(process.argv.slice(2));
  const key = mintApiKey();
  const record = createApiKey(key, { userId, scopes, now: Date.now() });
  await putApiKey(openTable(table))(record);
  console.log(`${record.id} for ${userId}, which allows ${scopes.join(', ')}:\n\n  ${key}\n`);
}

try {
  await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${message}\n\n${USAGE}` : `The key could not be made: ${message}`);
  process.exitCode = isUsage ? 2 : 1;
}
