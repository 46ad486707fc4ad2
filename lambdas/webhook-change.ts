import { ConflictError } from '../core/errors.ts';
import { hashOf } from '../core/idempotency-key.ts';
import { parseJson } from '../core/json.ts';
import { endRotationSchema, rotateSecretSchema } from '../core/rotation-request.ts';
import { mintSecret } from '../core/secret.ts';
import { endRotation, type KeyedRequest, previousSecretAt, rotateSecrets } from '../core/secret-rotation.ts';
import { validate } from '../core/validation.ts';
import { type Webhook, withSecrets } from '../core/webhook.ts';
import { assertRoom, weightOf } from '../core/webhook-room.ts';
import type { ApiRequest } from './http/api-handler.ts';
import { findWebhook } from './http/find-webhook.ts';
import { readIdempotencyKey } from './http/idempotency-key.ts';
import type { CreationServices } from './webhook-creation.ts';

/** How often a change is tried again that another one came before. */
const MAX_TRIES = 5;

export type ChangeServices = Pick<CreationServices, 'maxWebhooksPerUser' | 'getWebhook' | 'listWebhooks'> & {
  readonly now: () => number;
  /** False where the webhook was changed or deleted in between. */
  readonly replaceWebhook: (previous: Webhook, next: Webhook) => Promise<boolean>;
};

const changedByOthers = () =>
  new ConflictError({ field: 'webhook', detail: 'is being changed by others at the same time: try again' });

/**
 * Changes a webhook, on what others have left in between; nothing is written where it stays the very same.
 * @throws ConflictError where others come before every time, or all webhooks of the user would be too heavy
 */
export async function change(
  services: ChangeServices,
  request: ApiRequest,
  changeOf: (webhook: Webhook) => Webhook,
): Promise<Webhook> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const previous = await findWebhook(services.getWebhook, request);
    const next = changeOf(previous);
    if (next === previous) return next;
    if (weightOf(next) > weightOf(previous))
      assertRoom(next, await services.listWebhooks(next.userId), services.maxWebhooksPerUser);
    if (await services.replaceWebhook(previous, next)) return next;
  }
  throw changedByOthers();
}

/** What tells a repeat of a request with an `Idempotency-Key` from all others; undefined where it has none. */
function identifyRequest(request: ApiRequest, asked: unknown): KeyedRequest | undefined {
  const key = readIdempotencyKey(request);
  return key === undefined ? undefined : { key: hashOf(key), body: hashOf(asked) };
}

/**
 * Rotates the secret of the webhook that a request names.
 * @throws ConflictError where another rotation is under way, or the request's `Idempotency-Key` was used for another
 */
export function rotateSecret(services: ChangeServices, request: ApiRequest): Promise<Webhook> {
  const asked = validate(rotateSecretSchema(), request.body === '' ? {} : parseJson(request.body));
  const rotation = {
    // Made once: a write whose answer was lost is known by it when it is tried again.
    secret: asked.secret ?? mintSecret(),
    overlapHours: asked.overlap_hours,
    request: identifyRequest(request, asked),
  };
  return change(services, request, (webhook) => {
    const now = services.now();
    return withSecrets(webhook, rotateSecrets(webhook, rotation, now), now);
  });
}

/**
 * Ends the rotation of the secret of the webhook that a request names, before its time.
 * @throws ConflictError where none is under way
 */
export function endSecretRotation(services: ChangeServices, request: ApiRequest): Promise<Webhook> {
  const { keep } = validate(endRotationSchema(), parseJson(request.body));
  /** The rotation that is meant, and what ending it leaves: the write that does so may have been made unheard. */
  let meant: { until: number | undefined; left: string } | undefined;
  return change(services, request, (webhook) => {
    const now = services.now();
    const until = previousSecretAt(webhook, now)?.until;
    if (meant && until === undefined && webhook.secret === meant.left) return webhook;
    if (meant && until !== meant.until) throw changedByOthers();
    const next = withSecrets(webhook, endRotation(webhook, keep, now), now);
    meant = { until, left: next.secret };
    return next;
  });
}
