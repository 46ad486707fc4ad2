import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** The most that SQS hands out at once. */
const MAX_RECEIVED = 10;
/** How long messages are hidden at most: enough to walk through tens of thousands. */
const HIDDEN_SECONDS = 600;
/** A receive that waits asks all of SQS's servers; one that does not may find a queue empty that is not. */
const WAIT_SECONDS = 1;

/** A message as it was received: its body, SQS's own attributes, and the texts among its message attributes. */
export type Received = {
  readonly id: string;
  readonly body: string;
  readonly system: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
};

const toReceived = ({
  MessageId = '',
  Body = '',
  Attributes = {},
  MessageAttributes = {},
}: Message): Received => ({
  id: MessageId,
  body: Body,
  system: Attributes,
  texts: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
});

/**
 * The messages of a queue while somebody looks at them. SQS shows a message only to its receiver, and hides it from
 * everybody for a while: here until all were seen, so that none is seen twice. `release` makes those that are left
 * visible again, as they were; where the process dies before it, time does so after ten minutes.
 */
export class Hold {
  readonly #sqs: Pick<SQSClient, 'send'>;
  readonly #queueUrl: string;
  readonly #seen = new Set<string>();
  /** The latest receipt of each message that is held, by its id. */
  readonly #receipts = new Map<string, string>();

  constructor(sqs: Pick<SQSClient, 'send'>, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  /** Every message of the queue, up to ten at a time; no more once `signal` is aborted. */
  async *receive(signal: AbortSignal): AsyncGenerator<Received[]> {
    while (!signal.aborted) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: MAX_RECEIVED,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return;
      yield this.#take(Messages);
    }
  }

  /** Removes a message from the queue for good. */
  async delete(id: string): Promise<void> {
    const ReceiptHandle = this.#receipts.get(id);
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
    this.#receipts.delete(id);
  }

  /** @returns how many could not be made visible, and stay hidden until their time is up */
  async release(): Promise<number> {
    const receipts = [...this.#receipts.values()];
    let hidden = 0;
    while (receipts.length > 0) {
      const results = await Promise.allSettled(
        receipts.splice(0, MAX_RECEIVED).map((receipt) => this.#show(receipt)),
      );
      hidden += results.filter(({ status }) => status === 'rejected').length;
    }
    return hidden;
  }

  async #show(ReceiptHandle: string): Promise<void> {
    await this.#sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: this.#queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
  }

  /** Those of a batch that were not seen before. Of a message that comes again the latest receipt counts. */
  #take(messages: readonly Message[]): Received[] {
    for (const { MessageId = '', ReceiptHandle = '' } of messages) {
      this.#receipts.set(MessageId, ReceiptHandle);
    }
    const fresh = messages.filter(({ MessageId = '' }) => !this.#seen.has(MessageId)).map(toReceived);
    for (const { id } of fresh) this.#seen.add(id);
    return fresh;
  }
}
