import { PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Attempt,
  type AttemptRef,
  type AttemptResult,
  type Delivery,
  type DeliveryStatus,
  type Exchange,
  isUndelivered,
  isUnsent,
  mergeRefs,
  UNDELIVERED,
} from '../../core/delivery.ts';
import { acceptedAtOf, leastDeliveryId } from '../../core/ids.ts';
import type { Page, PageQuery, Total } from '../../core/pagination.ts';
import { UNDELIVERED_INDEX } from '../env.ts';
import { putAttempt, readEmbeddedAttempt } from './attempt-store.ts';
import { packExchange } from './exchange.ts';
import { createInserter } from './insert.ts';
import { DELIVERY_SK, type Key, keyOf, partitionOf, readDeliveryKey } from './keys.ts';
import { type Collection, countItems, queryItems, queryPage } from './paging.ts';
import { expiryOf, getItem, getItems, holdsCondition, type Table } from './table.ts';

/** The most a packed payload may weigh to ride in a delivery's row and message; else it has an item of its own. */
export const MAX_INLINE_PAYLOAD_BYTES = 600;

/** The most a row's packed parts may weigh together, so that the row stays within the 1 KiB of one write unit. */
const MAX_ROW_PACKED_BYTES = 670;

/** A first attempt that began later than this after the event was accepted gets an item of its own: ms. */
const MAX_ROW_ATTEMPT_DELAY_MS = 5000;

/** How many of its last attempts a row names; the log has all. */
const MAX_ATTEMPT_REFS = 50;

export type DeliveryRow = {
  readonly delivery: Delivery;
  /** The packed payload, where it is small; else it is kept in an item of its own. */
  readonly payload?: Uint8Array | undefined;
  /** The first attempt, where it is told in the row. */
  readonly embedded?: Attempt | undefined;
};

/** Which deliveries of a webhook: times are epoch ms, `since` included, `until` not. */
export type DeliveryFilter = {
  /** Of the index where it is `undelivered`. */
  readonly status?: DeliveryStatus | typeof UNDELIVERED | undefined;
  readonly event?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
};

export const readRow = (item: Record<string, unknown>): DeliveryRow => {
  const { pk, sk, expires_at, payload, exchange, undelivered, ...rest } = item;
  const delivery = { ...readDeliveryKey(item as Key), ...rest } as Delivery;
  return {
    delivery,
    payload: payload as Uint8Array | undefined,
    embedded: exchange ? readEmbeddedAttempt(delivery, exchange as Uint8Array) : undefined,
  };
};

const deliveriesOf = (webhookId: string, filter: DeliveryFilter): Collection => {
  const { status, event, since, until } = filter;
  const isIndexed = status === UNDELIVERED;
  const attributes = Object.entries({ status: isIndexed ? undefined : status, eventType: event }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
  );
  return {
    pk: partitionOf.webhook(webhookId),
    index: isIndexed ? UNDELIVERED_INDEX : undefined,
    skPrefix: DELIVERY_SK,
    from: since === undefined ? undefined : leastDeliveryId(since),
    to: until === undefined ? undefined : leastDeliveryId(until),
    filter: attributes.length > 0 ? Object.fromEntries(attributes) : undefined,
  };
};

/** The row of a delivery, read consistently; undefined where nothing has come of it yet. */
export const getDelivery =
  (table: Table) =>
  async (webhookId: string, deliveryId: string): Promise<DeliveryRow | undefined> => {
    const item = await getItem(table, keyOf.delivery(webhookId, deliveryId), { isConsistent: true });
    return item && readRow(item);
  };

/** The rows of deliveries of one webhook, in no order. */
export const getDeliveries =
  (table: Table, options: { isConsistent?: boolean } = {}) =>
  async (webhookId: string, deliveryIds: readonly string[]): Promise<DeliveryRow[]> => {
    const keys = deliveryIds.map((id) => keyOf.delivery(webhookId, id));
    return (await getItems(table, keys, options)).map(readRow);
  };

