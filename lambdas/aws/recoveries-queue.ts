import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StepMessage } from '../recovery/message.ts';

/** Asks for a step of a recovery, in so many seconds (900 at most). */
export const sendStep =
  (sqs: SQSClient, queueUrl: string) => async (message: StepMessage, delaySeconds: number) => {
    const MessageBody = JSON.stringify(message);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: delaySeconds }));
  };
