import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConflictError } from '../../core/errors.ts';
import { unpack } from './packing.ts';
import { expiryOf, holdsCondition, keyOf, type Table } from './table.ts';

/** What is kept of an event whose producer chose its id, so that its repeats are known. */
export type Claim = {
  /** When the event came for the first time: epoch ms. */
  readonly acceptedAt: number;
  /** Of what the producer gave, by which another event under the same id is told from a repeat. */
  readonly hash: string;
  /** Whether the event has been passed on, so that a repeat need not be. */
  readonly isPassedOn: boolean;
};

const putClaim = (table: Table, retentionDays: number, eventId: string, claim: Claim) => ({
  TableName: table.name,
  Item: { ...keyOf.eventClaim(eventId), ...claim, expires_at: expiryOf(claim.acceptedAt, retentionDays) },
});

/**
 * Claims the id that a producer gave to its event.
 * @returns the claim that holds: that of the first time for every repeat
 * @throws ConflictError where the id was given to another event before
 */
export const claimEventId =
  (table: Table, retentionDays: number) =>
  async (eventId: string, claim: Claim): Promise<Claim> => {
    const put = new PutCommand({
      ...putClaim(table, retentionDays, eventId, claim),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    if (await holdsCondition(table.client.send(put))) return claim;

    const Key = keyOf.eventClaim(eventId);
    const get = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
    const first = (await table.client.send(get)).Item as Claim | undefined;
    if (!first) throw new Error('the claim of an event id expired while it was read');
    if (first.hash !== claim.hash) {
      throw new ConflictError({ field: 'id', detail: 'was given to another event before' });
    }
    return { acceptedAt: first.acceptedAt, hash: first.hash, isPassedOn: first.isPassedOn };
  };

/** Notes that the event of a claim has been passed on. */
export const notePassedOn =
  (table: Table, retentionDays: number) =>
  async (eventId: string, claim: Claim): Promise<void> => {
    await table.client.send(
      new PutCommand(putClaim(table, retentionDays, eventId, { ...claim, isPassedOn: true })),
    );
  };

/** Stores a payload (packed) that is too large for the rows and messages of its deliveries. */
export const putPayload =
  (table: Table, retentionDays: number) =>
  async (eventId: string, acceptedAt: number, payload: Uint8Array) => {
    const expires_at = expiryOf(acceptedAt, retentionDays);
    const Item = { ...keyOf.eventPayload(eventId), payload, expires_at };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  };

/**
 * The payload of an event that is kept in an item of its own.
 * @throws Error where it is gone
 */
export const getPayload =
  (table: Table) =>
  async (eventId: string): Promise<string> => {
    const Key = keyOf.eventPayload(eventId);
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key }));
    if (!Item) throw new Error(`the payload of event ${eventId} is not in the table`);
    return unpack(Item.payload as Uint8Array);
  };
