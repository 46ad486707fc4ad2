import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { isHopeless } from '../../core/failure.ts';
import { type deadLetter, isPutBack } from './dead-letters.ts';

/** How often a message was received, this time included. */
export const receiveCountOf = ({ attributes }: SQSRecord): number =>
  Number(attributes.ApproximateReceiveCount);

/** Whether a message was received before, so that what it asks for may be done: one that was put back is a new one. */
export const wasReceivedBefore = (record: SQSRecord): boolean =>
  receiveCountOf(record) > 1 || isPutBack(record);

export type DeadLetterServices = { readonly deadLetter: ReturnType<typeof deadLetter> };

/**
 * Makes a dead letter of a message that can never be processed for what it met.
 * @throws what it met otherwise
 */
export async function putAside(
  { deadLetter: put }: DeadLetterServices,
  record: SQSRecord,
  error: unknown,
): Promise<void> {
  if (!isHopeless(error, receiveCountOf(record))) throw error;
  await put(record, error.message);
}

/** Sends a record back to its queue, for trouble of ours. */
export type GoBack = (record: SQSRecord, error: unknown) => void;

/** Collects the records of a batch that go back to their queue, each of which `tell` tells the log of. */
export function createReturns(tell: (record: SQSRecord, error: Error) => void) {
  const messageIds = new Set<string>();
  const goBack: GoBack = (record, error) => {
    tell(record, error as Error);
    messageIds.add(record.messageId);
  };
  return {
    goBack,
    has: ({ messageId }: SQSRecord): boolean => messageIds.has(messageId),
    count: (): number => messageIds.size,
    /** What the queue is answered: all others of the batch are done with. */
    answer: (): SQSBatchResponse => ({
      batchItemFailures: [...messageIds].map((itemIdentifier) => ({ itemIdentifier })),
    }),
  };
}
