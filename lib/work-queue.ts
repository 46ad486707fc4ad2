import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnvName } from '../lambdas/env.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { NodeFunction } from './node-function.ts';

/** AWS's advice for a queue that Lambda reads: visibility of at least six times the function's timeout. */
const VISIBILITY_TIMEOUTS = 6;

/**
 * A message comes back where the trouble is ours (a throttled store, no route), and that may take a while to end.
 * What can never be processed is put among the dead letters by the functions themselves, with a reason, at once.
 */
const MAX_RECEIVE_COUNT = 20;

/** The largest batch without a batching window: nothing waits for company. */
const MAX_BATCH = 10;

type WorkQueueProps = {
  /** The timeout of the function that will consume the queue. */
  readonly consumerTimeout: Duration;
  /** How long a message may wait: days. */
  readonly retentionDays: number;
  /** Which variables tell a function the URLs of the queue and of its dead letters. */
  readonly env: { readonly url?: EnvName; readonly deadLettersUrl?: EnvName };
};

/** A standard queue (fair by the `MessageGroupId` of its producers) with its dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;
  private readonly env: WorkQueueProps['env'];

  constructor(scope: Construct, id: string, { consumerTimeout, retentionDays, env }: WorkQueueProps) {
    super(scope, id);
    this.env = env;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(consumerTimeout.toSeconds() * VISIBILITY_TIMEOUTS),
      retentionPeriod: Duration.days(retentionDays),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }

  /** Lets a function put messages on the queue, and tells it the queue's URL. */
  grantSend(fn: NodeFunction): void {
    if (!this.env.url) throw new Error(`${this.node.path} has no variable for its URL`);
    fn.allow(['sqs:SendMessage'], this.queue.queueArn);
    fn.setEnv(this.env.url, this.queue.queueUrl);
  }

  /** Lets a function put aside what it can never process, and tells it where. */
  grantSendDeadLetters(fn: NodeFunction): void {
    if (!this.env.deadLettersUrl) throw new Error(`${this.node.path} has no variable for its dead letters`);
    fn.allow(['sqs:SendMessage'], this.deadLetters.queueArn);
    fn.setEnv(this.env.deadLettersUrl, this.deadLetters.queueUrl);
  }

  /**
   * Runs a function for the messages of the queue. How many at a time is limited here and never by reserved
   * concurrency, whose throttles would burn receives and make dead letters of what nobody looked at.
   */
  consumeBy(
    fn: NodeFunction,
    {
      maxConcurrency,
      batchSize = MAX_BATCH,
    }: { readonly maxConcurrency: number; readonly batchSize?: number },
  ): void {
    fn.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], this.queue.queueArn);
    fn.addEventSourceMapping(this.node.id, {
      eventSourceArn: this.queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
  }
}
