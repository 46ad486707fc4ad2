import { createHash } from 'node:crypto';
import type { Timer } from '../clock.ts';

/** An attribute as the JSON protocol writes it; binary values in base64. */
export type MessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
};
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a producer gives. */
export type NewMessage = {
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
  /** The tenant, for a fair queue. */
  readonly groupId?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** Who sends it. */
  readonly senderId: string;
  /** The queue's own where absent. */
  readonly delaySeconds?: number | undefined;
};

/** What is kept of a message, in memory and in the journal. Times are epoch ms. */
export type StoredMessage = Omit<NewMessage, 'delaySeconds'> & {
  readonly id: string;
  readonly sentAt: number;
  /** When its delay ends. */
  readonly visibleAt: number;
  /** Which queue it is a dead letter of. */
  readonly deadLetterSourceArn?: string | undefined;
};

/** How often a message was received, which is journalled apart from it, as it changes while the body does not. */
export type Receipts = { count: number; firstAt: number | undefined };

/** What works on messages in real time: an invocation, `active` until it ends. */
export type Holder = { active: boolean };

/** A message in its queue. `order` is its place among those that wait. */
export type Message = StoredMessage & {
  readonly bodyMd5: string;
  readonly attributesMd5: string | undefined;
  readonly receipts: Receipts;
  state: 'delayed' | 'waiting' | 'in flight' | 'gone';
  order: number;
  /** Ends the delay or the visibility timeout. */
  timer: Timer | undefined;
  /** Ends the retention. */
  expiry: Timer | undefined;
  holder: Holder | undefined;
};

export function toMessage(
  stored: StoredMessage,
  receipts: Receipts = { count: 0, firstAt: undefined },
): Message {
  return {
    ...stored,
    bodyMd5: createHash('md5').update(stored.body).digest('hex'),
    attributesMd5: stored.attributes && md5OfAttributes(stored.attributes),
    receipts,
    state: 'gone',
    order: 0,
    timer: undefined,
    expiry: undefined,
    holder: undefined,
  };
}

/** The part of a message that the journal keeps. */
export function toStored(message: Message): StoredMessage {
  const { id, body, attributes, groupId, traceHeader, senderId, sentAt, visibleAt, deadLetterSourceArn } =
    message;
  return { id, body, attributes, groupId, traceHeader, senderId, sentAt, visibleAt, deadLetterSourceArn };
}

/** The bytes that count towards the limit of a message: its body, and names, types and values of its attributes. */
export function sizeOf({ body, attributes = {} }: Pick<NewMessage, 'body' | 'attributes'>): number {
  const parts = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
  );
  return parts.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}

/**
 * The digest that clients check: each attribute, in order of names, as length-prefixed name, type and value, with a
 * byte for the kind of value ("Calculating the MD5 message digest for message attributes", SQS Developer Guide).
 */
function md5OfAttributes(attributes: MessageAttributes): string {
  const hash = createHash('md5');
  const update = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes).sort(byName)) {
    update(Buffer.from(name));
    update(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue === undefined ? 1 : 2));
    update(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
