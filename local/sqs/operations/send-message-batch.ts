import { AwsError } from '../../aws/error.ts';
import { type BatchResult, type Entry, forEachEntry, readEntries } from '../batch.ts';
import { requireQueue } from '../input.ts';
import { type Message, type NewMessage, sizeOf } from '../message.ts';
import type { Operation } from '../operation.ts';
import { MAX_MESSAGE_BYTES } from '../settings.ts';
import { describeSent, readNewMessage } from './send-message.ts';

/** The good entries are sent together, so that they become visible together. */
export const sendMessageBatch: Operation = async ({ queues, senderId }, input) => {
  const queue = requireQueue(queues, input);
  const entries = readEntries(input);
  assertSize(entries);
  const read = await forEachEntry(entries, (entry) => ({ message: readNewMessage(queue, senderId, entry) }));
  const sent = await queue.send(read.Successful.map(({ message }) => message));
  return describeBatch(read, sent);
};

function describeBatch(read: BatchResult<{ message: NewMessage }>, sent: readonly Message[]): object {
  const Successful = read.Successful.map(({ Id }, index) => ({
    Id,
    ...describeSent(sent[index] as Message),
  }));
  return { Successful, Failed: read.Failed };
}

function assertSize(entries: readonly Entry[]): void {
  const sizes = entries.map(({ MessageBody, MessageAttributes }) =>
    sizeOf({
      body: typeof MessageBody === 'string' ? MessageBody : '',
      attributes: (MessageAttributes ?? {}) as NewMessage['attributes'],
    }),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new AwsError(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
  );
}
