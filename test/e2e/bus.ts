import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { System } from './system.ts';

/** What AWS clients are made with. */
export const configOf = ({ runtime: { environment } }: System) => ({
  endpoint: environment.AWS_ENDPOINT_URL,
  region: environment.AWS_REGION,
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  },
});

/** Puts an event straight onto the bus, as Cathcr's backend does. */
export async function putOnBus(system: System, detail: { event: string; data: object }): Promise<void> {
  const Entries = [
    {
      EventBusName: system.runtime.outputs.BusName,
      Source: 'cathcr',
      DetailType: detail.event,
      Detail: JSON.stringify(detail),
    },
  ];
  const { FailedEntryCount } = await new EventBridgeClient(configOf(system)).send(
    new PutEventsCommand({ Entries }),
  );
  if (FailedEntryCount) throw new Error('the bus did not take it');
}

/** What lies in the dead-letter queue of events, with the reason. */
export async function readEventsDeadLetters(system: System): Promise<{ body: string; reason: string }[]> {
  const sqs = new SQSClient(configOf(system));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: QueueUrls.find((url) => url.includes('EventsDeadLetters')),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    reason: MessageAttributes.reason?.StringValue ?? '',
  }));
}
