import { ADDRESS_FAULT, isCallableAddress, type TargetPolicy } from '../core/address-policy.ts';
import { InvalidRequestError } from '../core/errors.ts';
import { filterTestSchema, tryFilter } from '../core/filter-trial.ts';
import { mintWebhookId } from '../core/ids.ts';
import { parseJson } from '../core/json.ts';
import { type Page, type PageQuery, pageQuerySchema, showPagination } from '../core/pagination.ts';
import type { RouteKeyOf } from '../core/routes.ts';
import { type Reveal, showWebhook } from '../core/show-webhook.ts';
import { validate } from '../core/validation.ts';
import {
  createWebhook,
  createWebhookSchema,
  patchWebhook,
  patchWebhookSchema,
  type Webhook,
} from '../core/webhook.ts';
import { NO_STATISTICS, type WebhookStatistics } from '../core/webhook-statistics.ts';
import { claimCreation, noteMade } from './aws/creation-claims.ts';
import { deleteStatistics, getStatistics, putStatistics } from './aws/statistics-store.ts';
import { openTable, type Table } from './aws/table.ts';
import {
  deleteWebhook,
  getWebhook,
  listWebhooks,
  pageWebhooks,
  putWebhook,
  replaceWebhook,
} from './aws/webhook-store.ts';
import { readEnv } from './env.ts';
import { type ApiRequest, createApiHandler, type Endpoints } from './http/api-handler.ts';
import { findWebhook } from './http/find-webhook.ts';
import { readIdempotencyKey } from './http/idempotency-key.ts';
import { authenticateByStoredKeys } from './http/stored-keys.ts';
import { logger } from './logger.ts';
import { resolveHost } from './outbound/resolve-host.ts';
import { type ChangeServices, change, endSecretRotation, rotateSecret } from './webhook-change.ts';
import { type CreationServices, store, storeOnce } from './webhook-creation.ts';

export type Services = CreationServices &
  ChangeServices & {
    readonly targetPolicy: TargetPolicy;
    /** The addresses of a host, none where it does not resolve. */
    readonly resolve: (hostname: string) => Promise<readonly string[]>;
    readonly pageWebhooks: (userId: string, query: PageQuery) => Promise<Page<Webhook>>;
    readonly deleteWebhook: (userId: string, webhookId: string) => Promise<void>;
    readonly getStatistics: (webhookIds: readonly string[]) => Promise<Map<string, WebhookStatistics>>;
    readonly deleteStatistics: (webhookId: string) => Promise<void>;
  };

function buildServices(env: ReturnType<typeof readEnv<'webhooks'>>, table: Table): Services {
  return {
    targetPolicy: env.TARGET_POLICY as TargetPolicy,
    maxWebhooksPerUser: Number(env.MAX_WEBHOOKS_PER_USER),
    now: Date.now,
    resolve: resolveHost,
    getWebhook: getWebhook(table),
    listWebhooks: listWebhooks(table),
    pageWebhooks: pageWebhooks(table),
    claimCreation: claimCreation(table),
    noteMade: noteMade(table),
    putWebhook: putWebhook(table),
    replaceWebhook: replaceWebhook(table),
    deleteWebhook: deleteWebhook(table),
    getStatistics: getStatistics(table),
    putStatistics: putStatistics(table),
    deleteStatistics: deleteStatistics(table),
  };
}

/** Refuses a URL whose host is a name that resolves to an address that may not be called. */
async function checkTarget(services: Services, url: string | undefined) {
  if (url === undefined) return;
  const addresses = await services.resolve(new URL(url).hostname);
  if (addresses.some((address) => !isCallableAddress(address, services.targetPolicy))) {
    throw new InvalidRequestError([{ field: 'url', detail: ADDRESS_FAULT }]);
  }
}

/** A webhook as it is answered, with its statistics. */
async function show(services: Services, webhook: Webhook, reveal: Reveal = {}) {
  const statistics = (await services.getStatistics([webhook.id])).get(webhook.id) ?? NO_STATISTICS;
  return showWebhook(webhook, statistics, { now: services.now(), reveal });
}

