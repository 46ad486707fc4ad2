import { SQSClient } from '@aws-sdk/client-sqs';
import { showAttempt } from '../core/attempt-log.ts';
import { type Attempt, type Delivery, showDelivery } from '../core/delivery.ts';
import { deliveryQuerySchema } from '../core/delivery-requests.ts';
import { NotFoundError } from '../core/errors.ts';
import { acceptEvent } from '../core/event.ts';
import { mintEventId, parseDeliveryId, showDeliveryId } from '../core/ids.ts';
import { spliceMember } from '../core/json.ts';
import { cursorQuerySchema, type Page, type PageQuery, showPagination } from '../core/pagination.ts';
import { composeBody } from '../core/request.ts';
import type { RouteKeyOf } from '../core/routes.ts';
import { showStatistics, spanOf, statisticsQuerySchema } from '../core/statistics.ts';
import { readTestRequest } from '../core/test-request.ts';
import { validate } from '../core/validation.ts';
import { pageAttempts } from './aws/attempt-log.ts';
import { getAttempts } from './aws/attempt-store.ts';
import { sendDelivery } from './aws/deliveries-queue.ts';
import {
  countUndelivered,
  type DeliveryFilter,
  type DeliveryRow,
  getDeliveries,
  getDelivery,
  pageDeliveries,
  recordDelivery,
} from './aws/delivery-store.ts';
import { keepPayload, putPayload } from './aws/event-store.ts';
import { getTurn } from './aws/line-store.ts';
import { getPayloads } from './aws/payloads.ts';
import { sendStep } from './aws/recoveries-queue.ts';
import {
  getLatestRecovery,
  getRecovery,
  pageRecoveries,
  putRecovery,
  replaceRecovery,
} from './aws/recovery-store.ts';
import { SDK_CONFIG } from './aws/sdk.ts';
import { getHours } from './aws/sheets.ts';
import { openTable, type Table } from './aws/table.ts';
import { type GetWebhook, getWebhook } from './aws/webhook-store.ts';
import { composeFirstMessage, preparePayload } from './delivery/begin.ts';
import { composeReplay, renewPayload } from './delivery/replay.ts';
import { readFirstRow } from './delivery/row.ts';
import { readEnv } from './env.ts';
import { type ApiRequest, createApiHandler, type Endpoints } from './http/api-handler.ts';
import { assertActive, findWebhook } from './http/find-webhook.ts';
import { authenticateByStoredKeys } from './http/stored-keys.ts';
import { logger } from './logger.ts';
import { goOnBeside, type InquiryServices } from './order/inquiry.ts';
import { createRecoveryEndpoints, type RecoveryServices } from './recoveries.ts';

export type Services = RecoveryServices &
  InquiryServices & {
    readonly now: () => number;
    readonly getWebhook: GetWebhook;
    readonly pageDeliveries: (
      webhookId: string,
      query: PageQuery,
      filter: DeliveryFilter,
    ) => Promise<Page<Delivery>>;
    readonly pageAttempts: ReturnType<typeof pageAttempts>;
    readonly getDelivery: ReturnType<typeof getDelivery>;
    readonly getDeliveries: ReturnType<typeof getDeliveries>;
    readonly getAttempts: (delivery: Delivery) => Promise<Attempt[]>;
    readonly getPayloads: ReturnType<typeof getPayloads>;
    readonly getHours: ReturnType<typeof getHours>;
    readonly countUndelivered: ReturnType<typeof countUndelivered>;
    readonly putPayload: ReturnType<typeof putPayload>;
    readonly keepPayload: ReturnType<typeof keepPayload>;
    readonly recordDelivery: ReturnType<typeof recordDelivery>;
  };

function buildServices(env: ReturnType<typeof readEnv<'deliveries'>>, table: Table): Services {
  const sqs = new SQSClient(SDK_CONFIG);
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    now: Date.now,
    getWebhook: getWebhook(table),
    pageDeliveries: pageDeliveries(table),
    pageAttempts: pageAttempts(table),
    getDelivery: getDelivery(table),
    getDeliveries: getDeliveries(table),
    getAttempts: getAttempts(table),
    getPayloads: getPayloads(table),
    getHours: getHours(table),
    countUndelivered: countUndelivered(table),
    putPayload: putPayload(table, retentionDays),
    keepPayload: keepPayload(table, retentionDays),
    recordDelivery: recordDelivery(table, retentionDays),
    getTurn: getTurn(table),
    sendDelivery: sendDelivery(sqs, env.DELIVERIES_QUEUE_URL),
    getLatestRecovery: getLatestRecovery(table),
    getRecovery: getRecovery(table),
    pageRecoveries: pageRecoveries(table),
    putRecovery: putRecovery(table, retentionDays),
    replaceRecovery: replaceRecovery(table, retentionDays),
    sendStep: sendStep(sqs, env.RECOVERIES_QUEUE_URL),
  };
}

