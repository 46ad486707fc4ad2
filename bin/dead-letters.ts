import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { chooseCommand, need, runCommand, UsageError } from './command-line.ts';
import { confirm } from './dead-letters/confirm.ts';
import { discard } from './dead-letters/discard.ts';
import { list } from './dead-letters/list.ts';
import { readQueues } from './dead-letters/queues.ts';
import { redrive } from './dead-letters/redrive.ts';
import type { Session } from './dead-letters/session.ts';
import { findLocalSystem } from './local-system.ts';

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

type Options = { local?: string | undefined; 'dead-letter-queues'?: string | undefined };

const COMMANDS = { list, redrive: (session: Session) => redrive(session, Date.now()), discard };

/** SQS, and the stack's output that tells of the queues. */
async function findSystem(options: Options) {
  if (!options.local) return { sqs: new SQSClient(), output: need(options, 'dead-letter-queues') };
  const { outputs, config } = await findLocalSystem(options.local);
  return { sqs: new SQSClient(config), output: outputs.DeadLetterQueues ?? '' };
}

/** Ends a command in order at the first Ctrl-C; a second ends the process. */
function stopAtInterrupt(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return stop.signal;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const run = chooseCommand(COMMANDS, positionals);
  const { id, json, yes } = values;
  if (run === discard && !yes && !process.stdin.isTTY) {
    throw new UsageError('discard asks before it deletes: without a terminal it takes --yes');
  }
  const { sqs, output } = await findSystem({
    'dead-letter-queues': process.env.DEAD_LETTER_QUEUES,
    ...values,
  });
  await run({
    sqs,
    queues: readQueues(output, values.queue),
    id,
    json,
    yes,
    signal: stopAtInterrupt(),
    confirm,
    print: console.log,
    tell: console.error,
  });
}

await runCommand(USAGE, main);
