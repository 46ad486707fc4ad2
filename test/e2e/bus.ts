import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { System } from './system.ts';

/** Puts an event straight onto the bus, as Cathcr's backend does. */
export async function putOnBus(
  system: System,
  detail: { id?: string; event: string; data: object },
): Promise<void> {
  const Entries = [
    {
      EventBusName: system.outputs.BusName,
      Source: 'cathcr',
      DetailType: detail.event,
      Detail: JSON.stringify(detail),
    },
  ];
  const { FailedEntryCount } = await new EventBridgeClient(system.sdkConfig).send(
    new PutEventsCommand({ Entries }),
  );
  if (FailedEntryCount) throw new Error('the bus did not take it');
}

type Letter = { body: string; attributes: Record<string, string | undefined> };

const findQueue = async (sqs: SQSClient, part: string) => {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  return QueueUrls.find((url) => url.includes(part));
};

/** Puts a message onto the queue whose name has `part` in it. */
export async function putOnQueue(system: System, part: string, MessageBody: string): Promise<void> {
  const sqs = new SQSClient(system.sdkConfig);
  await sqs.send(new SendMessageCommand({ QueueUrl: await findQueue(sqs, part), MessageBody }));
}

/** How many messages wait in the queue whose name has `part` in it, or are being worked on. */
export async function countMessages(system: System, part: string): Promise<number> {
  const sqs = new SQSClient(system.sdkConfig);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await findQueue(sqs, part),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** What lies in the queue whose name has `part` in it; it stays there. */
export async function readQueue(system: System, part: string): Promise<Letter[]> {
  const sqs = new SQSClient(system.sdkConfig);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: await findQueue(sqs, part),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }));
}

/** What lies in the dead-letter queue of events, with the reason. */
export async function readEventsDeadLetters(system: System): Promise<{ body: string; reason: string }[]> {
  const letters = await readQueue(system, 'EventsDeadLetters');
  return letters.map(({ body, attributes }) => ({ body, reason: attributes.reason ?? '' }));
}