const placeOf = ({ sk }: Record<string, unknown>) => String(sk);

/**
 * The rows that the index names, newest first. It is a moment late: what it names may have been delivered since, and
 * is left out.
 */
async function getIndexed(table: Table, entries: readonly Record<string, unknown>[]): Promise<Delivery[]> {
  const keys = entries.map(({ pk, sk }) => ({ pk, sk }) as Key);
  const items = (await getItems(table, keys)).toSorted((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  return items.map((item) => readRow(item).delivery).filter(isUndelivered);
}

/** One page of a webhook's deliveries, newest first. */
export const pageDeliveries =
  (table: Table) =>
  async (webhookId: string, query: PageQuery, filter: DeliveryFilter = {}): Promise<Page<Delivery>> => {
    const collection = deliveriesOf(webhookId, filter);
    const page = await queryPage(table, collection, query);
    const items = collection.index
      ? await getIndexed(table, page.items)
      : page.items.map((item) => readRow(item).delivery);
    return { ...page, items };
  };

/** Where to look for undelivered deliveries: a range of times, and after which delivery, if any. */
type Search = Pick<DeliveryFilter, 'since' | 'until'> & { readonly position?: string | undefined };

/**
 * Up to `limit` undelivered deliveries of a webhook by their ids, oldest first, as the index has them: which is a moment
 * late, and tells not how they stand.
 */
export const findUndelivered =
  (table: Table) =>
  async (webhookId: string, { since, until, position }: Search, limit: number) => {
    const range = deliveriesOf(webhookId, { status: UNDELIVERED, since, until });
    // Sorts right after the position, and before every other id.
    const from = position === undefined ? range.from : `${position}!`;
    const { items, last } = await queryItems(table, { ...range, from, isOldestFirst: true }, limit);
    return { ids: items.map((item) => readDeliveryKey(item as Key).id), isEnd: last === undefined };
  };

/** How many deliveries of a webhook are undelivered: exact as far as totals of lists are. */
export const countUndelivered =
  (table: Table) =>
  (webhookId: string): Promise<Total> =>
    countItems(table, deliveriesOf(webhookId, { status: UNDELIVERED }));

/** The item of a delivery's row. */
function itemOf({ delivery, payload }: DeliveryRow, retentionDays: number, exchange?: Uint8Array) {
  // Both ids stand in the key.
  const { id, webhookId, ...rest } = delivery;
  const key = keyOf.delivery(webhookId, id);
  return {
    ...key,
    ...rest,
    [UNDELIVERED_INDEX.attribute]: isUndelivered(delivery) ? key.pk : undefined,
    payload,
    exchange,
    expires_at: expiryOf(delivery.runStartedAt, retentionDays),
  };
}

/**
 * Writes a delivery's row, unless the row already tells of this attempt or a later one: rows only move on.
 * @returns false where the row had moved on
 */
const putItem = (table: Table, item: ReturnType<typeof itemOf>): Promise<boolean> =>
  holdsCondition(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: item,
        // As `isSuperseded` says: a row only moves on. AND binds closer than OR; parentheses would cost a laptop's
        // parser of conditions twenty times as long.
        ConditionExpression: [
          'attribute_not_exists(pk)',
          '#run < :run',
          '#run = :run AND #status IN (:pending, :retrying, :cancelled, :skipped) AND generation < :generation',
          '#run = :run AND #status IN (:pending, :retrying) AND generation = :generation' +
            (isUnsent(item) ? '' : ' AND attempt < :attempt'),
        ].join(' OR '),
        ExpressionAttributeNames: { '#run': 'run', '#status': 'status' },
        ExpressionAttributeValues: {
          ':run': item.run,
          ':generation': item.generation,
          ':pending': 'pending',
          ':retrying': 'retrying',
          ':cancelled': 'cancelled',
          ':skipped': 'skipped',
          ...(isUnsent(item) ? {} : { ':attempt': item.attempt }),
        },
      }),
    ),
  );

