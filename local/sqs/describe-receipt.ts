import type { MessageAttributes } from './message.ts';
import type { Receipt } from './queue.ts';

type Described = {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string>;
  MessageAttributes: MessageAttributes | undefined;
  MD5OfMessageAttributes: string | undefined;
};

/** Everything that SQS tells a receiver of a message. */
export function describeReceipt({ message, handle, count, firstAt }: Receipt): Described {
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: message.body,
    MD5OfBody: message.bodyMd5,
    MessageAttributes: message.attributes,
    MD5OfMessageAttributes: message.attributesMd5,
    Attributes: {
      ...(message.traceHeader && { AWSTraceHeader: message.traceHeader }),
      ApproximateReceiveCount: String(count),
      SentTimestamp: String(message.sentAt),
      SenderId: message.senderId,
      ApproximateFirstReceiveTimestamp: String(firstAt),
      ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
      ...(message.deadLetterSourceArn && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
    },
  };
}
