import { describeReceipt } from '../describe-receipt.ts';
import { type Input, readInteger, readStrings, requireQueue } from '../input.ts';
import type { Operation, SqsContext } from '../operation.ts';
import type { Queue, Receipt } from '../queue.ts';

const MAX_MESSAGES = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_VISIBILITY_SECONDS = 43_200;

export const receiveMessage: Operation = async (context, input) => {
  const queue = requireQueue(context.queues, input);
  const waitSeconds = readInteger(input, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS);
  const options = {
    maximum: readInteger(input, 'MaxNumberOfMessages', 1, MAX_MESSAGES) ?? 1,
    visibilityTimeoutSeconds: readInteger(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS),
  };
  const receive = () => queue.receive(options);
  const receipts = await receiveWithin(
    context,
    queue,
    waitSeconds ?? queue.settings.receiveWaitSeconds,
    receive,
  );
  return { Messages: receipts.map((receipt) => describeAsked(receipt, input)) };
};

/** Messages as soon as there are any, or none when the time is up. */
function receiveWithin(
  { clock }: SqsContext,
  queue: Queue,
  waitSeconds: number,
  receive: () => Receipt[],
): Receipt[] | Promise<Receipt[]> {
  const receipts = receive();
  if (receipts.length > 0 || waitSeconds === 0) return receipts;
  return new Promise((resolve) => {
    const finish = (found: Receipt[]) => {
      stopListening();
      timer.cancel();
      resolve(found);
    };
    const timer = clock.at(clock.now() + waitSeconds * 1000, () => finish([]));
    const stopListening = queue.onVisible(() => {
      const found = receive();
      if (found.length > 0) finish(found);
    });
  });
}

/** Attributes are given only where they are asked for, by name or `All`, message attributes also by `prefix.*`. */
function describeAsked(receipt: Receipt, input: Input): object {
  const { Attributes, MessageAttributes, MD5OfMessageAttributes, ...rest } = describeReceipt(receipt);
  const system = pick(Attributes, readStrings(input, 'AttributeNames', 'MessageSystemAttributeNames'));
  const own = pick(MessageAttributes ?? {}, readStrings(input, 'MessageAttributeNames'));
  return {
    ...rest,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(own).length > 0 && { MessageAttributes: own, MD5OfMessageAttributes }),
  };
}

function pick<T>(values: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const isAsked = (name: string) =>
    names.some(
      (asked) =>
        asked === 'All' || asked === name || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -1))),
    );
  return Object.fromEntries(Object.entries(values).filter(([name]) => isAsked(name)));
}
