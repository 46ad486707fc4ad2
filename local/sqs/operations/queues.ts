import { readStrings, requireQueue } from '../input.ts';
import type { Operation } from '../operation.ts';
import type { Queue } from '../queue.ts';

export const getQueueUrl: Operation = ({ queues }, input) => ({
  QueueUrl: requireQueue(queues, input, 'QueueName').settings.url,
});

export const getQueueAttributes: Operation = ({ queues }, input) => {
  const attributes = Object.entries(attributesOf(requireQueue(queues, input)));
  const asked = readStrings(input, 'AttributeNames');
  return {
    Attributes: Object.fromEntries(
      attributes.filter(([name]) => asked.includes('All') || asked.includes(name)),
    ),
  };
};

export const listQueues: Operation = ({ queues }, { QueueNamePrefix = '' }) => {
  const settings = queues.all().map((queue) => queue.settings);
  return {
    QueueUrls: settings.filter(({ name }) => name.startsWith(String(QueueNamePrefix))).map(({ url }) => url),
  };
};

export const purgeQueue: Operation = ({ queues }, input) => {
  requireQueue(queues, input).purge();
  return {};
};

function attributesOf({ settings, counts }: Queue): Record<string, string> {
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    DelaySeconds: String(settings.delaySeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
  };
}