/** The row of the delivery that a path names, of this webhook alone. */
async function findRow(services: Services, webhookId: string, { path }: ApiRequest): Promise<DeliveryRow> {
  const deliveryId = parseDeliveryId(path.delivery_id ?? '');
  const row = deliveryId && (await services.getDelivery(webhookId, deliveryId));
  if (!row) throw new NotFoundError('there is no delivery of this id');
  return row;
}

async function list(services: Services, request: ApiRequest) {
  const query = validate(deliveryQuerySchema, request.query);
  const { id } = await findWebhook(services.getWebhook, request);
  const page = await services.pageDeliveries(id, query, query);
  const deliveries = page.items.map(showDelivery);
  return { status: 200, body: { deliveries, pagination: showPagination(query, page) } };
}

async function read(services: Services, request: ApiRequest) {
  const { id } = await findWebhook(services.getWebhook, request);
  const row = await findRow(services, id, request);
  const [attempts, payloads] = await Promise.all([
    row.embedded ? [row.embedded] : services.getAttempts(row.delivery),
    services.getPayloads([row]),
  ]);
  const payload = payloads.get(row.delivery.id);
  const rest = {
    ...showDelivery(row.delivery),
    attempts: attempts.map((made) => showAttempt(made, id, payload)),
  };
  const sent = payload === undefined ? 'null' : composeBody(payload, id).toString();
  return { status: 200, body: spliceMember(rest, 'payload', sent) };
}

/**
 * The most attempts on a page of the log. Each may take 70 KB of what a function may answer, which is 6 MB: what is
 * escaped in JSON is escaped once more in an answer to API Gateway.
 */
const MAX_LOG_PAGE = 50;

async function listAttempts(services: Services, request: ApiRequest) {
  const query = validate(cursorQuerySchema, request.query);
  const { id } = await findWebhook(services.getWebhook, request);
  const { cursor, limit } = query;
  const page = await services.pageAttempts(id, { cursor, limit: Math.min(limit, MAX_LOG_PAGE) });
  const rows = await services.getDeliveries(
    id,
    page.items.map(({ deliveryId }) => deliveryId),
  );
  const payloads = await services.getPayloads(rows);
  const logs = page.items.map((attempt) => showAttempt(attempt, id, payloads.get(attempt.deliveryId)));
  return { status: 200, body: { logs, pagination: showPagination(query, page) } };
}

async function readStatistics(services: Services, request: ApiRequest) {
  const { period } = validate(statisticsQuerySchema, request.query);
  const { id } = await findWebhook(services.getWebhook, request);
  const span = spanOf(period, services.now());
  const [hours, undelivered] = await Promise.all([
    services.getHours(id, span.from),
    services.countUndelivered(id),
  ]);
  return { status: 200, body: showStatistics(period, span, { hours, undelivered }) };
}

/** Sends an event through the real pipeline, once: enqueued first, the row is written by whoever comes first. */
async function test(services: Services, request: ApiRequest) {
  const webhook = await findWebhook(services.getWebhook, request);
  const now = services.now();
  const event = acceptEvent(readTestRequest(request.body, webhook), mintEventId(now), now);
  const payload = await preparePayload(services, event);
  const message = composeFirstMessage(event, webhook, { payload, test: true });
  await services.sendDelivery(message);
  await services.recordDelivery(readFirstRow(message));
  return { status: 202, body: { delivery_id: showDeliveryId(message.delivery_id) } };
}

/**
 * Begins the next run of a delivery: the stored payload, the same id, the whole schedule (but for a test). A line that
 * waits for it waits no more.
 */
async function replay(services: Services, request: ApiRequest) {
  const webhook = await findWebhook(services.getWebhook, request);
  const row = await findRow(services, webhook.id, request);
  assertActive(webhook, 'replay its deliveries');
  const startedAt = services.now();
  if (!(await renewPayload(services, row, startedAt))) {
    throw new NotFoundError('the payload of the delivery has expired');
  }
  const next = composeReplay(webhook, row, { run: row.delivery.run + 1, startedAt });
  await services.sendDelivery(next.message);
  await services.recordDelivery(next.row);
  await goOnBeside(services, next.message);
  return { status: 202, body: { delivery_id: showDeliveryId(row.delivery.id) } };
}

/** What answers the routes of deliveries. */
export function createEndpoints(services: Services): Endpoints<RouteKeyOf<'deliveries'>> {
  return {
    'GET /webhooks/{webhook_id}/deliveries': (request) => list(services, request),
    'GET /webhooks/{webhook_id}/deliveries/{delivery_id}': (request) => read(services, request),
    'GET /webhooks/{webhook_id}/logs': (request) => listAttempts(services, request),
    'GET /webhooks/{webhook_id}/stats': (request) => readStatistics(services, request),
    'POST /webhooks/{webhook_id}/test': (request) => test(services, request),
    'POST /webhooks/{webhook_id}/replay/{delivery_id}': (request) => replay(services, request),
    ...createRecoveryEndpoints(services),
  };
}

const env = readEnv('deliveries', process.env);
const table = openTable(env.TABLE_NAME);

export const handler = createApiHandler(
  authenticateByStoredKeys(table),
  createEndpoints(buildServices(env, table)),
  logger,
);
