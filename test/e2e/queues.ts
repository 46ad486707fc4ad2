import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { System } from './system.ts';

/** How long a message of the deliveries queue is hidden from the next receive. */
export const VISIBILITY_SECONDS = 270;

type Output = Record<string, { url: string; belongs_on: string }>;

/** The dead-letter queues, by name, as the stack's output tells of them. */
const deadLetterQueuesOf = ({ outputs }: System): Output => JSON.parse(outputs.DeadLetterQueues ?? '');

/** The URL of a dead-letter queue. */
export const urlOf = (system: System, name: string): string => deadLetterQueuesOf(system)[name]?.url ?? '';

/** The URL of the queue that the messages of a dead-letter queue belong on. */
export const homeOf = (system: System, name: string): string =>
  deadLetterQueuesOf(system)[name]?.belongs_on ?? '';

/** Puts up to ten messages onto a queue at once, so that they are received as one batch. */
export async function sendBatch(
  system: System,
  queueUrl: string,
  bodies: readonly string[],
  attributes: Readonly<Record<string, string>> = {},
): Promise<void> {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  const Entries = bodies.map((MessageBody, i) => ({ Id: `${i}`, MessageBody, MessageAttributes }));
  const send = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
  const { Failed = [] } = await new SQSClient(system.sdkConfig).send(send);
  if (Failed.length > 0) throw new Error(JSON.stringify(Failed));
}

/** What lies in a dead-letter queue (ten at most), with the reasons. */
export async function readDeadLetters(system: System, name: string) {
  const { Messages = [] } = await new SQSClient(system.sdkConfig).send(
    new ReceiveMessageCommand({
      QueueUrl: urlOf(system, name),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    reason: MessageAttributes.reason?.StringValue,
  }));
}
