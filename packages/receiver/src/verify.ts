import type { CathcrEvent } from './event.ts';
import type { RequestHeaders } from './headers.ts';
import { isSigned, SCHEMES } from './signatures.ts';
import { VerificationError } from './verification-error.ts';

/** A request as it came. */
export type SignedRequest = {
  readonly headers: RequestHeaders;
  /** The raw body, before anything has parsed it. */
  readonly body: string | Uint8Array;
};

export type VerifyOptions = {
  /** The secret of the webhook; several while it is being changed, of which one must be right. */
  readonly secret: string | readonly string[];
  /**
   * Which signature is looked at; Cathcr sends both. `standard` (the default) signs the delivery's id and the time of
   * sending as well, so that nobody can send an old request again. `cathcr` is `X-Cathcr-Signature-256`: the body alone.
   */
  readonly scheme?: 'standard' | 'cathcr';
  /** How far the time of sending may be from now, with the scheme `standard`: 300 seconds. */
  readonly toleranceSeconds?: number;
};

/** A delivery that Cathcr sent. */
export type Delivery = {
  /** Its id, a UUID: the same on every retry and replay. */
  readonly id: string;
  readonly event: CathcrEvent;
};

const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * The delivery that a request brings.
 * @param now epoch ms
 * @throws VerificationError where the request is not to be trusted; its `code` and message say why
 * @throws TypeError where a secret, the options or the body are not what they must be
 */
export function verify(request: SignedRequest, options: VerifyOptions, now = Date.now()): Delivery {
  const { headers, body } = request;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new TypeError('body is neither bytes nor a text: take the raw body, before anything has parsed it');
  }
  const { secrets, scheme, toleranceSeconds } = checkOptions(options);
  const claims = scheme.readClaims(headers);
  if (!isSigned(scheme, claims, body, secrets)) {
    throw new VerificationError(
      'wrong-signature',
      'the signature was not made of these bytes with this secret',
    );
  }
  if (claims.sentAt !== undefined) checkTime(claims.sentAt - now / 1000, toleranceSeconds);
  return { id: claims.id, event: readEvent(body) };
}

/**
 * What the options come to.
 * @throws TypeError where one of them is missing or wrong
 */
export function checkOptions(options: VerifyOptions) {
  const secrets = [options.secret ?? []].flat();
  if (secrets.length === 0 || secrets.some((secret) => typeof secret !== 'string' || secret === '')) {
    throw new TypeError('secret is missing: give the secret of the webhook');
  }
  const scheme = SCHEMES[options.scheme ?? 'standard'];
  if (scheme === undefined) throw new TypeError('scheme is standard or cathcr');
  const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = options;
  if (!(toleranceSeconds > 0)) throw new TypeError('toleranceSeconds is a number above zero');
  return { secrets, scheme, toleranceSeconds };
}

/** @throws VerificationError where a request was sent too long ago, or in the future */
function checkTime(aheadSeconds: number, toleranceSeconds: number): void {
  if (Math.abs(aheadSeconds) <= toleranceSeconds) return;
  const seconds = Math.round(Math.abs(aheadSeconds));
  const told = aheadSeconds < 0 ? `was sent ${seconds} s ago` : `is dated ${seconds} s ahead`;
  throw new VerificationError(
    'outside-tolerance',
    `the request ${told}: at most ${toleranceSeconds} s are tolerated`,
  );
}

/** @throws VerificationError where the body is not an event */
function readEvent(body: string | Uint8Array): CathcrEvent {
  const event = parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
  const { data, event: type, timestamp, webhook_id } = event ?? {};
  const isEvent =
    [type, timestamp, webhook_id].every((text) => typeof text === 'string') &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data);
  if (!isEvent) throw new VerificationError('malformed-body', 'the body is not an event');
  return event as CathcrEvent;
}

function parse(text: string): Partial<Record<keyof CathcrEvent, unknown>> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
