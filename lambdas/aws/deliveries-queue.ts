import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryMessage } from '../delivery/message.ts';
import { logger } from '../logger.ts';
import { mapParallel } from '../parallel.ts';

/** SQS takes at most 10 messages in one batch. */
const MAX_BATCH = 10;

/** The fair queue's group of a webhook, so that one with many messages waiting does not delay the others. */
export const groupOf = (webhookId: string): string =>
  createHash('sha256').update(webhookId).digest('hex').slice(0, 32);

/** The name of a queue, with which its URL ends. */
const nameOf = (queueUrl: string) => queueUrl.split('/').at(-1);

/** Whether a queue's URL and an ARN are of the same queue: both end in its name. */
export const isQueueOf = (queueUrl: string, queueArn: string): boolean =>
  nameOf(queueUrl) === queueArn.split(':').at(-1);

const entryOf = (message: DeliveryMessage, delaySeconds?: number) => ({
  MessageBody: JSON.stringify(message),
  MessageGroupId: groupOf(message.webhook_id),
  DelaySeconds: delaySeconds,
});

/** For how long the queue is to hold a message back: seconds, to 900; undefined where it is not. */
type DelayOf = (message: DeliveryMessage) => number | undefined;

/** Puts one message onto the deliveries queue, to be delivered at once, or in so many seconds (to 900). */
export const sendDelivery =
  (sqs: SQSClient, queueUrl: string) =>
  async (message: DeliveryMessage, delaySeconds?: number): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...entryOf(message, delaySeconds) }));
  };

const chunk = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/**
 * Puts messages onto the deliveries queue. What it refuses is offered once more, and why is logged.
 * @returns those that the queue did not take
 */
export const sendDeliveries = (sqs: SQSClient, queueUrl: string) => {
  const warn = (refused: number, why: { error: Error } | { codes: (string | undefined)[] }) =>
    logger.warn('queue refused messages', { queue: nameOf(queueUrl), refused, ...why });

  /** Sends up to ten messages; those that the queue did not take. */
  const sendBatch = async (
    batch: readonly DeliveryMessage[],
    delayOf: DelayOf,
  ): Promise<DeliveryMessage[]> => {
    const Entries = batch.map((message, index) => ({
      Id: String(index),
      ...entryOf(message, delayOf(message)),
    }));
    try {
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0) warn(Failed.length, { codes: [...new Set(Failed.map(({ Code }) => Code))] });
      return Failed.flatMap(({ Id }) => batch.slice(Number(Id), Number(Id) + 1));
    } catch (error) {
      warn(batch.length, { error: error as Error });
      return [...batch];
    }
  };

  const sendAll = async (
    messages: readonly DeliveryMessage[],
    delayOf: DelayOf,
  ): Promise<DeliveryMessage[]> => {
    const refused = await mapParallel(chunk(messages, MAX_BATCH), (batch) => sendBatch(batch, delayOf));
    return refused.flat();
  };

  return async (
    messages: readonly DeliveryMessage[],
    delayOf: DelayOf = () => undefined,
  ): Promise<DeliveryMessage[]> => sendAll(await sendAll(messages, delayOf), delayOf);
};
