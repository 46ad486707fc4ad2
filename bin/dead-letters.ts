import { parseArgs } from 'node:util';
import { chooseCommand, runCommand } from './command-line.ts';
import { confirm } from './confirm.ts';
import { DEAD_LETTER_COMMANDS, runDeadLetters } from './dead-letters/run.ts';

const USAGE = `Usage: npm run dead-letters -- COMMAND (--dead-letter-queues OUTPUT | --local URL)

  list      shows what lies in the dead-letter queues, since when and why, and leaves it as it is
  redrive   puts it back onto the queues it belongs on
  discard   shows it, asks, and deletes it for good

  --queue  one of the queues alone, by the name that list shows: events, deliveries, …
  --id     one message alone, by the id that list shows
  --json   list: an object a line, for scripts
  --yes    discard: do not ask
  --dead-letter-queues
           the text of the stack's output DeadLetterQueues (or the environment's DEAD_LETTER_QUEUES); credentials and
           region are the environment's, as for the AWS CLI
  --local  the address that npm start prints, such as http://localhost:3000`;

const OPTIONS = {
  queue: { type: 'string' },
  id: { type: 'string' },
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  'dead-letter-queues': { type: 'string' },
  local: { type: 'string' },
} as const;

/** Ends a command in order at the first Ctrl-C; a second ends the process. */
function stopAtInterrupt(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return stop.signal;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  await runDeadLetters(chooseCommand(DEAD_LETTER_COMMANDS, positionals), values, {
    signal: stopAtInterrupt(),
    confirm: process.stdin.isTTY ? confirm : undefined,
    print: console.log,
    tell: console.error,
  });
}

await runCommand(USAGE, main);