async function create(services: Services, request: ApiRequest) {
  const idempotencyKey = readIdempotencyKey(request);
  const asked = validate(createWebhookSchema(services.targetPolicy), parseJson(request.body));
  await checkTarget(services, asked.url);
  const now = services.now();
  const asNew = createWebhook(asked, { id: mintWebhookId(now), userId: request.caller.userId, now });
  const webhook = await (idempotencyKey === undefined
    ? store(services, asNew)
    : storeOnce(services, asNew, idempotencyKey, asked));
  const isNew = webhook.version === asNew.version;
  return {
    status: 201,
    headers: { location: `/webhooks/${webhook.id}` },
    body: await show(services, webhook, { secret: isNew, headers: isNew }),
  };
}

async function list(services: Services, { caller, query }: ApiRequest) {
  const pageQuery = validate(pageQuerySchema, query);
  const page = await services.pageWebhooks(caller.userId, pageQuery);
  const statistics = await services.getStatistics(page.items.map(({ id }) => id));
  const now = services.now();
  const webhooks = page.items.map((webhook) =>
    showWebhook(webhook, statistics.get(webhook.id) ?? NO_STATISTICS, { now }),
  );
  return { status: 200, body: { webhooks, pagination: showPagination(pageQuery, page) } };
}

async function read(services: Services, request: ApiRequest) {
  const webhook = await findWebhook(services.getWebhook, request);
  return { status: 200, body: await show(services, webhook) };
}

async function update(services: Services, request: ApiRequest) {
  const patch = validate(patchWebhookSchema(services.targetPolicy), parseJson(request.body));
  await checkTarget(services, patch.url);
  const webhook = await change(services, request, (previous) =>
    patchWebhook(previous, patch, services.now()),
  );
  const reveal = { secret: patch.secret !== undefined, headers: patch.headers !== undefined };
  return { status: 200, body: await show(services, webhook, reveal) };
}

async function rotate(services: Services, request: ApiRequest) {
  const webhook = await rotateSecret(services, request);
  return { status: 200, body: await show(services, webhook, { secret: true }) };
}

async function endRotation(services: Services, request: ApiRequest) {
  return { status: 200, body: await show(services, await endSecretRotation(services, request)) };
}

async function testFilter(services: Services, request: ApiRequest) {
  const asked = validate(filterTestSchema(), request.body === '' ? {} : parseJson(request.body));
  return { status: 200, body: tryFilter(await findWebhook(services.getWebhook, request), asked) };
}

/** Deletes the webhook first: without its statistics it would live on as one that never accepted anything. */
async function remove(services: Services, request: ApiRequest) {
  const { id, userId } = await findWebhook(services.getWebhook, request);
  await services.deleteWebhook(userId, id);
  await services.deleteStatistics(id).catch((error: unknown) => {
    logger.warn('statistics of a deleted webhook left behind', { error: error as Error, webhook_id: id });
  });
  return { status: 204 };
}

/** What answers the routes of webhooks. */
export function createEndpoints(services: Services): Endpoints<RouteKeyOf<'webhooks'>> {
  return {
    'POST /webhooks': (request) => create(services, request),
    'GET /webhooks': (request) => list(services, request),
    'GET /webhooks/{webhook_id}': (request) => read(services, request),
    'PATCH /webhooks/{webhook_id}': (request) => update(services, request),
    'POST /webhooks/{webhook_id}/secret/rotate': (request) => rotate(services, request),
    'POST /webhooks/{webhook_id}/secret/rotate/end': (request) => endRotation(services, request),
    'DELETE /webhooks/{webhook_id}': (request) => remove(services, request),
    'POST /webhooks/{webhook_id}/filter/test': (request) => testFilter(services, request),
  };
}

const env = readEnv('webhooks', process.env);
const table = openTable(env.TABLE_NAME);

export const handler = createApiHandler(
  authenticateByStoredKeys(table),
  createEndpoints(buildServices(env, table)),
  logger,
);
