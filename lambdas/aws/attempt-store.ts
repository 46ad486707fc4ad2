import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Attempt, AttemptRef, Delivery } from '../../core/delivery.ts';
import { unpackExchange } from './exchange.ts';
import { type Key, keyOf } from './keys.ts';
import { expiryOf, getItems, type Table } from './table.ts';

const keyOfAttempt = (webhookId: string, deliveryId: string, { at, run, attempt }: AttemptRef): Key =>
  keyOf.attempt(webhookId, at, `${deliveryId}#${run}#${attempt}`);

/** The attempt that an item of its own tells of. */
export function readAttempt(item: Record<string, unknown>): Attempt {
  const { pk, sk, expires_at, exchange, ...attempt } = item;
  return { ...(attempt as Omit<Attempt, 'exchange'>), exchange: unpackExchange(exchange as Uint8Array) };
}

/** The first attempt, told in the row of its delivery. */
export function readEmbeddedAttempt(delivery: Delivery, exchange: Uint8Array): Attempt | undefined {
  const { id, run, attempt, eventType, lastAttempt } = delivery;
  if (!lastAttempt) return undefined;
  return { ...lastAttempt, deliveryId: id, run, attempt, eventType, exchange: unpackExchange(exchange) };
}

/** Stores an attempt in an item of its own. */
export async function putAttempt(
  table: Table,
  retentionDays: number,
  webhookId: string,
  attempt: Omit<Attempt, 'exchange'>,
  exchange: Uint8Array,
): Promise<void> {
  const expires_at = expiryOf(attempt.at, retentionDays);
  const key = keyOfAttempt(webhookId, attempt.deliveryId, attempt);
  const Item = { ...key, ...attempt, exchange, expires_at };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

/** The attempts of a delivery that have items of their own, oldest first; expired ones are left out. */
export const getAttempts =
  (table: Table) =>
  async (delivery: Delivery): Promise<Attempt[]> => {
    const { webhookId, id, attempts = [] } = delivery;
    const items = await getItems(
      table,
      attempts.map((ref) => keyOfAttempt(webhookId, id, ref)),
    );
    return items.map(readAttempt).toSorted((a, b) => a.at - b.at);
  };
