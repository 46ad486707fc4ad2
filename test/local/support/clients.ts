import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientConfigOf } from '../../../local/aws/client-config.ts';
import type { Runtime } from '../../../local/runtime.ts';

/** How a client of an AWS SDK finds the runtime. */
export function configOf({ environment }: Pick<Runtime, 'environment'>) {
  return { ...clientConfigOf(environment), maxAttempts: 1 };
}

export const eventsOf = (runtime: Runtime) => new EventBridgeClient(configOf(runtime));
export const schedulerOf = (runtime: Runtime) => new SchedulerClient(configOf(runtime));

/** A queue, by the output that holds its URL. */
export function queueOf(runtime: Pick<Runtime, 'environment' | 'outputs'>, output: string) {
  const sqs = new SQSClient(configOf(runtime));
  const QueueUrl = runtime.outputs[output] ?? output;
  return {
    sqs,
    QueueUrl,
    send: (MessageBody: string, input: Partial<SendMessageCommandInput> = {}) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...input })),
    /** Up to ten messages with everything that is known of them. */
    receive: async (input: Partial<ReceiveMessageCommandInput> = {}) => {
      const received = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
          ...input,
        }),
      );
      return received.Messages ?? [];
    },
  };
}
