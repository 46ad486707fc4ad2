import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Puts a message that cannot be processed into a dead-letter queue, with the reason, its body as it came. */
export const deadLetter = (sqs: SQSClient, queueUrl: string) => async (body: string, reason: string) => {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: {
        reason: {
          DataType: 'String',
          StringValue: reason.replace(/\p{C}/gu, ' ').slice(0, 1024).toWellFormed(),
        },
      },
    }),
  );
};
