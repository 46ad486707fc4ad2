import { type ApiKey, createApiKey, isScope, mintApiKey } from '../../core/api-key.ts';
import { deleteApiKey, listApiKeys, putApiKey } from '../../lambdas/aws/api-key-store.ts';
import { openTable, type Table } from '../../lambdas/aws/table.ts';
import { need, UsageError } from '../command-line.ts';
import { findLocalSystem } from '../local-system.ts';

/** What is said of keys on a command line; `table` is the stack's, `local` the address of a system on a laptop. */
export type KeyOptions = Partial<
  Record<'user' | 'scopes' | 'id' | 'table' | 'local', string | undefined> & { json: boolean | undefined }
>;

type Print = (line: string) => void;
type KeyCommand = (table: Table, options: KeyOptions, print: Print) => Promise<void>;

async function openLocalTable(url: string): Promise<Table> {
  const { outputs, config } = await findLocalSystem(url);
  return openTable(outputs.TableName ?? '', config);
}

const show = ({ id, userId, scopes, createdAt }: ApiKey) =>
  [id, userId, scopes.join(','), new Date(createdAt).toISOString()].join('  ');

const showJson = ({ id, userId, scopes, createdAt }: ApiKey, more: object = {}) =>
  JSON.stringify({ id, user_id: userId, scopes, created_at: new Date(createdAt).toISOString(), ...more });

const create: KeyCommand = async (table, options, print) => {
  const scopes = need(options, 'scopes').split(',');
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) throw new UsageError(`--scopes: there is no ${unknown.join(', ')}`);
  const key = mintApiKey();
  const known = scopes.filter(isScope);
  const record = createApiKey(key, { userId: need(options, 'user'), scopes: known, now: Date.now() });
  await putApiKey(table)(record);
  if (options.json) print(showJson(record, { key }));
  else print(`${show(record)}\n\n  ${key}\n\nThis is the only time that the key is shown.`);
};

const list: KeyCommand = async (table, options, print) => {
  const keys = await listApiKeys(table)(need(options, 'user'));
  if (options.json) for (const key of keys) print(showJson(key));
  else print(keys.length > 0 ? keys.map(show).join('\n') : 'no keys');
};

const revoke: KeyCommand = async (table, options, print) => {
  const id = need(options, 'id');
  const keys = await listApiKeys(table)(need(options, 'user'));
  const key = keys.find((candidate) => candidate.id === id);
  if (!key) throw new Error(`${options.user} has no key ${id}`);
  await deleteApiKey(table)(key);
  print(options.json ? showJson(key) : `${id} is revoked`);
};

export const KEY_COMMANDS = { create, list, revoke };
export type KeyCommandName = keyof typeof KEY_COMMANDS;

/**
 * Does something with the keys of a user, in the table of a deployed stack or of a laptop.
 * @throws UsageError where an option is missing
 */
export async function runKeyCommand(run: KeyCommand, given: KeyOptions, print: Print): Promise<void> {
  need(given, 'user');
  const options = { ...given, table: given.table ?? process.env.TABLE_NAME };
  const table = options.local ? await openLocalTable(options.local) : openTable(need(options, 'table'));
  await run(table, options, print);
}
