import type { AttemptResult } from './delivery.ts';
import { ProblemError } from './errors.ts';
import type { FailureKind } from './metrics.ts';

/** What went wrong with a request, in the words that customers read, by the code Node gives it. */
const WORDS: Readonly<Record<string, string>> = {
  ABORT_ERR: 'Connection timeout',
  ETIMEDOUT: 'Connection timeout',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset',
  EPIPE: 'Connection reset',
  EHOSTUNREACH: 'Host unreachable',
  ENETUNREACH: 'Network unreachable',
  ENETDOWN: 'Network unreachable',
  ENOTFOUND: 'DNS lookup failed',
  EAI_AGAIN: 'DNS lookup failed',
  CERT_HAS_EXPIRED: 'TLS certificate expired',
  CERT_NOT_YET_VALID: 'TLS certificate not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS certificate chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS certificate chain is incomplete',
  EPROTO: 'TLS handshake failed',
};

/** Trouble on the sender's side, by Node's code: no file descriptors, memory or ports left. It is no attempt. */
const OWN_TROUBLE = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

/** Trouble of either side: a resolver, or the name servers of the receiver's name; our route, or the receiver's. */
const DOUBTFUL_TROUBLE = new Set(['EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN']);

/** So many receives of one message is doubtful trouble taken for ours; after that it is the receiver's failure. */
const RECEIVES_IN_DOUBT = 3;

/**
 * Whether an error of a request is trouble on the sender's side rather than a failure of the receiver.
 * @param receiveCount how often the message was received, this time included
 */
export function isOwnTrouble(code: string | undefined, receiveCount: number): boolean {
  if (code === undefined) return false;
  return OWN_TROUBLE.has(code) || (DOUBTFUL_TROUBLE.has(code) && receiveCount <= RECEIVES_IN_DOUBT);
}

/** A failed request in words, by Node's error code; the code itself where there are none. */
export function describeFailure(code: string | undefined): string {
  if (code === undefined) return 'Request failed';
  if (code in WORDS) return WORDS[code] ?? code;
  if (code.startsWith('HPE_')) return 'Response is not HTTP';
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code.startsWith('CERT_')) {
    return 'TLS handshake failed';
  }
  return `Request failed (${code})`;
}

/** What a message needs is not in the store. It may be late (written after what tells of it), or gone for good. */
export class MissingError extends Error {
  override name = 'MissingError';
}

/**
 * So many receives of one message is waited for what is missing, about 45 minutes; trouble of the store may hold it up,
 * and counts among them. The queue itself gives a message up after 20, and says no reason.
 */
const RECEIVES_TO_WAIT = 10;

/**
 * Whether a message can never be processed for what it met, so that it is put aside with the reason; any other trouble
 * sends it back to its queue.
 * @param receiveCount how often the message was received, this time included
 */
export function isHopeless(error: unknown, receiveCount: number): error is Error {
  return error instanceof ProblemError || (error instanceof MissingError && receiveCount > RECEIVES_TO_WAIT);
}

/** The kinds of failure without a response, by how their words begin; what has none of these is `Connection`. */
const KINDS: readonly (readonly [string, FailureKind])[] = [
  ['Connection timeout', 'Timeout'],
  ['DNS', 'Dns'],
  ['TLS', 'Tls'],
  ['URL', 'Address'],
];

/** What kind of failure an attempt's is, by its words, as nothing else of it is kept; undefined for a success. */
export function kindOfFailure({ statusCode, error }: AttemptResult): FailureKind | undefined {
  if (error === undefined) return undefined;
  if (statusCode === null) return KINDS.find(([words]) => error.startsWith(words))?.[1] ?? 'Connection';
  return statusCode < 400 ? '3xx' : statusCode < 500 ? '4xx' : '5xx';
}
