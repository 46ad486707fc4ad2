import { type Delivery, showDelivery } from '../core/delivery.ts';
import { type Page, type PageQuery, pageQuerySchema, showPagination } from '../core/pagination.ts';
import type { RouteKeyOf } from '../core/routes.ts';
import { validate } from '../core/validation.ts';
import { findApiKey } from './aws/api-key-store.ts';
import { pageDeliveries } from './aws/delivery-store.ts';
import { openTable, type Table } from './aws/table.ts';
import { getWebhook } from './aws/webhook-store.ts';
import { readEnv } from './env.ts';
import { type ApiRequest, createApiHandler, type Endpoints } from './http/api-handler.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { findWebhook, type GetWebhook } from './http/find-webhook.ts';
import { logger } from './logger.ts';

export type Services = {
  readonly getWebhook: GetWebhook;
  readonly pageDeliveries: (webhookId: string, query: PageQuery) => Promise<Page<Delivery>>;
};

const buildServices = (table: Table): Services => ({
  getWebhook: getWebhook(table),
  pageDeliveries: pageDeliveries(table),
});

async function list(services: Services, request: ApiRequest) {
  const pageQuery = validate(pageQuerySchema, request.query);
  const { id } = await findWebhook(services.getWebhook, request);
  const page = await services.pageDeliveries(id, pageQuery);
  const deliveries = page.items.map(showDelivery);
  return { status: 200, body: { deliveries, pagination: showPagination(pageQuery, page) } };
}

/** What answers the routes of deliveries. */
export function createEndpoints(services: Services): Endpoints<RouteKeyOf<'deliveries'>> {
  return { 'GET /webhooks/{webhook_id}/deliveries': (request) => list(services, request) };
}

const table = openTable(readEnv('deliveries', process.env).TABLE_NAME);

export const handler = createApiHandler(
  createAuthenticate(findApiKey(table)),
  createEndpoints(buildServices(table)),
  logger,
);
