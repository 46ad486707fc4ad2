import { randomBytes } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { NO_STATISTICS, type WebhookStatistics } from '../../core/webhook.ts';
import { keyOf } from './keys.ts';
import { getItems, holdsCondition, type Table } from './table.ts';

type Item = WebhookStatistics & { readonly pk: string };

/** The statistics of webhooks, by webhook id. */
export const getStatistics =
  (table: Table) =>
  async (webhookIds: readonly string[]): Promise<Map<string, WebhookStatistics>> => {
    const items = (await getItems(table, webhookIds.map(keyOf.statistics))) as Item[];
    const byKey = new Map(items.map((item) => [item.pk, item]));
    return new Map(
      webhookIds.flatMap((id) => {
        const item = byKey.get(keyOf.statistics(id).pk);
        return item ? [[id, item]] : [];
      }),
    );
  };

/** When a webhook last accepted a delivery (epoch ms); undefined where it never did. */
export const getLastSuccessAt =
  (table: Table) =>
  async (webhookId: string): Promise<number | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf.statistics(webhookId), ConsistentRead: true }),
    );
    return (Item as Item | undefined)?.lastSuccessAt;
  };

/** Makes the statistics of a new webhook, all zero, unless there are some. */
export const putStatistics = (table: Table) => async (webhookId: string) => {
  const put = new PutCommand({
    TableName: table.name,
    Item: { ...keyOf.statistics(webhookId), ...NO_STATISTICS },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await holdsCondition(table.client.send(put));
};

export const deleteStatistics = (table: Table) => async (webhookId: string) => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: keyOf.statistics(webhookId) }));
};

/** By which a batch of statistics is told from others. */
const BATCH_BYTES = 8;

type Time = 'lastDeliveryAt' | 'lastSuccessAt';

const timesOf = (added: WebhookStatistics) =>
  (['lastDeliveryAt', 'lastSuccessAt'] as const).flatMap((name): [Time, number][] => {
    const at = added[name];
    return at === undefined ? [] : [[name, at]];
  });

const isLater = ([name]: [Time, number]) => `(attribute_not_exists(${name}) OR ${name} < :${name})`;
const timeValues = (times: [Time, number][]) =>
  Object.fromEntries(times.map(([name, at]) => [`:${name}`, at]));

/**
 * Adds the counts of a batch, if it was not the last one to be added, and sets times, if all of them are later than
 * what is there. A write whose answer was lost is made again by the SDK, and is known by its batch.
 */
const addBatch = (
  table: Table,
  webhookId: string,
  { deliveryCount, failureCount }: WebhookStatistics,
  { batch, times }: { batch: Uint8Array; times: [Time, number][] },
) =>
  holdsCondition(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keyOf.statistics(webhookId),
        UpdateExpression:
          'ADD deliveryCount :deliveries, failureCount :failures ' +
          `SET ${['lastBatch = :batch', ...times.map(([name]) => `${name} = :${name}`)].join(', ')}`,
        ConditionExpression: [
          'attribute_exists(pk)',
          '(attribute_not_exists(lastBatch) OR lastBatch <> :batch)',
          ...times.map(isLater),
        ].join(' AND '),
        ExpressionAttributeValues: {
          ':deliveries': deliveryCount,
          ':failures': failureCount,
          ':batch': batch,
          ...timeValues(times),
        },
      }),
    ),
  );

/** Sets one time, if it is later than what is there. */
const setTime = (table: Table, webhookId: string, time: [Time, number]) =>
  holdsCondition(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keyOf.statistics(webhookId),
        UpdateExpression: `SET ${time[0]} = :${time[0]}`,
        ConditionExpression: `attribute_exists(pk) AND ${isLater(time)}`,
        ExpressionAttributeValues: timeValues([time]),
      }),
    ),
  );

/**
 * Adds the counts of one batch to a webhook's statistics; nothing where the webhook was deleted meanwhile. Batches
 * end in any order, and the latest times are kept: one write, or one for each figure where a later batch was first.
 */
export const addStatistics =
  (table: Table) =>
  async (webhookId: string, added: WebhookStatistics): Promise<void> => {
    const times = timesOf(added);
    const batch = randomBytes(BATCH_BYTES);
    if (await addBatch(table, webhookId, added, { batch, times })) return;
    await addBatch(table, webhookId, added, { batch, times: [] });
    for (const time of times) await setTime(table, webhookId, time);
  };
