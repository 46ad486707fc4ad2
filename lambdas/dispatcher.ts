import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { BUS_SOURCES } from '../core/bus-source.ts';
import { BodyTooLargeError, InvalidRequestError } from '../core/errors.ts';
import {
  acceptEvent,
  type CathcrEvent,
  hashPublished,
  MAX_EVENT_BYTES,
  readBusDetail,
} from '../core/event.ts';
import { deriveEventId } from '../core/ids.ts';
import { parseJson, sliceMembers } from '../core/json.ts';
import { measuresOf } from '../core/metrics.ts';
import { validate } from '../core/validation.ts';
import { type Candidate, selectWanting } from '../core/wanting.ts';
import { deadLetter } from './aws/dead-letters.ts';
import { sendDeliveries } from './aws/deliveries-queue.ts';
import { type Claim, claimEventId, notePassedOn, putPayload } from './aws/event-store.ts';
import { createReturns, type DeadLetterServices, putAside, wasReceivedBefore } from './aws/records.ts';
import { SDK_CONFIG } from './aws/sdk.ts';
import { openTable } from './aws/table.ts';
import { listCandidates } from './aws/webhook-store.ts';
import { assertTimely, readAcceptance } from './delivery/acceptance.ts';
import { composeFirstMessage, preparePayload } from './delivery/begin.ts';
import type { DeliveryMessage } from './delivery/message.ts';
import { readEnv } from './env.ts';
import { logger } from './logger.ts';
import { publishMeasures } from './metrics.ts';
import { remember } from './remember.ts';

/** What is read of an EventBridge envelope. */
const envelopeSchema = z.object({
  id: z.string(),
  time: z.iso.datetime(),
  'detail-type': z.string(),
  source: z.enum(BUS_SOURCES),
  detail: z.unknown(),
});

export type Services = DeadLetterServices & {
  /** How long rows are kept. */
  readonly retentionDays: number;
  readonly listCandidates: (userId: string) => Promise<readonly Candidate[]>;
  readonly claimEventId: ReturnType<typeof claimEventId>;
  readonly notePassedOn: ReturnType<typeof notePassedOn>;
  readonly putPayload: ReturnType<typeof putPayload>;
  readonly sendDeliveries: ReturnType<typeof sendDeliveries>;
  readonly publishMeasures: typeof publishMeasures;
};

function buildServices(env: ReturnType<typeof readEnv<'dispatcher'>>): Services {
  const table = openTable(env.TABLE_NAME);
  const sqs = new SQSClient(SDK_CONFIG);
  const retentionDays = Number(env.RETENTION_DAYS);
  return {
    retentionDays,
    listCandidates: listCandidates(table),
    claimEventId: claimEventId(table, retentionDays),
    notePassedOn: notePassedOn(table, retentionDays),
    putPayload: putPayload(table, retentionDays),
    sendDeliveries: sendDeliveries(sqs, env.DELIVERIES_QUEUE_URL),
    deadLetter: deadLetter(sqs, env.EVENTS_DEAD_LETTER_QUEUE_URL),
    publishMeasures,
  };
}

/** An event read from the queue, and its claim where its producer gave it an id on the bus. */
type Arrival = {
  readonly event: CathcrEvent;
  readonly claim?: Claim;
  /** Whether the event was there before, under another message, or may have been. */
  readonly isRepeat?: boolean;
};

/**
 * The event in a message of the events queue, its id and time of acceptance settled.
 * @throws ProblemError where it is no event of Cathcr, or its id was given to another
 */
