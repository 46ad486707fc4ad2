import { AwsError } from '../../aws/error.ts';
import { forEachEntry, readEntries } from '../batch.ts';
import { type Input, readInteger, requireQueue, requireString } from '../input.ts';
import type { Operation } from '../operation.ts';
import type { Queue } from '../queue.ts';

const MAX_VISIBILITY_SECONDS = 43_200;

export const changeMessageVisibility: Operation = ({ queues }, input) =>
  changeVisibility(requireQueue(queues, input), input);

export const changeMessageVisibilityBatch: Operation = ({ queues }, input) => {
  const queue = requireQueue(queues, input);
  return forEachEntry(readEntries(input), (entry) => changeVisibility(queue, entry));
};

function changeVisibility(queue: Queue, input: Input): object {
  const handle = requireString(input, 'ReceiptHandle');
  const timeoutSeconds = readInteger(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
  if (timeoutSeconds === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  if (!queue.changeVisibility(handle, timeoutSeconds)) {
    throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
  }
  return {};
}
