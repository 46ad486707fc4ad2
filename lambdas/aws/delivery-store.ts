import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AttemptResult, Delivery } from '../../core/delivery.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import type { Page, PageQuery } from '../../core/pagination.ts';
import { pack, unpack } from './packing.ts';
import { deliveriesOf, expiryOf, holdsCondition, keyOf, queryPage, type Table } from './table.ts';

/** The most a packed payload may weigh to ride in a delivery's row and message; else it has an item of its own. */
export const MAX_INLINE_PAYLOAD_BYTES = 600;

/** The most a row's packed parts may weigh together, so that the row stays within the 1 KiB of one write unit. */
const MAX_ROW_PACKED_BYTES = 680;

/** A first attempt that began later than this after the event was accepted gets an item of its own: ms. */
const MAX_ROW_ATTEMPT_DELAY_MS = 5000;

/** What an attempt sent and what came back, for the log. */
export type Exchange = {
  readonly url: string;
  /** Of the signature header; what else was sent follows from the delivery. */
  readonly signature: string;
  readonly response?:
    | { readonly headers: Readonly<Record<string, string>>; readonly body: string }
    | undefined;
};

export type DeliveryRow = {
  readonly delivery: Delivery;
  /** The packed payload, where it is small; else it is kept under the event's id. */
  readonly payload?: Uint8Array | undefined;
};

const readRow = (item: Record<string, unknown>): DeliveryRow => {
  const { pk, sk, expires_at, payload, exchange, ...delivery } = item;
  return { delivery: delivery as Delivery, payload: payload as Uint8Array | undefined };
};

/** The row of a delivery, read consistently; undefined where nothing has come of it yet. */
export const getDelivery =
  (table: Table) =>
  async (webhookId: string, deliveryId: string): Promise<DeliveryRow | undefined> => {
    const Key = keyOf.delivery(webhookId, deliveryId);
    const get = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
    const { Item } = await table.client.send(get);
    return Item && readRow(Item);
  };

/** One page of a webhook's deliveries, newest first. */
export const pageDeliveries =
  (table: Table) =>
  async (webhookId: string, query: PageQuery): Promise<Page<Delivery>> => {
    const page = await queryPage(table, deliveriesOf(webhookId), query);
    return { ...page, items: page.items.map((item) => readRow(item).delivery) };
  };

/**
 * Writes a delivery's row, unless the row already tells of this attempt or a later one: rows only move on.
 * @returns false where the row had moved on
 */
const putRow = (
  table: Table,
  retentionDays: number,
  row: DeliveryRow,
  exchange?: Uint8Array,
): Promise<boolean> => {
  const { delivery, payload } = row;
  return holdsCondition(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...keyOf.delivery(delivery.webhookId, delivery.id),
          ...delivery,
          payload,
          exchange,
          expires_at: expiryOf(acceptedAtOf(delivery.id), retentionDays),
        },
        ConditionExpression:
          'attribute_not_exists(pk) OR #run < :run OR ' +
          '(#run = :run AND #status IN (:pending, :retrying) AND (attempt < :attempt OR :status = :cancelled))',
        ExpressionAttributeNames: { '#run': 'run', '#status': 'status' },
        ExpressionAttributeValues: {
          ':run': delivery.run,
          ':attempt': delivery.attempt,
          ':status': delivery.status,
          ':pending': 'pending',
          ':retrying': 'retrying',
          ':cancelled': 'cancelled',
        },
      }),
    ),
  );
};

const putAttempt = async (
  table: Table,
  retentionDays: number,
  delivery: Delivery,
  attempt: AttemptResult,
  exchange: Uint8Array,
) => {
  const { id, webhookId, eventType, run } = delivery;
  const attemptOf = `${id}#${run}#${delivery.attempt}`;
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        ...keyOf.attempt(webhookId, attempt.at, attemptOf),
        ...attempt,
        deliveryId: id,
        eventType,
        run,
        attempt: delivery.attempt,
        nextAttemptAt: delivery.nextAttemptAt,
        exchange,
        expires_at: expiryOf(attempt.at, retentionDays),
      },
    }),
  );
};

/** Records a delivery that ends, or begins, without an attempt; false where its row had moved on. */
export const recordDelivery =
  (table: Table, retentionDays: number) =>
  (row: DeliveryRow): Promise<boolean> =>
    putRow(table, retentionDays, row);

/**
 * Records an attempt and where it leaves its delivery. A first attempt that succeeded at once, the usual case, is
 * one small row and one write; any other attempt has an item of its own beside the row, in the order of attempts.
 * @returns false where the delivery's row had moved on
 */
export const recordAttempt =
  (table: Table, retentionDays: number) =>
  async (row: DeliveryRow, attempt: AttemptResult, exchange: Exchange): Promise<boolean> => {
    const { delivery, payload } = row;
    const packed = pack(JSON.stringify(exchange));
    const fitsInRow =
      delivery.status === 'succeeded' &&
      delivery.run === 1 &&
      delivery.attempt === 1 &&
      attempt.at - acceptedAtOf(delivery.id) <= MAX_ROW_ATTEMPT_DELAY_MS &&
      packed.length + (payload?.length ?? 0) <= MAX_ROW_PACKED_BYTES;
    if (fitsInRow) return putRow(table, retentionDays, row, packed);
    await putAttempt(table, retentionDays, delivery, attempt, packed);
    return putRow(table, retentionDays, row);
  };

/** The payload that rides in a row or message. */
export const readInlinePayload = (payload: Uint8Array): string => unpack(payload);