async function readArrival(services: Services, record: SQSRecord): Promise<Arrival> {
  const { body } = record;
  const envelope = validate(envelopeSchema, parseJson(body));
  const detail = sliceMembers(body).get('detail') ?? '';
  const published = readBusDetail(envelope.source, detail, envelope.detail);
  if (published.type !== envelope['detail-type']) {
    throw new InvalidRequestError([{ field: 'detail-type', detail: `is not the event, ${published.type}` }]);
  }
  if (published.id !== undefined && published.acceptedAt !== undefined) {
    assertTimely('accepted_at', published.acceptedAt, record, services.retentionDays);
    const event = acceptEvent(published, published.id, published.acceptedAt);
    // What the system tells of itself is told again by repeats, which are known by the rows of its deliveries.
    return { event, isRepeat: published.isRepeat ?? event.about !== undefined };
  }
  if (Buffer.byteLength(detail) > MAX_EVENT_BYTES) throw new BodyTooLargeError(MAX_EVENT_BYTES);
  const acceptedAt = readAcceptance(envelope.time, record, services.retentionDays);
  if (published.id === undefined) {
    return { event: acceptEvent(published, deriveEventId(acceptedAt, envelope.id), acceptedAt) };
  }
  const own: Claim = { acceptedAt, hash: hashPublished(published), isPassedOn: false };
  const { claim, isOwn } = await services.claimEventId(published.id, own);
  const event = acceptEvent(published, published.id, claim.acceptedAt);
  return { event, claim, isRepeat: !isOwn };
}

/** What one record of a batch comes to: its messages, and what is left to do once they are sent. */
type Dispatch = {
  readonly record: SQSRecord;
  /** The event's id, where it is an event that is to be passed on. */
  readonly eventId?: string;
  readonly messages: readonly DeliveryMessage[];
  readonly complete: () => Promise<void>;
};

/** Reads one record, and makes its messages. What is no event of Cathcr ends as a dead letter with the reason. */
async function prepare(services: Services, record: SQSRecord): Promise<Dispatch> {
  const nothing = { record, messages: [], complete: async () => {} };
  try {
    const { event, claim, isRepeat } = await readArrival(services, record);
    if (claim?.isPassedOn) return nothing;
    const webhooks = await services.listCandidates(event.userId);
    const wanting = selectWanting(webhooks, event, services.retentionDays);
    const payload = wanting.length > 0 ? await preparePayload(services, event) : undefined;
    const repeat = isRepeat || wasReceivedBefore(record) || undefined;
    const messages = wanting.map((webhook) =>
      composeFirstMessage(event, webhook, { payload, repeat, skipped: webhook.active ? undefined : true }),
    );
    const complete = async () => {
      if (claim) await services.notePassedOn(event.id, claim);
    };
    return { record, eventId: event.id, messages, complete };
  } catch (error) {
    await putAside(services, record, error);
    return nothing;
  }
}

/** The one line that tells of the events of a batch: for the id of each, how many webhooks it goes to. */
function logDispatches(dispatches: readonly Dispatch[]) {
  if (dispatches.length === 0) return;
  const webhooks = Object.fromEntries(dispatches.map(({ eventId, messages }) => [eventId, messages.length]));
  logger.info('events dispatched', { webhooks });
}

/**
 * Passes a batch of events on to the webhooks subscribed to them, all their messages together, as a request to the
 * queue costs the same for ten. An event that could not be passed on whole goes back, and is passed on again whole.
 */
export async function dispatch(services: Services, records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const returns = createReturns(({ messageId }, error) =>
    logger.error('event goes back to the queue', { error, message_id: messageId }),
  );
  const { goBack } = returns;
  const batchServices = { ...services, listCandidates: remember(services.listCandidates) };
  const prepared = await Promise.all(
    records.map((record) => prepare(batchServices, record).catch((error) => goBack(record, error))),
  );
  const dispatches = prepared.flatMap((dispatched) => dispatched ?? []);
  const refused = new Set(await services.sendDeliveries(dispatches.flatMap(({ messages }) => messages)));
  await Promise.all(
    dispatches.map(async ({ record, messages, complete }) => {
      if (messages.some((message) => refused.has(message)))
        goBack(record, new Error('the deliveries queue did not take all of it'));
      else await complete().catch((error) => goBack(record, error));
    }),
  );
  const passedOn = dispatches.filter(({ record, eventId }) => eventId && !returns.has(record));
  logDispatches(passedOn);
  services.publishMeasures(measuresOf({ SentBack: returns.count() }));
  return returns.answer();
}

const services = buildServices(readEnv('dispatcher', process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => dispatch(services, event.Records);
