import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { ADDRESS_FAULT, isCallableAddress, type TargetPolicy } from '../core/address-policy.ts';
import { ConflictError, InvalidRequestError } from '../core/errors.ts';
import { mintWebhookId } from '../core/ids.ts';
import { parseJson } from '../core/json.ts';
import { type Page, type PageQuery, pageQuerySchema, showPagination } from '../core/pagination.ts';
import type { RouteKeyOf } from '../core/routes.ts';
import { validate } from '../core/validation.ts';
import {
  createWebhook,
  createWebhookSchema,
  NO_STATISTICS,
  patchWebhook,
  patchWebhookSchema,
  showWebhook,
  type Webhook,
  type WebhookStatistics,
} from '../core/webhook.ts';
import { findApiKey } from './aws/api-key-store.ts';
import { claimCreation, noteMade } from './aws/creation-claims.ts';
import { deleteStatistics, getStatistics, putStatistics } from './aws/statistics-store.ts';
import { openTable } from './aws/table.ts';
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
import { createAuthenticate } from './http/authenticate.ts';
import { findWebhook, type GetWebhook } from './http/find-webhook.ts';
import { readIdempotencyKey } from './http/idempotency-key.ts';
import { logger } from './logger.ts';

/** How long a name may take to resolve when a webhook is saved: ms. */
const LOOKUP_TIMEOUT_MS = 2000;
/** How often a change is tried again that another one came before. */
const MAX_TRIES = 5;

export type Services = {
  readonly targetPolicy: TargetPolicy;
  readonly maxWebhooksPerUser: number;
  readonly now: () => number;
  /** The addresses of a host, none where it does not resolve. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  readonly getWebhook: GetWebhook;
  readonly listWebhooks: (userId: string) => Promise<readonly Webhook[]>;
  readonly pageWebhooks: (userId: string, query: PageQuery) => Promise<Page<Webhook>>;
  readonly claimCreation: ReturnType<typeof claimCreation>;
  readonly noteMade: ReturnType<typeof noteMade>;
  /** False where there is one of this id. */
  readonly putWebhook: (webhook: Webhook) => Promise<boolean>;
  readonly replaceWebhook: (previous: Webhook, next: Webhook) => Promise<boolean>;
  readonly deleteWebhook: (userId: string, webhookId: string) => Promise<void>;
  readonly getStatistics: (webhookIds: readonly string[]) => Promise<Map<string, WebhookStatistics>>;
  readonly putStatistics: (webhookId: string) => Promise<void>;
  readonly deleteStatistics: (webhookId: string) => Promise<void>;
};

