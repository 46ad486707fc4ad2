import { parseArgs } from 'node:util';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type ApiKey, createApiKey, isScope, mintApiKey } from '../core/api-key.ts';
import { SCOPES } from '../core/routes.ts';
import { deleteApiKey, listApiKeys, putApiKey } from '../lambdas/aws/api-key-store.ts';
import { openTable, type Table } from '../lambdas/aws/table.ts';
import { quietSdk } from './quiet-sdk.ts';

const USAGE = `Usage: npm run api-key -- COMMAND --user USER_ID (--table TABLE_NAME | --local URL)

  create --scopes SCOPE,…   makes an API key and prints it: once, as only its hash is stored
  list                      shows the keys of the user
  revoke --id KEY_ID        revokes a key; it stops working within 30 seconds

  --user    the user whose keys they are, such as user_123
  --scopes  what a key allows, comma separated: ${SCOPES.join(', ')}
  --table   the stack's output TableName (or the environment's TABLE_NAME); credentials and region are the
            environment's, as for the AWS CLI
  --local   the address that npm start prints, such as http://localhost:3000`;

/** What is wrong with the command line. */
class UsageError extends Error {}

const OPTIONS = {
  user: { type: 'string' },
  scopes: { type: 'string' },
  id: { type: 'string' },
  table: { type: 'string' },
  local: { type: 'string' },
} as const;

type Options = Partial<Record<keyof typeof OPTIONS, string>>;

const need = (options: Options, name: keyof Options): string => {
  const value = options[name];
  if (!value) throw new UsageError(`--${name} is missing`);
  return value;
};

/** The table of a system that runs on this machine, as it tells by itself. */
async function openLocalTable(url: string): Promise<Table> {
  const response = await fetch(new URL('/_local/health', url)).catch((cause) => {
    throw new Error(`nothing answers at ${url}`, { cause });
  });
  const { outputs } = (await response.json()) as { outputs: { TableName: string } };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const config: DynamoDBClientConfig = { endpoint: url, region: 'us-east-1', credentials };
  return openTable(outputs.TableName, config);
}

async function create(table: Table, options: Options) {
  const scopes = need(options, 'scopes').split(',');
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) throw new UsageError(`--scopes: there is no ${unknown.join(', ')}`);
  const key = mintApiKey();
  const known = scopes.filter(isScope);
  const record = createApiKey(key, { userId: need(options, 'user'), scopes: known, now: Date.now() });
  await putApiKey(table)(record);
  console.log(`${show(record)}\n\n  ${key}\n\nThis is the only time that the key is shown.`);
}

const show = ({ id, userId, scopes, createdAt }: ApiKey) =>
  [id, userId, scopes.join(','), new Date(createdAt).toISOString()].join('  ');

async function list(table: Table, options: Options) {
  const keys = await listApiKeys(table)(need(options, 'user'));
  console.log(keys.length > 0 ? keys.map(show).join('\n') : 'no keys');
}

async function revoke(table: Table, options: Options) {
  const id = need(options, 'id');
  const keys = await listApiKeys(table)(need(options, 'user'));
  const key = keys.find((candidate) => candidate.id === id);
  if (!key) throw new Error(`${options.user} has no key ${id}`);
  await deleteApiKey(table)(key);
  console.log(`${id} is revoked`);
}

const COMMANDS = { create, list, revoke };

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [name = ''] = positionals;
  if (positionals.length !== 1 || !Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(`the command is one of ${Object.keys(COMMANDS).join(', ')}`);
  }
  need(values, 'user');
  const options = { ...values, table: values.table ?? process.env.TABLE_NAME };
  const table = options.local ? await openLocalTable(options.local) : openTable(need(options, 'table'));
  await COMMANDS[name as keyof typeof COMMANDS](table, options);
}

quietSdk();
try {
  await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${message}\n\n${USAGE}` : `It did not work: ${message}`);
  process.exitCode = isUsage ? 2 : 1;
}
