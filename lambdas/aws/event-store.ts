import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { claimOnce } from './claims.ts';
import { keyOf } from './keys.ts';
import { unpack } from './packing.ts';
import { expiryOf, holdsCondition, type Table } from './table.ts';

/** What is kept of an event whose producer chose its id, so that its repeats are known. */
export type Claim = {
  /** When the event came for the first time: epoch ms. */
  readonly acceptedAt: number;
  /** Of what the producer gave, by which another event under the same id is told from a repeat. */
  readonly hash: string;
  /** Whether the event has been passed on, so that a repeat need not be. */
  readonly isPassedOn: boolean;
};

const expiring = (claim: Claim, retentionDays: number) => ({
  ...claim,
  expires_at: expiryOf(claim.acceptedAt, retentionDays),
});

/**
 * Claims the id that a producer gave to its event.
 * @returns the claim that holds: that of the first time for every repeat
 * @throws ConflictError where the id was given to another event before
 */
export const claimEventId =
  (table: Table, retentionDays: number) =>
  (eventId: string, claim: Claim): Promise<Claim> =>
    claimOnce(table, keyOf.eventClaim(eventId), expiring(claim, retentionDays), {
      field: 'id',
      detail: 'was given to another event before',
    });

/** Notes that the event of a claim has been passed on. */
export const notePassedOn =
  (table: Table, retentionDays: number) =>
  async (eventId: string, claim: Claim): Promise<void> => {
    const Item = { ...keyOf.eventClaim(eventId), ...expiring({ ...claim, isPassedOn: true }, retentionDays) };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };

/**
 * Stores a payload (packed) that is too large for the rows and messages of its deliveries, to be kept from `since`
 * (epoch ms) on. What an event was first sent with stays: every attempt sends the same bytes.
 */
export const putPayload =
  (table: Table, retentionDays: number) => async (eventId: string, since: number, payload: Uint8Array) => {
    const put = new PutCommand({
      TableName: table.name,
      Item: { ...keyOf.eventPayload(eventId), payload, expires_at: expiryOf(since, retentionDays) },
      ConditionExpression: 'attribute_not_exists(pk) OR payload = :payload',
      ExpressionAttributeValues: { ':payload': payload },
    });
    await holdsCondition(table.client.send(put));
  };

/**
 * The payload of an event that is kept in an item of its own. A read at half the price finds it, unless it was
 * written a moment ago.
 * @throws Error where it is gone
 */
export const getPayload =
  (table: Table) =>
  async (eventId: string): Promise<string> => {
    const Key = keyOf.eventPayload(eventId);
    for (const ConsistentRead of [false, true]) {
      const get = new GetCommand({ TableName: table.name, Key, ConsistentRead });
      const { Item } = await table.client.send(get);
      if (Item) return unpack(Item.payload as Uint8Array);
    }
    throw new Error(`the payload of event ${eventId} is not in the table`);
  };
