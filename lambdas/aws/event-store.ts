import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConflictError } from '../../core/errors.ts';
import { unpack } from './packing.ts';
import { expiryOf, holdsCondition, keyOf, type Table } from './table.ts';

type Claim = { readonly acceptedAt: number; readonly hash: string };

/**
 * Settles when the event of a producer's own id was accepted: the first time that it came, for every repeat.
 * @param hash of what the producer gave, by which another event under the same id is told from a repeat
 * @returns the time of acceptance, epoch ms
 * @throws ConflictError where the id was given to another event before
 */
export const claimEventId =
  (table: Table, retentionDays: number) =>
  async (eventId: string, claim: Claim): Promise<number> => {
    const key = keyOf.eventClaim(eventId);
    const put = new PutCommand({
      TableName: table.name,
      Item: { ...key, ...claim, expires_at: expiryOf(claim.acceptedAt, retentionDays) },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    if (await holdsCondition(table.client.send(put))) return claim.acceptedAt;

    const get = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
    const first = (await table.client.send(get)).Item as Claim | undefined;
    if (!first) throw new Error('the claim of an event id expired while it was read');
    if (first.hash !== claim.hash) {
      throw new ConflictError({ field: 'id', detail: 'was given to another event before' });
    }
    return first.acceptedAt;
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
