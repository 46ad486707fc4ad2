import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Page, PageQuery } from '../../core/pagination.ts';
import { CANDIDATE_FIELDS, type Candidate } from '../../core/wanting.ts';
import type { Disablement, Webhook, WebhookRef } from '../../core/webhook.ts';
import { gather } from '../gather.ts';
import { logger } from '../logger.ts';
import { type Key, keyOf, partitionOf, WEBHOOK_SK } from './keys.ts';
import { type Collection, queryAll, queryPage } from './paging.ts';
import { distinctOf, getBatch, getItem, holdsCondition, type Table } from './table.ts';

const webhooksOf = (userId: string): Collection => ({ pk: partitionOf.user(userId), skPrefix: WEBHOOK_SK });

const isSameKey = (key: Key) => (item: Record<string, unknown>) => item.pk === key.pk && item.sk === key.sk;

const readWebhook = ({ pk, sk, ...webhook }: Record<string, unknown>) => webhook as Webhook;

/** One webhook of a user, read consistently; undefined where the user has none of this id. */
export const getWebhook =
  (table: Table) =>
  async (userId: string, webhookId: string): Promise<Webhook | undefined> => {
    const item = await getItem(table, keyOf.webhook(userId, webhookId), { isConsistent: true });
    return item && readWebhook(item);
  };

export type GetWebhook = ReturnType<typeof getWebhook>;

/**
 * As `getWebhook`, but what is asked for at once, a hundred at most, is read in one request: for an invocation's messages.
 * What comes of that is no other's trouble: a webhook that was not read with the others, or where none was, is read by
 * itself.
 */
export const gatherWebhooks = (table: Table): GetWebhook =>
  gather((refs: readonly [userId: string, webhookId: string][]) => {
    const keys = distinctOf(refs.map((ref) => keyOf.webhook(...ref)));
    if (keys.length === 1) return (ref) => getWebhook(table)(...ref);
    const batch = getBatch(table, keys, { isConsistent: true }).catch((error: Error) => {
      logger.warn('webhooks not read together', { error });
      return { items: [], refused: keys };
    });
    return async (ref) => {
      const { items, refused } = await batch;
      const isIt = isSameKey(keyOf.webhook(...ref));
      if (refused.some(isIt)) return getWebhook(table)(...ref);
      const item = items.find(isIt);
      return item && readWebhook(item);
    };
  });

/** All webhooks of a user, of which there are at most as many as the stage allows. */
export const listWebhooks =
  (table: Table) =>
  async (userId: string): Promise<Webhook[]> =>
    (await queryAll(table, webhooksOf(userId))).map(readWebhook);

/** All webhooks of a user, as far as it takes to see which of them an event is for. */
export const listCandidates =
  (table: Table) =>
  async (userId: string): Promise<Candidate[]> =>
    (await queryAll(table, webhooksOf(userId), CANDIDATE_FIELDS)) as Candidate[];

/** One page of a user's webhooks, newest first. */
export const pageWebhooks =
  (table: Table) =>
  async (userId: string, query: PageQuery): Promise<Page<Webhook>> => {
    const page = await queryPage(table, webhooksOf(userId), query);
    return { ...page, items: page.items.map(readWebhook) };
  };

/** Stores a new webhook; false where there is one of this id. */
export const putWebhook =
  (table: Table) =>
  (webhook: Webhook): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keyOf.webhook(webhook.userId, webhook.id), ...webhook },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );

/** Stores `next` in place of `previous`; false where that was changed or deleted in between. */
export const replaceWebhook =
  (table: Table) =>
  (previous: Webhook, next: Webhook): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keyOf.webhook(next.userId, next.id), ...next },
          ConditionExpression: 'attribute_exists(pk) AND version = :version',
          ExpressionAttributeValues: { ':version': previous.version },
        }),
      ),
    );

/**
 * Turns a webhook off, if it is still as the last attempt found it; false where it is not: a webhook that was repaired
 * meanwhile has not been tried yet.
 */
export const disableWebhook =
  (table: Table) =>
  ({ id, userId, generation, version }: WebhookRef, disabled: Disablement): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keyOf.webhook(userId, id),
          UpdateExpression:
            'SET active = :off, disabled = :disabled, generation = :next, updatedAt = :at ADD version :one',
          ConditionExpression: 'active = :on AND generation = :generation AND version = :version',
          ExpressionAttributeValues: {
            ':on': true,
            ':off': false,
            ':disabled': disabled,
            ':generation': generation,
            ':next': generation + 1,
            ':at': disabled.at,
            ':version': version,
            ':one': 1,
          },
        }),
      ),
    );

/**
 * Marks a webhook as slow since then (epoch ms) in place of the mark `before`, or of none; false where it has another,
 * is deleted, or points elsewhere by now. Its version stays, so that no change of its customer and no turning off is
 * refused for it.
 */
export const markSlow =
  (table: Table) =>
  ({ id, userId, url }: Webhook, slowSince: number, before?: number): Promise<boolean> => {
    const isAsBefore = before === undefined ? 'attribute_not_exists(slowSince)' : 'slowSince = :before';
    return holdsCondition(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keyOf.webhook(userId, id),
          UpdateExpression: 'SET slowSince = :since',
          ConditionExpression: `attribute_exists(pk) AND #url = :url AND ${isAsBefore}`,
          ExpressionAttributeNames: { '#url': 'url' },
          ExpressionAttributeValues: { ':since': slowSince, ':before': before, ':url': url },
        }),
      ),
    );
  };

/** Takes the mark of that moment from a webhook; false where it has none, or another. */
export const unmarkSlow =
  (table: Table) =>
  ({ id, userId }: Webhook, slowSince: number): Promise<boolean> =>
    holdsCondition(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keyOf.webhook(userId, id),
          UpdateExpression: 'REMOVE slowSince',
          ConditionExpression: 'attribute_exists(pk) AND slowSince = :since',
          ExpressionAttributeValues: { ':since': slowSince },
        }),
      ),
    );

/** Deletes a webhook. */
export const deleteWebhook = (table: Table) => async (userId: string, webhookId: string) => {
  const Key = keyOf.webhook(userId, webhookId);
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
};
