import type { Message } from '@aws-sdk/client-sqs';
import type { Session } from '../../../bin/dead-letters/session.ts';

export const NOW = Date.UTC(2026, 0, 15, 10, 30);
export const AT = new Date(NOW).toISOString();

type Sent = { queueUrl: string; body: string; groupId: string | undefined; putBackAt: string | undefined };
type Lying = Message & { MessageId: string; isHidden: boolean; receives: number };
type Input = {
  QueueUrl: string;
  ReceiptHandle: string;
  VisibilityTimeout: number;
  MaxNumberOfMessages: number;
  MessageBody: string;
  MessageGroupId?: string;
  MessageAttributes?: Record<string, { StringValue: string }>;
};

/** A message as its receiver gets it; the receipt tells which receive it was. */
const toReceipt = ({ isHidden, receives, ...message }: Lying): Message => ({
  ...message,
  ReceiptHandle: `${message.MessageId}#${receives}`,
  Attributes: { ...message.Attributes, ApproximateReceiveCount: String(receives) },
});

const nameOf = (url: string) => url.split('/').at(-1) ?? '';

/** A message in a dead-letter queue. */
export const givenLetter = (
  id: string,
  { body = 'nonsense', texts = {}, system = {} }: { body?: string; texts?: object; system?: object } = {},
): Message => ({
  MessageId: id,
  Body: body,
  Attributes: { SentTimestamp: String(NOW), ...system },
  MessageAttributes: Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
});

/**
 * A session over queues in memory, which hand out three messages at most, hide what they have handed out, and refuse
 * what `refuse` says; and what the session wrote, asked and sent.
 */
export function givenSession(
  letters: Readonly<Record<string, readonly Message[]>>,
  changes: Partial<Session> = {},
  refuse: (operation: string, input: Input) => boolean = () => false,
) {
  const printed: string[] = [];
  const told: string[] = [];
  const asked: string[] = [];
  const sent: Sent[] = [];
  const lying = new Map<string, Lying[]>(
    Object.entries(letters).map(([name, messages]) => [
      name,
      messages.map((one) => ({ ...one, MessageId: one.MessageId ?? '', isHidden: false, receives: 0 })),
    ]),
  );
  const of = (url: string) => lying.get(nameOf(url)) ?? [];
  /** Of a receipt only the latest is good, as a standard queue has it. */
  const held = ({ QueueUrl, ReceiptHandle }: Input) =>
    of(QueueUrl).find(({ MessageId, receives }) => ReceiptHandle === `${MessageId}#${receives}`);

  const operations: Record<string, (input: Input) => object> = {
    ReceiveMessageCommand: ({ QueueUrl, MaxNumberOfMessages }) => {
      const visible = of(QueueUrl).filter(({ isHidden }) => !isHidden);
      return {
        Messages: visible.slice(0, Math.min(3, MaxNumberOfMessages)).map((one) => {
          one.isHidden = true;
          one.receives += 1;
          return toReceipt(one);
        }),
      };
    },
    ChangeMessageVisibilityCommand: (input) => {
      const message = held(input);
      if (message) message.isHidden = input.VisibilityTimeout > 0;
      return {};
    },
    DeleteMessageCommand: (input) => {
      const message = held(input);
      lying.set(
        nameOf(input.QueueUrl),
        of(input.QueueUrl).filter((one) => one !== message),
      );
      return {};
    },
    SendMessageCommand: ({ QueueUrl, MessageBody, MessageGroupId, MessageAttributes }) => {
      const putBackAt = MessageAttributes?.put_back_at?.StringValue;
      sent.push({ queueUrl: QueueUrl, body: MessageBody, groupId: MessageGroupId, putBackAt });
      return {};
    },
  };
  const send = async (command: { input: Input }) => {
    const operation = command.constructor.name;
    if (refuse(operation, command.input)) throw new Error(`${operation} is refused`);
    return operations[operation]?.(command.input);
  };

  const session: Session = {
    sqs: { send } as never,
    queues: Object.keys(letters).map((name) => ({
      name,
      url: `https://sqs/${name}`,
      belongsOn: `https://sqs/home-of-${name}`,
    })),
    signal: new AbortController().signal,
    confirm: async (question) => {
      asked.push(question);
      return true;
    },
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
    ...changes,
  };
  const left = () =>
    Object.fromEntries([...lying].map(([name, all]) => [name, all.map(({ MessageId }) => MessageId)]));
  const hidden = () => [...lying.values()].flat().filter(({ isHidden }) => isHidden).length;
  return { session, printed, told, asked, sent, left, hidden, lying };
}
