import * as z from 'zod';
import { UsageError } from '../command-line.ts';

/** A dead-letter queue, and the queue that its messages belong on. */
export type DeadLetterQueue = { readonly name: string; readonly url: string; readonly belongsOn: string };

const outputSchema = z.record(z.string(), z.object({ url: z.url(), belongs_on: z.url() }));

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The dead-letter queues in the stack's output `DeadLetterQueues`; the one called `only`, where that is given.
 * @throws UsageError where the output is none, or has no queue of that name
 */
export function readQueues(output: string, only?: string): DeadLetterQueue[] {
  const { data } = outputSchema.safeParse(parse(output));
  if (!data)
    throw new UsageError("--dead-letter-queues takes the text of the stack's output DeadLetterQueues");
  const queues = Object.entries(data).map(([name, { url, belongs_on: belongsOn }]) => ({
    name,
    url,
    belongsOn,
  }));
  const chosen = queues.filter(({ name }) => only === undefined || name === only);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`--queue is one of ${queues.map(({ name }) => name).join(', ')}`);
}
