import { parseArgs } from 'node:util';
import { SCOPES } from '../core/routes.ts';
import { KEY_COMMANDS, runKeyCommand } from './api-keys/commands.ts';
import { chooseCommand, runCommand } from './command-line.ts';

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

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  await runKeyCommand(chooseCommand(KEY_COMMANDS, positionals), values, console.log);
}

await runCommand(USAGE, main);
