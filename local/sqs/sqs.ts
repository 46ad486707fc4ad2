import type { AwsAnswer, AwsService } from '../aws/call.ts';
import { AwsError } from '../aws/error.ts';
import { JSON_1_0 } from '../aws/json-headers.ts';
import type { Clock } from '../clock.ts';
import type { Operation } from './operation.ts';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
} from './operations/change-message-visibility.ts';
import { deleteMessage, deleteMessageBatch } from './operations/delete-message.ts';
import { getQueueAttributes, getQueueUrl, listQueues, purgeQueue } from './operations/queues.ts';
import { receiveMessage } from './operations/receive-message.ts';
import { sendMessage } from './operations/send-message.ts';
import { sendMessageBatch } from './operations/send-message-batch.ts';
import type { Queues } from './queues.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
};

/** What the query protocol, which clients still name errors by, called it. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
};

/** SQS, in AWS JSON 1.0. */
export function createSqs(queues: Queues, clock: Clock): AwsService {
  return async ({ operation, accessKeyId, body }): Promise<AwsAnswer> => {
    try {
      const act = OPERATIONS[operation];
      if (!act) throw new AwsError('UnsupportedOperation', `The local SQS does not know ${operation}.`);
      const output = await act({ queues, clock, senderId: accessKeyId }, JSON.parse(body));
      return { status: 200, headers: JSON_1_0, body: JSON.stringify(output) };
    } catch (error) {
      if (error instanceof AwsError) return describeRefusal(error);
      throw error;
    }
  };
}

function describeRefusal({ code, message, status }: AwsError): AwsAnswer {
  return {
    status,
    headers: { ...JSON_1_0, 'x-amzn-query-error': `${QUERY_CODES[code] ?? code};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
  };
}
