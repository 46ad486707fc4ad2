import { parseArgs } from 'node:util';
import { type ApiKey, createApiKey, isScope, mintApiKey } from '../core/api-key.ts';
import { SCOPES } from '../core/routes.ts';
import { deleteApiKey, listApiKeys, putApiKey } from '../lambdas/aws/api-key-store.ts';
import { openTable, type Table } from '../lambdas/aws/table.ts';
import { chooseCommand, need, runCommand, UsageError } from './command-line.ts';
import { findLocalSystem } from './local-system.ts';

const USAGE = `Usage: npm run api-key -- COMMAND --user USER_ID (--table TABLE_NAME | --local URL)

  create --scopes SCOPE,…   makes an API key and prints it: once, as only its hash is stored
  list                      shows the keys of the user
  revoke --id KEY_ID        revokes a key; it stops working within 30 seconds

  --user    the user whose keys they are, such as user_123
  --scopes  what a key allows, comma separated: ${SCOPES.join(', ')}
  --table   the stack's output TableName (or the environment's TABLE_NAME); credentials and region are the
            environment's, as for the AWS CLI
  --local   the address that npm start prints, such as http://localhost:3000`;

const OPTIONS = {
  user: { type: 'string' },
  scopes: { type: 'string' },
  id: { type: 'string' },
  table: { type: 'string' },
  local: { type: 'string' },
} as const;

type Options = Partial<Record<keyof typeof OPTIONS, string>>;

async function openLocalTable(url: string): Promise<Table> {
  const { outputs, config } = await findLocalSystem(url);
  return openTable(outputs.TableName ?? '', config);
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
  const run = chooseCommand(COMMANDS, positionals);
  need(values, 'user');
  const options = { ...values, table: values.table ?? process.env.TABLE_NAME };
  const table = options.local ? await openLocalTable(options.local) : openTable(need(options, 'table'));
  await run(table, options);
}

await runCommand(USAGE, main);
