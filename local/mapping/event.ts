import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import { REGION } from '../aws/account.ts';
import { describeReceipt } from '../sqs/describe-receipt.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import type { Receipt } from '../sqs/queue.ts';

/** The event that a function is given for a batch. */
export function toSqsEvent(receipts: readonly Receipt[], queueArn: string): SQSEvent {
  return { Records: receipts.map((receipt) => toRecord(receipt, queueArn)) };
}

function toRecord(receipt: Receipt, queueArn: string): SQSRecord {
  const message = describeReceipt(receipt);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: toMessageAttributes(message.MessageAttributes ?? {}),
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}

function toMessageAttributes(attributes: MessageAttributes): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
