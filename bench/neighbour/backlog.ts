import { randomUUID } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { acceptEvent } from '../../core/event.ts';
import type { Webhook } from '../../core/webhook.ts';
import { groupOf } from '../../lambdas/aws/deliveries-queue.ts';
import { pack } from '../../lambdas/aws/packing.ts';
import { composeFirstMessage } from '../../lambdas/delivery/begin.ts';
import { clientConfigOf } from '../../local/aws/client-config.ts';
import { dataOf, EVENT, type System } from './system.ts';

/** How many are put onto the queue in a second, at the least. */
const FILLED_PER_SECOND = 300;

export type Backlog = {
  /** Puts so many deliveries of a webhook onto the queue, all to become visible in one second; when that is (epoch ms). */
  readonly fill: (webhook: Webhook, count: number) => Promise<number>;
  /** Whether none waits any more, nor is being worked on. */
  readonly isDone: () => Promise<boolean>;
  /** Whether none waits any more. */
  readonly isDrained: () => Promise<boolean>;
};

const messageTo = (webhook: Webhook) => {
  const data = JSON.stringify(dataOf(webhook.userId));
  const event = acceptEvent({ type: EVENT, userId: webhook.userId, data }, randomUUID(), Date.now());
  return composeFirstMessage(event, webhook, { payload: pack(event.payload) });
};

/** The deliveries queue of a system. */
export async function openBacklog(system: System): Promise<Backlog> {
  const sqs = new SQSClient(clientConfigOf(system.runtime.environment));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes('DeliveryDeliveriesQueue'));

  const fill = async (webhook: Webhook, count: number) => {
    const visibleAt = Date.now() + Math.ceil(2 + count / FILLED_PER_SECOND) * 1000;
    for (let sent = 0; sent < count; sent += 10) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(messageTo(webhook)),
        MessageGroupId: groupOf(webhook.id),
        DelaySeconds: Math.ceil((visibleAt - Date.now()) / 1000),
      }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
    if (Date.now() > visibleAt) throw new Error('the backlog was not there in time');
    return visibleAt;
  };

  const countMessages = async () => {
    const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes = {} } = await sqs.send(get);
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
    return {
      waiting: Number(ApproximateNumberOfMessages),
      inFlight: Number(ApproximateNumberOfMessagesNotVisible),
    };
  };
  const isDrained = async () => (await countMessages()).waiting === 0;
  const isDone = async () => {
    const { waiting, inFlight } = await countMessages();
    return waiting + inFlight === 0;
  };
  return { fill, isDone, isDrained };
}
