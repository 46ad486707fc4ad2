import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { DeliveryMessage } from '../delivery/message.ts';
import { groupOf } from './deliveries-queue.ts';

/** Where the schedules of retries are made, and what they send to. */
export type ScheduleSettings = {
  readonly groupName: string;
  readonly roleArn: string;
  readonly deadLetterQueueArn: string;
  readonly queueUrl: string;
};

/** Scheduler's universal target: the templated one gives a standard queue no message group. */
const SEND_MESSAGE = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';

/**
 * Makes the one-shot schedule that sends `message` at `at` (epoch ms, to the second), which is to come: Scheduler
 * refuses what has passed. Its name is that of the attempt, generation included, so that a second one for the same
 * attempt is none.
 */
export const scheduleDelivery =
  (scheduler: SchedulerClient, settings: ScheduleSettings) =>
  async (message: DeliveryMessage, at: number) => {
    const create = new CreateScheduleCommand({
      Name: `${message.delivery_id}-${message.run}-${message.generation}-${message.attempt}`,
      GroupName: settings.groupName,
      ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: SEND_MESSAGE,
        RoleArn: settings.roleArn,
        Input: JSON.stringify({
          QueueUrl: settings.queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: groupOf(message.webhook_id),
        }),
        DeadLetterConfig: { Arn: settings.deadLetterQueueArn },
      },
    });
    try {
      await scheduler.send(create);
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
    }
  };
