import { AwsError } from '../../aws/error.ts';
import { type Input, readInteger, requireQueue, requireString } from '../input.ts';
import type { Message, MessageAttribute, MessageAttributes, NewMessage } from '../message.ts';
import { sizeOf } from '../message.ts';
import type { Operation } from '../operation.ts';
import type { Queue } from '../queue.ts';

const MAX_DELAY_SECONDS = 900;
const MAX_ATTRIBUTES = 10;
const GROUP_ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** What no XML document may hold, SQS refuses too. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
export const FORBIDDEN_CHARACTERS = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export const sendMessage: Operation = async ({ queues, senderId }, input) => {
  const queue = requireQueue(queues, input);
  const [message] = await queue.send([readNewMessage(queue, senderId, input)]);
  return describeSent(message as Message);
};

/** @throws AwsError where SQS would refuse the message */
export function readNewMessage(queue: Queue, senderId: string, input: Input): NewMessage {
  const message = {
    body: requireString(input, 'MessageBody'),
    attributes: readAttributes(input.MessageAttributes),
    groupId: readGroupId(input.MessageGroupId),
    traceHeader: (input.MessageSystemAttributes as MessageAttributes | undefined)?.AWSTraceHeader
      ?.StringValue,
    senderId,
    delaySeconds: readInteger(input, 'DelaySeconds', 0, MAX_DELAY_SECONDS),
  };
  if (FORBIDDEN_CHARACTERS.test(message.body)) {
    throw new AwsError('InvalidMessageContents', 'Invalid characters found in the message body.');
  }
  if (sizeOf(message) > queue.settings.maximumMessageBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maximumMessageBytes} bytes.`,
    );
  }
  return message;
}

export function describeSent({ id, bodyMd5, attributesMd5 }: Message): object {
  return { MessageId: id, MD5OfMessageBody: bodyMd5, MD5OfMessageAttributes: attributesMd5 };
}

function readGroupId(groupId: unknown): string | undefined {
  if (groupId === undefined || groupId === null) return undefined;
  if (typeof groupId === 'string' && GROUP_ID.test(groupId)) return groupId;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${JSON.stringify(groupId)} for parameter MessageGroupId is invalid.`,
  );
}

function readAttributes(attributes: unknown): MessageAttributes | undefined {
  const entries = Object.entries((attributes ?? {}) as MessageAttributes);
  if (entries.length === 0) return undefined;
  if (entries.length > MAX_ATTRIBUTES) {
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`,
    );
  }
  return Object.fromEntries(entries.map(([name, attribute]) => [name, readAttribute(name, attribute)]));
}

function readAttribute(
  name: string,
  { DataType, StringValue, BinaryValue }: MessageAttribute,
): MessageAttribute {
  const isBinary = /^Binary(\.|$)/.test(DataType);
  if (!isBinary && !/^(String|Number)(\.|$)/.test(DataType)) {
    throw new AwsError('InvalidParameterValue', `The type of message attribute '${name}' is invalid.`);
  }
  if (!(isBinary ? BinaryValue : StringValue)) {
    throw new AwsError(
      'InvalidParameterValue',
      `The message attribute '${name}' must contain a non-empty value of type ${DataType}.`,
    );
  }
  return isBinary ? { DataType, BinaryValue } : { DataType, StringValue };
}
