import { randomUUID } from 'node:crypto';
import { type DeliveryStore, MemoryStore } from './delivery-store.ts';
import type { CathcrEvent } from './event.ts';
import { VerificationError } from './verification-error.ts';
import { checkOptions, type Delivery, type SignedRequest, type VerifyOptions, verify } from './verify.ts';

/** So many bytes of a body are let in. An event weighs up to 256 KiB. */
export const MAX_BODY_BYTES = 512 * 1024;

export type ReceiverOptions = VerifyOptions & {
  /** Where the deliveries are remembered that were taken; in this process's memory where it is absent. */
  readonly store?: DeliveryStore;
  /** Is told of every request that is refused. */
  readonly onRefused?: (error: VerificationError) => void;
  /** Is told of what went wrong in your handler or the store; `console.error` where it is absent. */
  readonly onError?: (error: unknown, delivery: Delivery) => void;
};

/**
 * Your work. The delivery is answered 200 when it ends, and 500 where it throws: then it is sent again. Cathcr waits
 * for 30 s, so put what takes long into a queue.
 */
export type Handler = (event: CathcrEvent, delivery: Delivery) => unknown;

/** What a request is answered with. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type ReceivedRequest = SignedRequest & { readonly method?: string | undefined };

/** An answer in plain text. */
function answer(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

export const TOO_LARGE = answer(413, `the body has more than ${MAX_BODY_BYTES} bytes`);

/**
 * A receiver: verifies a request, drops what it has taken before, gives the rest to the handler, and says what to
 * answer. The adapters are made of it.
 * @throws TypeError where the options are not what they must be
 */
export function createReceiver(options: ReceiverOptions, handler: Handler) {
  checkOptions(options);
  const { store = new MemoryStore(), onRefused, onError = reportError } = options;

  async function take(delivery: Delivery): Promise<Answer> {
    const token = randomUUID();
    const claim = await store.claim(delivery.id, token);
    if (claim === 'taken') return answer(200, 'taken before');
    // Answering 200 would lose the delivery, should the work that goes on fail.
    if (claim === 'busy') return answer(503, 'an earlier attempt is still being worked on');
    try {
      await handler(delivery.event, delivery);
      await store.complete(delivery.id);
    } catch (error) {
      await store.release(delivery.id, token);
      throw error;
    }
    return answer(200, 'taken');
  }

  return async (request: ReceivedRequest): Promise<Answer> => {
    if ((request.method ?? 'POST') !== 'POST') return answer(405, 'webhooks are posted', { allow: 'POST' });
    const delivery = verifyOrRefuse(request, options);
    if (delivery instanceof VerificationError) {
      onRefused?.(delivery);
      return answer(delivery.code === 'malformed-body' ? 400 : 401, delivery.message);
    }
    try {
      return await take(delivery);
    } catch (error) {
      onError(error, delivery);
      return answer(500, 'it could not be taken: send it again');
    }
  };
}

function verifyOrRefuse(request: SignedRequest, options: VerifyOptions): Delivery | VerificationError {
  try {
    return verify(request, options);
  } catch (error) {
    if (error instanceof VerificationError) return error;
    throw error;
  }
}

function reportError(error: unknown, { id }: Delivery): void {
  console.error(`delivery ${id} could not be taken:`, error);
}
