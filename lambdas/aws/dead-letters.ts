import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** The attribute that says why a message was put aside. */
export const REASON = 'reason';
/** The attribute of a message that was put back from among the dead letters: when, in ISO 8601. */
export const PUT_BACK_AT = 'put_back_at';

/** The most that SQS takes: the bytes of a body, and of the names, types and values of its attributes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const MAX_REASON_LENGTH = 1024;

type Attributes = Record<string, MessageAttributeValue>;

/** Whether a message was put back from among the dead letters. */
export const isPutBack = ({ messageAttributes }: SQSRecord): boolean =>
  messageAttributes[PUT_BACK_AT] !== undefined;

const attributeOf = (name: string, StringValue: string | undefined): Attributes =>
  StringValue ? { [name]: { DataType: 'String', StringValue } } : {};

const bytesOf = (attributes: Attributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(`${name}${DataType}${StringValue}`),
    0,
  );

/** As much of a reason as SQS takes beside what else there is: no character is longer than 3 bytes. */
function fitReason(reason: string, roomBytes: number): string {
  const length = Math.max(0, Math.min(MAX_REASON_LENGTH, Math.floor(roomBytes / 3)));
  return reason.replace(/\p{C}/gu, ' ').slice(0, length).toWellFormed();
}

/**
 * Puts a message that cannot be processed into a dead-letter queue, its body and its group as they came, with the
 * reason; beside a body at the limit of a message there is no room for one.
 */
export const deadLetter = (sqs: SQSClient, queueUrl: string) => async (record: SQSRecord, reason: string) => {
  const { body, attributes, messageAttributes } = record;
  const kept = attributeOf(PUT_BACK_AT, messageAttributes[PUT_BACK_AT]?.stringValue);
  const roomBytes =
    MAX_MESSAGE_BYTES - Buffer.byteLength(body) - bytesOf({ ...kept, ...attributeOf(REASON, ' ') });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: attributes.MessageGroupId,
      MessageAttributes: { ...kept, ...attributeOf(REASON, fitReason(reason, roomBytes)) },
    }),
  );
};