function buildServices(env: ReturnType<typeof readEnv<'webhooks'>>): Services {
  const table = openTable(env.TABLE_NAME);
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

async function resolveHost(hostname: string): Promise<string[]> {
  const answer = lookup(hostname, { all: true, family: 4 }).catch(() => []);
  const timeout = new Promise<[]>((resolve) => setTimeout(resolve, LOOKUP_TIMEOUT_MS, []).unref());
  return (await Promise.race([answer, timeout])).map(({ address }) => address);
}

/** Refuses a URL whose host is a name that resolves to an address that may not be called. */
async function checkTarget(services: Services, url: string | undefined) {
  if (url === undefined) return;
  const addresses = await services.resolve(new URL(url).hostname);
  if (addresses.some((address) => !isCallableAddress(address, services.targetPolicy))) {
    throw new InvalidRequestError([{ field: 'url', detail: ADDRESS_FAULT }]);
  }
}

const statisticsOf = async (services: Services, { id }: Webhook) =>
  (await services.getStatistics([id])).get(id) ?? NO_STATISTICS;

/**
 * Stores a new webhook, unless there is one of its id.
 * @returns the webhook that is stored
 * @throws ConflictError where the user has as many as a user may have
 */
async function store(services: Services, webhook: Webhook): Promise<Webhook> {
  const webhooks = await services.listWebhooks(webhook.userId);
  const made = webhooks.find(({ id }) => id === webhook.id);
  if (made) return made;
  if (webhooks.length >= services.maxWebhooksPerUser) {
    const detail = `would be one more than the ${services.maxWebhooksPerUser} that a user may have`;
    throw new ConflictError({ field: 'webhook', detail });
  }
  await services.putStatistics(webhook.id);
  if (await services.putWebhook(webhook)) return webhook;
  return (await services.getWebhook(webhook.userId, webhook.id)) ?? webhook;
}

/**
 * Stores the webhook of a request with an `Idempotency-Key`, or finds the one that the first such request made.
 * @throws ConflictError where the key was used for another request, or the webhook was deleted since
 */
async function storeOnce(
  services: Services,
  webhook: Webhook,
  key: string,
  value: unknown,
): Promise<Webhook> {
  const { id, userId, createdAt } = webhook;
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  const claim = await services.claimCreation(userId, key, {
    webhookId: id,
    hash,
    claimedAt: createdAt,
    isMade: false,
  });
  if (!claim.isMade) {
    const stored = await store(services, { ...webhook, id: claim.webhookId });
    await services.noteMade(userId, key, claim);
    return stored;
  }
  const made = await services.getWebhook(userId, claim.webhookId);
  if (made) return made;
  throw new ConflictError({ field: 'Idempotency-Key', detail: 'made a webhook that was deleted since' });
}

async function create(services: Services, request: ApiRequest) {
  const idempotencyKey = readIdempotencyKey(request);
  const value = parseJson(request.body);
  const asked = validate(createWebhookSchema(services.targetPolicy), value);
  await checkTarget(services, asked.url);
  const now = services.now();
  const asNew = createWebhook(asked, { id: mintWebhookId(now), userId: request.caller.userId, now });
  const webhook = await (idempotencyKey === undefined
    ? store(services, asNew)
    : storeOnce(services, asNew, idempotencyKey, value));
  const revealSecret = webhook.version === asNew.version;
  return {
    status: 201,
    headers: { location: `/webhooks/${webhook.id}` },
    body: showWebhook(webhook, await statisticsOf(services, webhook), { revealSecret }),
  };
}

async function list(services: Services, { caller, query }: ApiRequest) {
  const pageQuery = validate(pageQuerySchema, query);
  const page = await services.pageWebhooks(caller.userId, pageQuery);
  const statistics = await services.getStatistics(page.items.map(({ id }) => id));
  const webhooks = page.items.map((webhook) =>
    showWebhook(webhook, statistics.get(webhook.id) ?? NO_STATISTICS),
  );
  return { status: 200, body: { webhooks, pagination: showPagination(pageQuery, page) } };
}

async function read(services: Services, request: ApiRequest) {
  const webhook = await findWebhook(services.getWebhook, request);
  return { status: 200, body: showWebhook(webhook, await statisticsOf(services, webhook)) };
}

async function update(services: Services, request: ApiRequest) {
  const patch = validate(patchWebhookSchema(services.targetPolicy), parseJson(request.body));
  await checkTarget(services, patch.url);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const previous = await findWebhook(services.getWebhook, request);
    const next = patchWebhook(previous, patch, services.now());
    if (await services.replaceWebhook(previous, next)) {
      const revealSecret = patch.secret !== undefined;
      return { status: 200, body: showWebhook(next, await statisticsOf(services, next), { revealSecret }) };
    }
  }
  throw new ConflictError({
    field: 'webhook',
    detail: 'is being changed by others at the same time: try again',
  });
}

/** Deletes the webhook first: without its statistics it would live on as one that never accepted anything. */
async function remove(services: Services, request: ApiRequest) {
  const { id, userId } = await findWebhook(services.getWebhook, request);
  await services.deleteWebhook(userId, id);
  await services.deleteStatistics(id);
  return { status: 204 };
}

/** What answers the routes of webhooks. */
export function createEndpoints(services: Services): Endpoints<RouteKeyOf<'webhooks'>> {
  return {
    'POST /webhooks': (request) => create(services, request),
    'GET /webhooks': (request) => list(services, request),
    'GET /webhooks/{webhook_id}': (request) => read(services, request),
    'PATCH /webhooks/{webhook_id}': (request) => update(services, request),
    'DELETE /webhooks/{webhook_id}': (request) => remove(services, request),
  };
}

const env = readEnv('webhooks', process.env);

export const handler = createApiHandler(
  createAuthenticate(findApiKey(openTable(env.TABLE_NAME))),
  createEndpoints(buildServices(env)),
  logger,
);
