import { SQSClient } from '@aws-sdk/client-sqs';
import { need, UsageError } from '../command-line.ts';
import { findLocalSystem } from '../local-system.ts';
import { discard } from './discard.ts';
import { list } from './list.ts';
import { readQueues } from './queues.ts';
import { redrive } from './redrive.ts';
import type { Session } from './session.ts';

/** What is said of dead letters on a command line. */
export type DeadLetterOptions = {
  readonly queue?: string | undefined;
  readonly id?: string | undefined;
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly 'dead-letter-queues'?: string | undefined;
  readonly local?: string | undefined;
};

/** Where a command writes, and whom it asks: undefined where there is no terminal. */
export type DeadLetterTerminal = Pick<Session, 'signal' | 'print' | 'tell'> & {
  readonly confirm: Session['confirm'] | undefined;
};

type DeadLetterCommand = (session: Session) => Promise<void>;

export const DEAD_LETTER_COMMANDS = {
  list: async (session: Session) => list(session),
  redrive: async (session: Session) => redrive(session, Date.now()),
  discard: async (session: Session) => discard(session),
};
export type DeadLetterCommandName = keyof typeof DEAD_LETTER_COMMANDS;

/** SQS, and the stack's output that tells of the queues. */
async function findSystem(options: DeadLetterOptions) {
  if (!options.local) return { sqs: new SQSClient(), output: need(options, 'dead-letter-queues') };
  const { outputs, config } = await findLocalSystem(options.local);
  return { sqs: new SQSClient(config), output: outputs.DeadLetterQueues ?? '' };
}

/**
 * Does something with the dead letters of a deployed stack, or of a laptop.
 * @throws UsageError where an option is missing
 */
export async function runDeadLetters(
  run: DeadLetterCommand,
  values: DeadLetterOptions,
  { confirm, ...terminal }: DeadLetterTerminal,
): Promise<void> {
  const { id, json, yes } = values;
  if (run === DEAD_LETTER_COMMANDS.discard && !yes && !confirm) {
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
    confirm: confirm ?? (async () => false),
    ...terminal,
  });
}
