import { DAY_MS, HOUR_MS } from './duration.ts';
import { ConflictError } from './errors.ts';
import { faultOfKey, REMEMBERED_DAYS, USED_BEFORE } from './idempotency-key.ts';
import { showTime } from './show-time.ts';

/** A secret that still signs, beside the one that replaces it. */
export type PreviousSecret = {
  readonly secret: string;
  /** From when on it signs nothing any more: epoch ms. */
  readonly until: number;
};

/** What tells a repeat of a request with an `Idempotency-Key` from all others: hashes. */
export type KeyedRequest = { readonly key: string; readonly body: string };

/** The last rotation that was asked for under an `Idempotency-Key`. */
export type KeyedRotation = KeyedRequest & {
  /** When it was made: epoch ms. */
  readonly at: number;
  /** Whether its secret was replaced since, and cannot be answered any more. */
  readonly isReplaced?: boolean | undefined;
};

/** Which of two secrets that overlap. */
export type KeptSecret = 'new' | 'old';

/** What a webhook signs with, and how it came to that. */
export type Secrets = {
  readonly secret: string;
  readonly previousSecret?: PreviousSecret | undefined;
  readonly lastRotation?: KeyedRotation | undefined;
};

/** A change of secret that is asked for. */
export type Rotation = {
  readonly secret: string;
  readonly overlapHours: number;
  /** The request, where it has an `Idempotency-Key`. */
  readonly request?: KeyedRequest | undefined;
};

/** The secret that is being replaced at that time (epoch ms); undefined where none is. */
export function previousSecretAt({ previousSecret }: Secrets, now: number): PreviousSecret | undefined {
  return previousSecret && now < previousSecret.until ? previousSecret : undefined;
}

/** What signs a request that is begun at that time (epoch ms): the older secret first, where two overlap. */
export function signingSecretsAt(secrets: Secrets, at: number): readonly [string, ...string[]] {
  const previous = previousSecretAt(secrets, at);
  return previous ? [previous.secret, secrets.secret] : [secrets.secret];
}

/** The last rotation as it is remembered at `now`, where `secret` signs from then on. */
export function lastRotationAfter(
  { lastRotation, secret: before }: Secrets,
  secret: string,
  now: number,
): KeyedRotation | undefined {
  if (!lastRotation || now >= lastRotation.at + REMEMBERED_DAYS * DAY_MS) return undefined;
  return secret === before ? lastRotation : { ...lastRotation, isReplaced: true };
}

/**
 * Whether a rotation was made before, under the same `Idempotency-Key`.
 * @throws ConflictError where the key was used for another request, or what it made was replaced since
 */
function wasMade(secrets: Secrets, { request }: Rotation, now: number): boolean {
  const last = lastRotationAfter(secrets, secrets.secret, now);
  if (!request || request.key !== last?.key) return false;
  if (request.body !== last.body) throw new ConflictError(USED_BEFORE);
  if (last.isReplaced) throw new ConflictError(faultOfKey('made a secret that was replaced since'));
  return true;
}

/**
 * The secrets as a rotation leaves them; the very same where it is a repeat, by its request, or by its secret while two
 * overlap. A rotation without an overlap ends one that is under way.
 * @throws ConflictError where another is under way: one of three secrets would have to be dropped that may be in use
 */
export function rotateSecrets(secrets: Secrets, rotation: Rotation, now: number): Secrets {
  const { secret, overlapHours, request } = rotation;
  if (wasMade(secrets, rotation, now)) return secrets;
  const lastRotation = request ? { ...request, at: now } : lastRotationAfter(secrets, secret, now);
  if (overlapHours === 0) return { secret, previousSecret: undefined, lastRotation };
  if (secret === secrets.secret) return secrets;
  const current = previousSecretAt(secrets, now);
  if (current) {
    const until = showTime(current.until);
    throw new ConflictError({ field: 'secret', detail: `is being rotated until ${until}: end that first` });
  }
  const until = now + Math.round(overlapHours * HOUR_MS);
  return { secret, previousSecret: { secret: secrets.secret, until }, lastRotation };
}

/**
 * The secrets where a rotation that is under way ends before its time, and one of the two goes on alone.
 * @throws ConflictError where none is under way
 */
export function endRotation(secrets: Secrets, kept: KeptSecret, now: number): Secrets {
  const previous = previousSecretAt(secrets, now);
  if (!previous) throw new ConflictError({ field: 'secret', detail: 'is not being rotated' });
  const { secret } = kept === 'new' ? secrets : previous;
  return { secret, previousSecret: undefined, lastRotation: lastRotationAfter(secrets, secret, now) };
}
