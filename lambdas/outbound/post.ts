import * as http from 'node:http';
import * as https from 'node:https';
import { ADDRESS_FAULT, type TargetPolicy } from '../../core/address-policy.ts';
import { type AttemptResult, isAccepted } from '../../core/delivery.ts';
import { describeFailure, isOwnTrouble } from '../../core/failure.ts';
import { AddressRefusedError, type Agents, createAgents } from './connection.ts';

/** From the DNS lookup to the response's headers: ms. Source: the contract, "Delivery Expectations". */
const TIMEOUT_MS = 30_000;
/** How long a response's body may take after its headers: ms. What has not come by then is not waited for. */
const BODY_TIMEOUT_MS = 2000;
/** How much of a response's body is read, to keep its connection: bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** How much of a response's body is kept: bytes. */
const KEPT_BODY_BYTES = 4096;
/** How much of a response's headers is kept: characters. */
const KEPT_HEADERS_LENGTH = 4096;

/** Trouble on the sender's side: the request says nothing of the receiver, and is to be made again later. */
export class OwnTroubleError extends Error {
  override name = 'OwnTroubleError';
}

/** One request, and how often the message that asks for it was received. */
export type PostRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receiveCount: number;
};

type PostResponse = {
  readonly headers: Readonly<Record<string, string>>;
  /** The first 4 KiB. */
  readonly body: string;
};

type PostResult = { readonly result: AttemptResult; readonly response?: PostResponse | undefined };

export type Post = (request: PostRequest) => Promise<PostResult>;

/** Headers as they are kept: lower-case names, repeated ones joined, as many as there is room for. */
function keepHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  let room = KEPT_HEADERS_LENGTH;
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    room -= name.length + text.length;
    return room < 0 ? [] : [[name, text]];
  });
  return Object.fromEntries(kept);
}

/**
 * The beginning of a response's body. One that is too long, too slow or breaks off costs it its connection, and
 * nothing else: the headers have decided.
 */
function readBody(response: http.IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const cutOff = () => response.destroy();
    const timer = setTimeout(cutOff, BODY_TIMEOUT_MS);
    response.on('data', (chunk: Buffer) => {
      if (size < KEPT_BODY_BYTES) chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY_BYTES) cutOff();
    });
    response.on('error', () => {});
    response.once('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).subarray(0, KEPT_BODY_BYTES).toString());
    });
  });
}

/** A connection that was kept alive died, most likely before the receiver saw the request: Lambda freezes them. */
class KeptConnectionError extends Error {
  override name = 'KeptConnectionError';
}

const diedWhileKept = ({ reusedSocket }: http.ClientRequest, { code }: NodeJS.ErrnoException) =>
  reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');

const timeoutError = () => Object.assign(new Error('no response in time'), { code: 'ETIMEDOUT' });

/** Sends a request by one of the agents, and waits for the response's headers until the deadline. */
const send = ({ url, headers, body }: PostRequest, agents: Agents, deadline: AbortSignal) =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    const request =
      new URL(url).protocol === 'https:'
        ? https.request(url, { method: 'POST', headers, agent: agents.secure })
        : http.request(url, { method: 'POST', headers, agent: agents.plain });
    // A request that still waits for its socket tells nobody that it was destroyed.
    const giveUp = () => {
      reject(timeoutError());
      request.destroy();
    };
    deadline.addEventListener('abort', giveUp, { once: true });
    // Nothing is told of a request whose connection is closed without a response, as for a 101 that nobody asked for.
    request.once('close', () => {
      deadline.removeEventListener('abort', giveUp);
      reject(Object.assign(new Error('closed without a response'), { code: 'ECONNRESET' }));
    });
    request.once('response', resolve);
    request.on('error', (error) =>
      reject(
        diedWhileKept(request, error) ? new KeptConnectionError('connection died', { cause: error }) : error,
      ),
    );
    request.end(body);
  });

/** Creates the function that posts to webhooks: where `policy` allows, in 30 s, never following a redirect. */
export function createPost(policy: TargetPolicy, timeoutMs = TIMEOUT_MS): Post {
  const keeping = createAgents(policy, { keepAlive: true, connectTimeoutMs: timeoutMs });
  const fresh = createAgents(policy, { keepAlive: false, connectTimeoutMs: timeoutMs });

  const open = async (request: PostRequest, deadline: AbortSignal) => {
    try {
      return await send(request, keeping, deadline);
    } catch (error) {
      if (error instanceof KeptConnectionError) return send(request, fresh, deadline);
      throw error;
    }
  };

  return async (request) => {
    const at = Date.now();
    const startedAt = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAt);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      const response = await open(request, deadline.signal);
      clearTimeout(timer);
      const statusCode = response.statusCode ?? 0;
      const responseTimeMs = elapsedMs();
      const error = isAccepted(statusCode) ? undefined : `Response ${statusCode}`;
      const answer = { headers: keepHeaders(response.headers), body: await readBody(response) };
      return { result: { at, responseTimeMs, statusCode, error }, response: answer };
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (isOwnTrouble(code, request.receiveCount)) {
        throw new OwnTroubleError(`no request could be made: ${code}`, { cause });
      }
      const error = cause instanceof AddressRefusedError ? `URL ${ADDRESS_FAULT}` : describeFailure(code);
      return { result: { at, responseTimeMs: elapsedMs(), statusCode: null, error } };
    } finally {
      clearTimeout(timer);
    }
  };
}
