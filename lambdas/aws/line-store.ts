import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { EventType } from '../../core/event-catalogue.ts';
import type { HeldTurn } from '../../core/order.ts';
import { keyOf, WAITING_SK } from './keys.ts';
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

/** Puts a delivery into the line of its webhook at `now` (epoch ms); one that is in it stays as it is. */
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
    const query = new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': keyOf.turn(webhookId).pk, ':prefix': WAITING_SK },
      Limit: 1,
      ConsistentRead: true,
    });
    const { Items: [item] = [] } = await table.client.send(query);
    return item && readWaiting(item);
  };

/** Takes a delivery out of the line. */
const leaveLine = (table: Table) => async (webhookId: string, deliveryId: string) => {
  const Key = keyOf.waiting(webhookId, deliveryId);
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
};

const readTurn = ({ pk, sk, expires_at, ...turn }: Record<string, unknown>) => turn as HeldTurn;

/** Who has the turn, read consistently; undefined where nobody has. */
export const getTurn =
  (table: Table) =>
  async (webhookId: string): Promise<HeldTurn | undefined> => {
    const item = await getItem(table, keyOf.turn(webhookId), { isConsistent: true });
    return item && readTurn(item);
  };

/** That the turn is whose it was: nobody's, or that delivery's, whoever has given it. */
const asBefore = (previous: HeldTurn | undefined) =>
  previous
    ? { ConditionExpression: 'holder = :holder', ExpressionAttributeValues: { ':holder': previous.holder } }
    : { ConditionExpression: 'attribute_not_exists(pk)' };

const isSame = (a: HeldTurn | undefined, b: HeldTurn) =>
  a?.holder === b.holder && a.by === b.by && a.at === b.at;

/** Gives the turn, which was `previous`'s or nobody's, to another; false where somebody else has given it meanwhile. */
const giveTurn =
  (table: Table, retentionDays: number) =>
  async (webhookId: string, previous: HeldTurn | undefined, next: HeldTurn): Promise<boolean> => {
    const expires_at = expiryOf(next.at, KEPT_TIMES * retentionDays);
    const isGiven = await holdsCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keyOf.turn(webhookId), ...next, expires_at },
          ...asBefore(previous),
        }),
      ),
    );
    // It may have been given all the same: by this very write, whose answer was lost and that was made again.
    return isGiven || isSame(await getTurn(table)(webhookId), next);
  };

/** Gives the turn back, so that it is nobody's; false where it was given to another meanwhile, or back. */
const giveBackTurn =
  (table: Table) =>
  (webhookId: string, previous: HeldTurn): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new DeleteCommand({
          TableName: table.name,
          Key: keyOf.turn(webhookId),
          ...asBefore(previous),
        }),
      ),
    );

/** What is done with the lines of webhooks in a table. */
export const openLineStore = (table: Table, retentionDays: number) => ({
  joinLine: joinLine(table, retentionDays),
  getWaiting: getWaiting(table),
  getFirstWaiting: getFirstWaiting(table),
  leaveLine: leaveLine(table),
  getTurn: getTurn(table),
  giveTurn: giveTurn(table, retentionDays),
  giveBackTurn: giveBackTurn(table),
});

export type LineStore = ReturnType<typeof openLineStore>;
