import { SCOPES } from '../../../core/routes.ts';
import type { KeyCommandName, KeyOptions } from '../../api-keys/commands.ts';
import type { DeadLetterCommandName, DeadLetterOptions } from '../../dead-letters/run.ts';
import { type Command, defineCommand, type OptionsSpec } from '../command.ts';

const LOCAL = {
  local: { value: 'URL', help: 'the address that npm start prints, such as http://localhost:3000' },
} as const;

const KEYS = {
  user: { value: 'USER_ID', help: 'the user whose keys they are, such as user_123' },
  table: { value: 'NAME', help: "the stack's output TableName, or the environment's TABLE_NAME" },
  ...LOCAL,
} as const;

const NEEDS_AWS = `This needs credentials and region of AWS, as its CLI does, and no API key. On a laptop it is --local.`;

const keyCommand = (
  name: KeyCommandName,
  command: Pick<Command, 'summary' | 'examples'> & { options?: OptionsSpec },
): Command =>
  defineCommand({
    takes: [],
    about: `Keys are kept in the table of the stack.\n${NEEDS_AWS}`,
    ...command,
    options: { ...KEYS, ...command.options },
    run: async ({ json, print }, _args, values) => {
      const { KEY_COMMANDS, runKeyCommand } = await import('../../api-keys/commands.ts');
      await runKeyCommand(KEY_COMMANDS[name], { ...(values as KeyOptions), json }, print);
    },
  });

const LETTERS = {
  queue: {
    value: 'NAME',
    help: 'one of the queues alone, by the name that list shows: events, deliveries, …',
  },
  id: { value: 'ID', help: 'one message alone, by the id that list shows' },
  'dead-letter-queues': {
    value: 'OUTPUT',
    help: "the text of the stack's output DeadLetterQueues, or the environment's DEAD_LETTER_QUEUES",
  },
  ...LOCAL,
} as const;

const letterCommand = (
  name: DeadLetterCommandName,
  command: Pick<Command, 'summary' | 'examples'> & { options?: OptionsSpec },
): Command =>
  defineCommand({
    takes: [],
    about: `docs/dead-letters.md tells more.\n${NEEDS_AWS}`,
    ...command,
    options: { ...LETTERS, ...command.options },
    run: async ({ json, signal, confirm, print, tell }, _args, values) => {
      const { DEAD_LETTER_COMMANDS, runDeadLetters } = await import('../../dead-letters/run.ts');
      const given = { ...(values as DeadLetterOptions), json };
      await runDeadLetters(DEAD_LETTER_COMMANDS[name], given, { signal, confirm, print, tell });
    },
  });

/**
 * What an operator does with the stack itself, past the API. The SDK of AWS that this takes is loaded when it is needed:
 * it would double the time that every other command takes to begin.
 */
export const OPERATOR_COMMANDS = {
  'keys create': keyCommand('create', {
    summary: 'makes an API key and prints it: once, as only its hash is stored',
    options: { scopes: { value: 'SCOPE,…', help: `what it allows: ${SCOPES.join(', ')}` } },
    examples: [
      [
        'cathcr-webhooks keys create --user user_123 --scopes webhooks:read,webhooks:write --table TABLE_NAME',
        'a key of a customer',
      ],
      [
        'export CATHCR_API_KEY=$(cathcr-webhooks keys create --user user_123 --scopes webhooks:read --local http://localhost:3000 --json | jq -r .key)',
        'one for this shell',
      ],
    ],
  }),
  'keys list': keyCommand('list', {
    summary: 'shows the keys of a user',
    examples: [
      ['cathcr-webhooks keys list --user user_123 --table TABLE_NAME', 'ids, scopes and ages; no keys'],
    ],
  }),
  'keys revoke': keyCommand('revoke', {
    summary: 'revokes a key; it stops working within 30 seconds',
    options: { id: { value: 'KEY_ID', help: 'its id, as list shows it' } },
    examples: [['cathcr-webhooks keys revoke --user user_123 --id key_… --table TABLE_NAME', 'for good']],
  }),
  'dead-letters list': letterCommand('list', {
    summary: 'shows what could not be processed, since when and why, and leaves it as it is',
    examples: [['cathcr-webhooks dead-letters list --local http://localhost:3000', 'on a laptop']],
  }),
  'dead-letters redrive': letterCommand('redrive', {
    summary: 'puts it back onto the queues it belongs on',
    examples: [['cathcr-webhooks dead-letters redrive --queue events', 'one queue alone']],
  }),
  'dead-letters discard': letterCommand('discard', {
    summary: 'shows it, asks, and deletes it for good',
    options: { yes: { help: 'do not ask' } },
    examples: [['cathcr-webhooks dead-letters discard --id 0b2c…', 'one message alone']],
  }),
};
