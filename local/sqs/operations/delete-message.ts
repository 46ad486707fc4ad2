import { forEachEntry, readEntries } from '../batch.ts';
import { requireQueue, requireString } from '../input.ts';
import type { Operation } from '../operation.ts';

export const deleteMessage: Operation = ({ queues }, input) => {
  requireQueue(queues, input).delete(requireString(input, 'ReceiptHandle'));
  return {};
};

export const deleteMessageBatch: Operation = ({ queues }, input) => {
  const queue = requireQueue(queues, input);
  return forEachEntry(readEntries(input), (entry) => {
    queue.delete(requireString(entry, 'ReceiptHandle'));
    return {};
  });
};
