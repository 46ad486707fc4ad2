import { ConflictError } from './errors.ts';
import { showTime } from './show-time.ts';

const HOUR_MS = 3_600_000;

/** A secret that still signs, beside the one that replaces it. */
export type PreviousSecret = {
  readonly secret: string;
  /** From when on it signs nothing any more: epoch ms. */
  readonly until: number;
  /** Of the request that replaced it, where that had an `Idempotency-Key`: by which a repeat is known. */
  readonly replacedBy?: string | undefined;
};

/** What a webhook signs with. */
export type Secrets = {
  readonly secret: string;
  readonly previousSecret?: PreviousSecret | undefined;
};

/** A change of secret that is asked for. */
export type Rotation = {
  readonly secret: string;
  readonly overlapHours: number;
  /** Of the request, where it has an `Idempotency-Key`. */
  readonly request?: string | undefined;
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

/**
 * The secrets as a rotation leaves them; the very same where it is a repeat of the last, by its secret or its request.
 * A rotation without an overlap ends one that is under way.
 * @throws ConflictError where another is under way: one of three secrets would have to be dropped that may be in use
 */
export function rotateSecrets(secrets: Secrets, rotation: Rotation, now: number): Secrets {
  const { secret, overlapHours, request } = rotation;
  if (overlapHours === 0) return { secret, previousSecret: undefined };
  const current = previousSecretAt(secrets, now);
  const isRepeat = secret === secrets.secret || (request !== undefined && request === current?.replacedBy);
  if (isRepeat) return secrets;
  if (current) {
    const until = showTime(current.until);
    throw new ConflictError({ field: 'secret', detail: `is being rotated until ${until}: end that first` });
  }
  const previousSecret = {
    secret: secrets.secret,
    until: now + Math.round(overlapHours * HOUR_MS),
    replacedBy: request,
  };
  return { secret, previousSecret };
}