const putRow = (table: Table, retentionDays: number, row: DeliveryRow): Promise<boolean> =>
  putItem(table, itemOf(row, retentionDays));

/**
 * Gives the attempt that is told in a row an item of its own, as the row is about to tell of a later one.
 * @returns the row without it
 */
async function moveOutEmbedded(table: Table, retentionDays: number, row: DeliveryRow): Promise<DeliveryRow> {
  const { delivery, payload, embedded } = row;
  if (!embedded) return row;
  const { exchange, ...attempt } = embedded;
  await putAttempt(table, retentionDays, delivery.webhookId, attempt, packExchange(exchange));
  const attempts = mergeRefs([refOf(attempt)], delivery.attempts ?? []);
  return { payload, delivery: { ...delivery, attempts } };
}

const refOf = ({ at, run, attempt }: AttemptRef): AttemptRef => ({ at, run, attempt });

async function putOnLog(
  table: Table,
  retentionDays: number,
  row: DeliveryRow,
  { result, exchange }: { readonly result: AttemptResult; readonly exchange: Uint8Array },
): Promise<DeliveryRow> {
  const { payload, delivery } = await moveOutEmbedded(table, retentionDays, row);
  const { id: deliveryId, webhookId, eventType, run, attempt, nextAttemptAt, attempts = [] } = delivery;
  const made = { ...result, deliveryId, eventType, run, attempt, nextAttemptAt };
  await putAttempt(table, retentionDays, webhookId, made, exchange);
  return {
    payload,
    delivery: { ...delivery, attempts: [...attempts, refOf(made)].slice(-MAX_ATTEMPT_REFS) },
  };
}

/**
 * Gives an attempt an item of its own, by which the log tells of it.
 * @returns the row that is to tell of it next
 */
export const logAttempt =
  (table: Table, retentionDays: number) =>
  (row: DeliveryRow, result: AttemptResult, exchange: Exchange): Promise<DeliveryRow> =>
    putOnLog(table, retentionDays, row, { result, exchange: packExchange(exchange) });

/** Records where a delivery stands, whose last attempt, if any, is in the log; false where its row had moved on. */
export const recordDelivery =
  (table: Table, retentionDays: number) =>
  async (row: DeliveryRow): Promise<boolean> =>
    putRow(table, retentionDays, await moveOutEmbedded(table, retentionDays, row));

/** Whether an attempt is told in its delivery's row: the usual case, a first attempt that succeeded at once. */
function fitsInRow({ delivery, payload }: DeliveryRow, { at }: AttemptResult, exchange: Uint8Array): boolean {
  return (
    delivery.status === 'succeeded' &&
    delivery.run === 1 &&
    delivery.attempt === 1 &&
    at - acceptedAtOf(delivery.id) <= MAX_ROW_ATTEMPT_DELAY_MS &&
    exchange.length + (payload?.length ?? 0) <= MAX_ROW_PACKED_BYTES
  );
}

/**
 * Records an attempt that no other follows, and where it leaves its delivery. In the usual case that is one small row and
 * one write; any other attempt has an item of its own beside the row, in the order of attempts.
 * @returns false where the delivery's row had moved on
 */
export const recordAttempt = (table: Table, retentionDays: number) => {
  const insertRow = createInserter(table, (item: ReturnType<typeof itemOf>) => putItem(table, item));
  return async (row: DeliveryRow, result: AttemptResult, exchange: Exchange): Promise<boolean> => {
    const packed = packExchange(exchange);
    if (fitsInRow(row, result, packed)) {
      if (await insertRow(itemOf(row, retentionDays, packed))) return true;
      // Another attempt is told there; or this very one, by a write whose answer was lost.
      const found = await getDelivery(table)(row.delivery.webhookId, row.delivery.id);
      if (found?.embedded?.at === result.at) return false;
    }

    return putRow(
      table,
      retentionDays,
      await putOnLog(table, retentionDays, row, { result, exchange: packed }),
    );
  };
};
