import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { PUT_BACK_AT } from '../../lambdas/aws/dead-letters.ts';
import type { Received } from './hold.ts';

/** What a schedule was to send: the input of Scheduler's universal target `aws-sdk:sqs:sendMessage`. */
const scheduleInputSchema = z.object({ MessageBody: z.string(), MessageGroupId: z.string().optional() });

type Sendable = { readonly MessageBody: string; readonly MessageGroupId?: string | undefined };

/**
 * What was to be on the queue: the message itself, or, where a schedule could not send it, what is in its input.
 * @throws Error where that cannot be read
 */
function unwrap({ body, system, texts }: Received): Sendable {
  if (!texts.SCHEDULE_ARN) return { MessageBody: body, MessageGroupId: system.MessageGroupId };
  try {
    return scheduleInputSchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new Error('the input of its schedule cannot be read', { cause });
  }
}

/**
 * Sends a dead letter to the queue that it belongs on, stamped with when that was (ISO 8601): by it the Dispatcher knows
 * that an event may be old, and whoever puts back a whole queue knows what has come back meanwhile.
 * @throws Error where there is nothing to send, or the queue does not take it
 */
export const putBack =
  (sqs: Pick<SQSClient, 'send'>, at: string) =>
  async (message: Received, queueUrl: string): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        ...unwrap(message),
        MessageAttributes: { [PUT_BACK_AT]: { DataType: 'String', StringValue: at } },
      }),
    );
  };
