import type { SQSClient } from '@aws-sdk/client-sqs';
import { Hold, type Received } from './hold.ts';
import type { DeadLetterQueue } from './queues.ts';

/** How many messages are walked through between two words of progress. */
const PROGRESS_STEP = 100;

/** What a command works with. */
export type Session = {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly queues: readonly DeadLetterQueue[];
  /** The one message to look for; all where absent. */
  readonly id?: string | undefined;
  /** Prints dead letters as JSON, one a line. */
  readonly json?: boolean | undefined;
  /** Discards without a question. */
  readonly yes?: boolean | undefined;
  /** Ends the command early, all in order. */
  readonly signal: AbortSignal;
  /** Asks a person; whether the answer is yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Writes a line of what was asked for. */
  readonly print: (line: string) => void;
  /** Writes a line of progress or trouble. */
  readonly tell: (line: string) => void;
};

/** A queue of a session, and its messages while they are looked at. */
export type Held = { readonly queue: DeadLetterQueue; readonly hold: Hold };

/** Does something with the queues of a session, and makes visible again what is left in them. */
export async function withQueues<T>(
  session: Session,
  act: (held: readonly Held[]) => Promise<T>,
): Promise<T> {
  const held = session.queues.map((queue) => ({ queue, hold: new Hold(session.sqs, queue.url) }));
  try {
    return await act(held);
  } finally {
    const hidden = await Promise.all(held.map(({ hold }) => hold.release()));
    const count = hidden.reduce((sum, one) => sum + one, 0);
    if (count > 0) session.tell(`stay hidden for up to ten minutes: ${count}`);
  }
}

/**
 * Does something with each queue, all at once; with every one of them, whatever another meets.
 * @throws the first error that there was
 */
export async function forEachQueue<H extends Held>(
  held: readonly H[],
  act: (one: H) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(held.map(act));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** The messages of a queue that a session is about, up to ten at a time. */
export async function* walk(
  { id, signal, tell }: Session,
  { queue, hold }: Held,
): AsyncGenerator<readonly Received[]> {
  let seen = 0;
  for await (const messages of hold.receive(signal)) {
    const steps = Math.floor((seen + messages.length) / PROGRESS_STEP) - Math.floor(seen / PROGRESS_STEP);
    seen += messages.length;
    if (steps > 0) tell(`${queue.name}: ${seen} messages so far`);
    const wanted = messages.filter((message) => id === undefined || message.id === id);
    yield wanted;
    if (id !== undefined && wanted.length > 0) return;
  }
}

/** @throws Error where a session was stopped, or is about one message and that was not found */
export function assertFound({ id, signal }: Session, count: number): void {
  if (signal.aborted) throw new Error('it was stopped');
  if (id !== undefined && count === 0) throw new Error(`there is no dead letter ${id}`);
}

/** How many there are in each queue: `3 (events 2, deliveries 1)`. */
export function countByQueue(names: readonly string[]): string {
  const counts = [...new Set(names)].map(
    (name) => `${name} ${names.filter((other) => other === name).length}`,
  );
  return counts.length > 0 ? `${names.length} (${counts.join(', ')})` : '0';
}
