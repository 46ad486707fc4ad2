import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { InvalidRequestError } from '../core/errors.ts';
import { hashPublished, type PublishedEvent, readPublishRequest, showBusDetail } from '../core/event.ts';
import { faultOfKey } from '../core/idempotency-key.ts';
import { mintEventId } from '../core/ids.ts';
import { parseJson } from '../core/json.ts';
import type { RouteKeyOf } from '../core/routes.ts';
import { publishEvent } from './aws/bus.ts';
import { claimEventId, notePassedOn } from './aws/event-store.ts';
import { SDK_CONFIG } from './aws/sdk.ts';
import { openTable, type Table } from './aws/table.ts';
import { readEnv } from './env.ts';
import { type ApiRequest, createApiHandler, type Endpoints } from './http/api-handler.ts';
import { readIdempotencyKey } from './http/idempotency-key.ts';
import { authenticateByStoredKeys } from './http/stored-keys.ts';
import { logger } from './logger.ts';

export type Services = {
  readonly now: () => number;
  readonly claimEventId: ReturnType<typeof claimEventId>;
  readonly notePassedOn: ReturnType<typeof notePassedOn>;
  readonly publishEvent: ReturnType<typeof publishEvent>;
};

function buildServices(env: ReturnType<typeof readEnv<'events'>>, table: Table): Services {
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    now: Date.now,
    claimEventId: claimEventId(table, retentionDays),
    notePassedOn: notePassedOn(table, retentionDays),
    publishEvent: publishEvent(new EventBridgeClient(SDK_CONFIG), env.BUS_NAME),
  };
}

/** The id that a producer gave its event, in the body or as `Idempotency-Key`. */
function producersIdOf({ id }: PublishedEvent, request: ApiRequest): string | undefined {
  const key = readIdempotencyKey(request);
  if (key !== undefined && id !== undefined && key !== id) {
    throw new InvalidRequestError([faultOfKey('differs from id')]);
  }
  return key ?? id;
}

/** Passes on an event whose id its producer chose, unless that was done before. */
async function publishOnce(services: Services, event: PublishedEvent, id: string) {
  const { claim, isOwn } = await services.claimEventId(id, {
    acceptedAt: services.now(),
    hash: hashPublished(event),
    isPassedOn: false,
  });
  if (claim.isPassedOn) return;
  // Whoever made the claim may have put the event onto the bus, or be about to.
  const isRepeat = isOwn ? undefined : true;
  await services.publishEvent(event.type, showBusDetail({ ...event, isRepeat }, id, claim.acceptedAt));
  await services.notePassedOn(id, claim);
}

/** Passes on an event under its producer's id, or one of its own. */
async function publishUnderId(services: Services, event: PublishedEvent, producersId: string | undefined) {
  if (producersId !== undefined) {
    await publishOnce(services, event, producersId);
    return producersId;
  }
  const now = services.now();
  const id = mintEventId(now);
  await services.publishEvent(event.type, showBusDetail(event, id, now));
  return id;
}

async function publish(services: Services, request: ApiRequest) {
  const event = readPublishRequest(request.body, parseJson(request.body));
  const id = await publishUnderId(services, event, producersIdOf(event, request));
  logger.info('event published', { event_id: id, event: event.type, request_id: request.requestId });
  return { status: 202, body: { id } };
}

/** What answers the routes of events. */
export function createEndpoints(services: Services): Endpoints<RouteKeyOf<'events'>> {
  return { 'POST /events': (request) => publish(services, request) };
}

const env = readEnv('events', process.env);
const table = openTable(env.TABLE_NAME);

export const handler = createApiHandler(
  authenticateByStoredKeys(table),
  createEndpoints(buildServices(env, table)),
  logger,
);
