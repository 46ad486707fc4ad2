import type { SQSRecord } from 'aws-lambda';
import type { Delivery } from '../../core/delivery.ts';
import { deriveDeliveryId } from '../../core/ids.ts';
import { signRequest } from '../../core/signature.ts';
import type { Webhook } from '../../core/webhook.ts';

export const NOW = Date.UTC(2026, 0, 15, 10, 30);
export const USER = 'user_123';

/** The id of a webhook: of the right form, and another for each `n`. */
export const webhookIdOf = (n: number) => `webhook_${n.toString(16).padStart(32, '0')}`;

export const givenWebhook = (changes: Partial<Webhook> = {}): Webhook => ({
  id: webhookIdOf(1),
  userId: USER,
  url: 'https://your-app.com/webhooks/cathcr?token=t0ken',
  events: ['thought.deleted', 'reminder.due'],
  secret: 'your_webhook_secret',
  active: true,
  generation: 1,
  createdAt: NOW - 60_000,
  updatedAt: NOW - 60_000,
  version: 1,
  ...changes,
});

export const DELIVERY_ID = deriveDeliveryId(NOW, 'event-1', webhookIdOf(1));

/** The delivery of that id as its first attempt leaves it, which has succeeded, unless told otherwise. */
export const givenDelivery = (changes: Partial<Delivery> = {}): Delivery => ({
  id: DELIVERY_ID,
  webhookId: webhookIdOf(1),
  eventId: 'event-1',
  eventType: 'thought.deleted',
  timestamp: '2024-01-15T10:30:00Z',
  status: 'succeeded',
  run: 1,
  runStartedAt: NOW,
  generation: 1,
  attempt: 1,
  ...changes,
});

/** What a request is signed with; the text says of which. */
export const givenSignatures = (text = 'body', ...more: string[]) =>
  signRequest({ id: 'delivery-1', at: NOW, body: Buffer.from(text) }, ['your_webhook_secret', ...more]);

type RecordOptions = {
  messageId?: string;
  receiveCount?: number;
  groupId?: string;
  queueArn?: string;
  /** When it was put back from among the dead letters: ISO 8601. */
  putBackAt?: string;
};

/** A message as SQS hands it over: its body is a text, or the JSON of anything else. */
export function givenRecord(
  body: unknown,
  {
    messageId = 'message-1',
    receiveCount = 1,
    groupId,
    putBackAt,
    queueArn = 'arn:aws:sqs:us-east-1:123456789012:queue',
  }: RecordOptions = {},
): SQSRecord {
  return {
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receiptHandle: 'handle',
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(NOW),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: String(NOW),
      MessageGroupId: groupId,
    },
    messageAttributes: putBackAt ? { put_back_at: { dataType: 'String', stringValue: putBackAt } } : {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: 'us-east-1',
  };
}
