import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EventType } from '../../core/event-catalogue.ts';
import type { Turn } from '../../core/order.ts';
import { keyOf, partitionOf, WAITING_SK } from './keys.ts';
import { queryFirst } from './paging.ts';
import { expiryOf, getItem, holdsCondition, type Table } from './table.ts';

/** A delivery that waits in the line of its webhook: what its message holds. */
export type Waiting = {
  readonly deliveryId: string;
  readonly generation: number;
  readonly event: {
    readonly id: string;
    readonly type: EventType;
    readonly timestamp: string;
    /** Packed, where it is small. */
    readonly payload?: Uint8Array | undefined;
  };
};

/** What waits longer than rows are kept is cancelled when its turn comes; until then it must be there. */
const KEPT_TIMES = 2;

const readWaiting = ({ sk, generation, event }: Record<string, unknown>): Waiting => ({
  deliveryId: String(sk).slice(WAITING_SK.length),
  ...({ generation, event } as Omit<Waiting, 'deliveryId'>),
});

/** Puts a delivery into the line of its webhook at `now` (epoch ms), where it may be already. */
const joinLine =
  (table: Table, retentionDays: number) =>
  async (webhookId: string, { deliveryId, ...waiting }: Waiting, now: number): Promise<void> => {
    const expires_at = expiryOf(now, KEPT_TIMES * retentionDays);
    const Item = { ...keyOf.waiting(webhookId, deliveryId), ...waiting, expires_at };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };

/** A delivery in line, read consistently; undefined where it is not, or not any more. */
const getWaiting =
  (table: Table) =>
  async (webhookId: string, deliveryId: string): Promise<Waiting | undefined> => {
    const item = await getItem(table, keyOf.waiting(webhookId, deliveryId), { isConsistent: true });
    return item && readWaiting(item);
  };

/** The first in line, read consistently: the one that was accepted first. */
export const getFirstWaiting =
  (table: Table) =>
  async (webhookId: string): Promise<Waiting | undefined> => {
    const line = { pk: partitionOf.webhook(webhookId), skPrefix: WAITING_SK, isOldestFirst: true };
    const item = await queryFirst(table, line);
    return item && readWaiting(item);
  };

/** Takes a delivery out of the line. */
const leaveLine = (table: Table) => async (webhookId: string, deliveryId: string) => {
  const Key = keyOf.waiting(webhookId, deliveryId);
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
};

const readTurn = ({ pk, sk, expires_at, ...turn }: Record<string, unknown>) => turn as Turn;

/** Whose turn it is, read consistently; undefined where it was never given. */
export const getTurn =
  (table: Table) =>
  async (webhookId: string): Promise<Turn | undefined> => {
    const item = await getItem(table, keyOf.turn(webhookId), { isConsistent: true });
    return item && readTurn(item);
  };

/**
 * Gives the turn to another, or to nobody. The item stays when it is nobody's: so a write that comes late finds that the
 * turn was given since.
 * @returns false where somebody else has given it after `previous`
 */
const giveTurn =
  (table: Table, retentionDays: number) =>
  async (webhookId: string, previous: Turn | undefined, next: Turn): Promise<boolean> => {
    const expires_at = expiryOf(next.at, KEPT_TIMES * retentionDays);
    const isGiven = await holdsCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keyOf.turn(webhookId), ...next, expires_at },
          ...(previous
            ? {
                ConditionExpression: '#by = :by',
                ExpressionAttributeNames: { '#by': 'by' },
                ExpressionAttributeValues: { ':by': previous.by },
              }
            : { ConditionExpression: 'attribute_not_exists(pk)' }),
        }),
      ),
    );
    // It may have been given all the same: by this very write, whose answer was lost and that was made again.
    return isGiven || (await getTurn(table)(webhookId))?.by === next.by;
  };

/** What is done with the lines of webhooks in a table. */
export const openLineStore = (table: Table, retentionDays: number) => ({
  joinLine: joinLine(table, retentionDays),
  getWaiting: getWaiting(table),
  getFirstWaiting: getFirstWaiting(table),
  leaveLine: leaveLine(table),
  getTurn: getTurn(table),
  giveTurn: giveTurn(table, retentionDays),
});

export type LineStore = ReturnType<typeof openLineStore>;
