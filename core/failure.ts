/** What went wrong with a request, in the words that customers read, by the code Node gives it. */
const WORDS: Readonly<Record<string, string>> = {
  ABORT_ERR: 'Connection timeout',
  ETIMEDOUT: 'Connection timeout',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset',
  EPIPE: 'Connection reset',
  EHOSTUNREACH: 'Host unreachable',
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

/**
 * Trouble on the sender's side, by Node's code: no file descriptors or memory, no port or route left to go out by.
 * It says nothing of the receiver, so it is no attempt.
 */
const OWN_TROUBLE = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETUNREACH',
  'ENETDOWN',
]);

/** A resolver that gives no answer: our own resolver's trouble, or the name servers of the receiver's name. */
const NO_ANSWER_FROM_RESOLVER = 'EAI_AGAIN';

/** After so many receives of one message a resolver without answer is the receiver's failure. */
const RESOLVER_BENEFIT_OF_DOUBT = 3;

/**
 * Whether an error of a request is trouble on the sender's side rather than a failure of the receiver.
 * @param receiveCount how often the message was received, this time included
 */
export function isOwnTrouble(code: string | undefined, receiveCount: number): boolean {
  if (code === NO_ANSWER_FROM_RESOLVER) return receiveCount <= RESOLVER_BENEFIT_OF_DOUBT;
  return code !== undefined && OWN_TROUBLE.has(code);
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
