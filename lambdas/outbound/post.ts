import * as http from 'node:http';
import * as https from 'node:https';
import { ADDRESS_FAULT, findUrlFault, type TargetPolicy } from '../../core/address-policy.ts';
import { type AttemptResult, isAccepted } from '../../core/delivery.ts';
import { describeFailure, isOwnTrouble } from '../../core/failure.ts';
import { AddressRefusedError, type Agents, createAgents } from './connection.ts';
import { type LookupHost, lookupHost } from './resolve-host.ts';
import { type KeptResponse, keepResponse } from './response.ts';

/** From the DNS lookup to the response's headers: ms. Source: the contract, "Delivery Expectations". */
const TIMEOUT_MS = 30_000;
/** How much may come before the end of a response's headers, informational responses and blanks included: bytes. */
const MAX_HEADER_BYTES = 64 * 1024;
/** How much of a response's body is read, to keep its connection: bytes, those between chunks included. */
const MAX_BODY_BYTES = 64 * 1024;

/** Trouble on the sender's side: the request says nothing of the receiver, and is to be made again later. */
export class OwnTroubleError extends Error {
  override name = 'OwnTroubleError';
}

/** One request, when it is begun (epoch ms), and how often the message that asks for it was received. */
export type PostRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly at: number;
  readonly receiveCount: number;
};

type PostResult = {
  readonly result: AttemptResult;
  readonly response?: KeptResponse | undefined;
  /** The value of that header of the response. */
  readonly retryAfter?: string | undefined;
};

export type Post = (request: PostRequest) => Promise<PostResult>;

/** A connection that was kept alive died, most likely before the receiver saw the request: Lambda freezes them. */
class KeptConnectionError extends Error {
  override name = 'KeptConnectionError';
}

const diedWhileKept = ({ reusedSocket }: http.ClientRequest, { code }: NodeJS.ErrnoException) =>
  reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');

const timeoutError = () => Object.assign(new Error('no response in time'), { code: 'ETIMEDOUT' });

/**
 * Gives up a response that is too long, by the bytes of its connection: Node's parser limits headers, but neither
 * informational responses (100, 103, …), nor the blanks it skips, nor what stands between chunks.
 */
function limitResponse(request: http.ClientRequest) {
  let room = MAX_HEADER_BYTES;
  const count = (chunk: Buffer) => {
    room -= chunk.length;
    if (room < 0) {
      request.destroy(Object.assign(new Error('response too long'), { code: 'HPE_HEADER_OVERFLOW' }));
    }
  };
  request.once('response', () => {
    room = MAX_BODY_BYTES;
  });
  request.once('socket', (socket) => {
    socket.on('data', count);
    request.once('close', () => socket.off('data', count));
  });
}

/** Gives up the rest of a request whose response is over before the receiver has taken it all. */
const giveUpUnsent = (request: http.ClientRequest) => {
  if (!request.writableFinished) request.destroy();
};

/** That the headers of a response have come; what is kept of it follows. */
type Answered = {
  readonly statusCode: number;
  readonly retryAfter: string | undefined;
  readonly kept: Promise<KeptResponse>;
};

/** What is to be done when the time for a request is over. */
type Deadline = { giveUp: () => void };

/** Sends a request by one of the agents, and waits for the response's headers until the deadline. */
const send = ({ url, headers, body }: PostRequest, agents: Agents, deadline: Deadline) =>
  new Promise<Answered>((resolve, reject) => {
    const target = new URL(url);
    const request =
      target.protocol === 'https:'
        ? https.request(target, { method: 'POST', headers, agent: agents.secure })
        : http.request(target, { method: 'POST', headers, agent: agents.plain });
    // A request that still waits for its socket tells nobody that it was destroyed.
    deadline.giveUp = () => {
      reject(timeoutError());
      request.destroy();
    };
    // Nothing is told of a request whose connection is closed without a response, as for a 101 that nobody asked for.
    const endUnanswered = () =>
      reject(Object.assign(new Error('closed without a response'), { code: 'ECONNRESET' }));
    request.once('close', endUnanswered);
    limitResponse(request);
    request.once('response', (response) => {
      request.off('close', endUnanswered);
      response.once('close', () => giveUpUnsent(request));
      const { statusCode = 0, headers: answered } = response;
      resolve({ statusCode, retryAfter: answered['retry-after'], kept: keepResponse(response) });
    });
    request.on('error', (error) =>
      reject(
        diedWhileKept(request, error) ? new KeptConnectionError('connection died', { cause: error }) : error,
      ),
    );
    request.end(body);
  });

type PostOptions = { readonly timeoutMs?: number; readonly lookUp?: LookupHost };

/**
 * Creates the function that posts to webhooks: where `policy` allows, in 30 s, never following a redirect. The URL is
 * checked again, as it may have been saved under another policy.
 */
export function createPost(
  policy: TargetPolicy,
  { timeoutMs = TIMEOUT_MS, lookUp = lookupHost }: PostOptions = {},
): Post {
  const keeping = createAgents(policy, { keepAlive: true, connectTimeoutMs: timeoutMs, lookUp });
  const fresh = createAgents(policy, { keepAlive: false, connectTimeoutMs: timeoutMs, lookUp });

  const open = async (request: PostRequest, deadline: Deadline) => {
    try {
      return await send(request, keeping, deadline);
    } catch (error) {
      if (error instanceof KeptConnectionError) return send(request, fresh, deadline);
      throw error;
    }
  };

  return async (request) => {
    const { at } = request;
    const fault = findUrlFault(request.url, policy);
    if (fault) return { result: { at, responseTimeMs: 0, statusCode: null, error: `URL ${fault}` } };
    const startedAt = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAt);
    const deadline: Deadline = { giveUp: () => {} };
    const timer = setTimeout(() => deadline.giveUp(), timeoutMs);
    try {
      const { statusCode, retryAfter, kept } = await open(request, deadline);
      clearTimeout(timer);
      const responseTimeMs = elapsedMs();
      const error = isAccepted(statusCode) ? undefined : `Response ${statusCode}`;
      return { result: { at, responseTimeMs, statusCode, error }, retryAfter, response: await kept };
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (isOwnTrouble(code, request.receiveCount)) {
        // Without its cause, which names the host: this error is logged, and customers put secrets into names, too.
        throw new OwnTroubleError(`no request could be made: ${code}`);
      }
      const error = cause instanceof AddressRefusedError ? `URL ${ADDRESS_FAULT}` : describeFailure(code);
      return { result: { at, responseTimeMs: elapsedMs(), statusCode: null, error } };
    } finally {
      clearTimeout(timer);
    }
  };
}
