import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Page, PageQuery } from '../../core/pagination.ts';
import type { Recovery } from '../../core/recovery.ts';
import { keyOf, partitionOf, RECOVERY_SK } from './keys.ts';
import { type Collection, queryFirst, queryPage } from './paging.ts';
import { expiryOf, getItem, holdsCondition, type Table } from './table.ts';

const recoveriesOf = (webhookId: string): Collection => ({
  pk: partitionOf.webhook(webhookId),
  skPrefix: RECOVERY_SK,
});

const readRecovery = ({ pk, sk, expires_at, ...rest }: Record<string, unknown>) => rest as Recovery;

/** A recovery as an item, kept like the deliveries that it has replayed last. */
const itemOf = (recovery: Recovery, now: number, retentionDays: number) => ({
  ...keyOf.recovery(recovery.webhookId, recovery.number),
  ...recovery,
  expires_at: expiryOf(now, retentionDays),
});

/** A recovery of a webhook, read consistently. */
export const getRecovery =
  (table: Table) =>
  async (webhookId: string, number: number): Promise<Recovery | undefined> => {
    const item = await getItem(table, keyOf.recovery(webhookId, number), { isConsistent: true });
    return item && readRecovery(item);
  };

/** The latest recovery of a webhook, read consistently: the only one that may be running. */
export const getLatestRecovery =
  (table: Table) =>
  async (webhookId: string): Promise<Recovery | undefined> => {
    const item = await queryFirst(table, recoveriesOf(webhookId));
    return item && readRecovery(item);
  };

/** One page of a webhook's recoveries, newest first. */
export const pageRecoveries =
  (table: Table) =>
  async (webhookId: string, query: PageQuery): Promise<Page<Recovery>> => {
    const page = await queryPage(table, recoveriesOf(webhookId), query);
    return { ...page, items: page.items.map(readRecovery) };
  };

/** Stores a new recovery at `now` (epoch ms); false where there is one of its number: so two are never running. */
export const putRecovery =
  (table: Table, retentionDays: number) =>
  (recovery: Recovery, now: number): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: itemOf(recovery, now, retentionDays),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );

/** Stores `next` in place of `previous` at `now`; false where that is not at this step any more, or is over. */
export const replaceRecovery =
  (table: Table, retentionDays: number) =>
  (previous: Recovery, next: Recovery, now: number): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: itemOf(next, now, retentionDays),
          ConditionExpression: '#step = :step AND #state = :running',
          ExpressionAttributeNames: { '#step': 'step', '#state': 'state' },
          ExpressionAttributeValues: { ':step': previous.step, ':running': 'running' },
        }),
      ),
    );
