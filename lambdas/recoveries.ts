import { ConflictError, NotFoundError } from '../core/errors.ts';
import { parseJson } from '../core/json.ts';
import { cursorQuerySchema, showPagination } from '../core/pagination.ts';
import {
  cancelRecovery,
  createRecovery,
  isOfRange,
  parseRecoveryId,
  type Recovery,
  reasonToEnd,
  showRecovery,
  showRecoveryId,
} from '../core/recovery.ts';
import { createRecoverySchema, type RecoveryRequest } from '../core/recovery-requests.ts';
import type { RouteKey } from '../core/routes.ts';
import { validate } from '../core/validation.ts';
import type { Webhook } from '../core/webhook.ts';
import type { sendStep } from './aws/recoveries-queue.ts';
import type {
  getLatestRecovery,
  getRecovery,
  pageRecoveries,
  putRecovery,
  replaceRecovery,
} from './aws/recovery-store.ts';
import type { GetWebhook } from './aws/webhook-store.ts';
import type { ApiRequest, Endpoints } from './http/api-handler.ts';
import { assertActive, findWebhook } from './http/find-webhook.ts';

export type RecoveryServices = {
  readonly now: () => number;
  readonly getWebhook: GetWebhook;
  readonly getLatestRecovery: ReturnType<typeof getLatestRecovery>;
  readonly getRecovery: ReturnType<typeof getRecovery>;
  readonly pageRecoveries: ReturnType<typeof pageRecoveries>;
  readonly putRecovery: ReturnType<typeof putRecovery>;
  readonly replaceRecovery: ReturnType<typeof replaceRecovery>;
  readonly sendStep: ReturnType<typeof sendStep>;
};

/** The index that a recovery walks is behind the rows by a moment: what was written before it began is to be in it. */
const SETTLING_SECONDS = 2;

/** How often a change is tried again that others were faster with. */
const MAX_TRIES = 10;

const overtaken = () =>
  new ConflictError({ field: 'recovery', detail: 'is being changed by others at the same time' });

/** Ends a recovery whose webhook was off since it began, as its next step would; false where it may go on. */
async function endStale(services: RecoveryServices, recovery: Recovery, webhook: Webhook): Promise<boolean> {
  const reason = reasonToEnd(recovery, webhook);
  if (reason === undefined) return false;
  const now = services.now();
  await services.replaceRecovery(recovery, cancelRecovery(recovery, reason, now), now);
  return true;
}

/**
 * Begins a recovery, unless one is running: one of the same range is the answer then, any other a refusal.
 * @throws ConflictError where a recovery of another range is running
 */
async function findOrBegin(
  services: RecoveryServices,
  webhook: Webhook,
  asked: RecoveryRequest,
): Promise<Recovery> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const latest = await services.getLatestRecovery(webhook.id);
    const now = services.now();
    const number = (latest?.number ?? 0) + 1;
    const recovery = createRecovery(asked, { webhook, number, now });
    if (latest?.state === 'running' && !(await endStale(services, latest, webhook))) {
      if (isOfRange(latest, recovery)) return latest;
      const detail = `${showRecoveryId(latest.number)} is running: wait until it is over, or cancel it`;
      throw new ConflictError({ field: 'recovery', detail });
    }
    if (await services.putRecovery(recovery, now)) return recovery;
  }
  throw overtaken();
}

/** Begins a recovery, and has its step taken: that of one that is running already, too, should it have been lost. */
async function begin(services: RecoveryServices, request: ApiRequest) {
  const webhook = await findWebhook(services.getWebhook, request);
  const asked = validate(createRecoverySchema, parseJson(request.body));
  assertActive(webhook, 'recover what it has missed');
  const recovery = await findOrBegin(services, webhook, asked);
  const { number, step } = recovery;
  const message = { user_id: webhook.userId, webhook_id: webhook.id, recovery: number, step };
  await services.sendStep(message, SETTLING_SECONDS);
  const location = `/webhooks/${webhook.id}/recoveries/${showRecoveryId(number)}`;
  return { status: 202, headers: { location }, body: showRecovery(recovery) };
}

async function list(services: RecoveryServices, request: ApiRequest) {
  const { limit, cursor = '' } = validate(cursorQuerySchema, request.query);
  const { id } = await findWebhook(services.getWebhook, request);
  const page = await services.pageRecoveries(id, { limit, cursor });
  const recoveries = page.items.map(showRecovery);
  return { status: 200, body: { recoveries, pagination: showPagination({ limit }, page) } };
}

/** The recovery that a path names, of this webhook alone. */
async function findRecovery(services: RecoveryServices, request: ApiRequest): Promise<Recovery> {
  const { id } = await findWebhook(services.getWebhook, request);
  const number = parseRecoveryId(request.path.recovery_id ?? '');
  const recovery = number && (await services.getRecovery(id, number));
  if (!recovery) throw new NotFoundError('there is no recovery of this id');
  return recovery;
}

async function read(services: RecoveryServices, request: ApiRequest) {
  return { status: 200, body: showRecovery(await findRecovery(services, request)) };
}

/** Cancels a recovery. The message that waits for its next step finds it so. */
async function cancel(services: RecoveryServices, request: ApiRequest) {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const recovery = await findRecovery(services, request);
    if (recovery.state !== 'running') return { status: 200, body: showRecovery(recovery) };
    const now = services.now();
    const cancelled = cancelRecovery(recovery, 'on request', now);
    if (await services.replaceRecovery(recovery, cancelled, now))
      return { status: 200, body: showRecovery(cancelled) };
  }
  throw overtaken();
}

type RecoveryRouteKey = Extract<RouteKey, `${string}/recoveries${string}`>;

/** What answers the routes of recoveries. */
export function createRecoveryEndpoints(services: RecoveryServices): Endpoints<RecoveryRouteKey> {
  return {
    'POST /webhooks/{webhook_id}/recoveries': (request) => begin(services, request),
    'GET /webhooks/{webhook_id}/recoveries': (request) => list(services, request),
    'GET /webhooks/{webhook_id}/recoveries/{recovery_id}': (request) => read(services, request),
    'POST /webhooks/{webhook_id}/recoveries/{recovery_id}/cancel': (request) => cancel(services, request),
  };
}
