import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MissingError } from '../../core/failure.ts';
import { type Claimed, claimOnce } from './claims.ts';
import { keyOf } from './keys.ts';
import { unpack } from './packing.ts';
import { expiryOf, getItem, holdsCondition, type Table } from './table.ts';

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
 * @returns the claim that holds: its own the first time, that of the first time for every repeat
 * @throws ConflictError where the id was given to another event before
 */
export const claimEventId =
  (table: Table, retentionDays: number) =>
  (eventId: string, claim: Claim): Promise<Claimed<Claim>> =>
    claimOnce(table, keyOf.eventClaim(eventId), expiring(claim, retentionDays), {
      now: claim.acceptedAt,
      fault: { field: 'id', detail: 'was given to another event before' },
    });

/** Notes that the event of a claim has been passed on. */
export const notePassedOn =
  (table: Table, retentionDays: number) =>
  async (eventId: string, claim: Claim): Promise<void> => {
    const Item = { ...keyOf.eventClaim(eventId), ...expiring({ ...claim, isPassedOn: true }, retentionDays) };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };

/**
 * Stores the payload (packed) of an event accepted at `acceptedAt` (epoch ms), where it is too large for the rows and
 * messages of its deliveries. What it was first stored as stays: every attempt sends the same bytes.
 */
export const putPayload =
  (table: Table, retentionDays: number) =>
  async (eventId: string, acceptedAt: number, payload: Uint8Array): Promise<void> => {
    const put = new PutCommand({
      TableName: table.name,
      Item: {
        ...keyOf.eventPayload(eventId, acceptedAt),
        payload,
        expires_at: expiryOf(acceptedAt, retentionDays),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await holdsCondition(table.client.send(put));
  };

/** The item of a payload. A read at half the price finds it, unless it was written a moment ago. */
async function findPayload(table: Table, eventId: string, acceptedAt: number) {
  const key = keyOf.eventPayload(eventId, acceptedAt);
  for (const isConsistent of [false, true]) {
    const item = await getItem(table, key, { isConsistent });
    if (item) return item;
  }
  return undefined;
}

/**
 * Keeps the payload of an event for as long as a run that begins at `since` (epoch ms) is kept: its expiry only moves
 * on, and the payload is not touched.
 * @returns false where it is gone
 */
export const keepPayload =
  (table: Table, retentionDays: number) =>
  async (eventId: string, acceptedAt: number, since: number): Promise<boolean> => {
    const update = new UpdateCommand({
      TableName: table.name,
      Key: keyOf.eventPayload(eventId, acceptedAt),
      UpdateExpression: 'SET expires_at = :expiry',
      ConditionExpression: 'expires_at < :expiry',
      ExpressionAttributeValues: { ':expiry': expiryOf(since, retentionDays) },
    });
    if (await holdsCondition(table.client.send(update))) return true;
    return (await findPayload(table, eventId, acceptedAt)) !== undefined;
  };

/**
 * The payload of an event that is kept in an item of its own.
 * @throws MissingError where it is gone
 */
export const getPayload =
  (table: Table) =>
  async (eventId: string, acceptedAt: number): Promise<string> => {
    const item = await findPayload(table, eventId, acceptedAt);
    if (!item) throw new MissingError(`the payload of event ${eventId} is not in the table`);
    return unpack(item.payload as Uint8Array);
  };
