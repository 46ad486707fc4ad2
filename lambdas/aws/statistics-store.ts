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

type Time = 'lastDeliveryAt' | 'lastSuccessAt';

const timesOf = (added: WebhookStatistics) =>
  (['lastDeliveryAt', 'lastSuccessAt'] as const).flatMap((name): [Time, number][] => {
    const at = added[name];
    return at === undefined ? [] : [[name, at]];
  });

/** Adds counts and sets times, if all of these times are later than what is there. */
const update = (table: Table, webhookId: string, counts: WebhookStatistics, times: [Time, number][]) =>
  holdsCondition(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keyOf.statistics(webhookId),
        UpdateExpression:
          'ADD deliveryCount :deliveries, failureCount :failures' +
          (times.length > 0 ? ` SET ${times.map(([name]) => `${name} = :${name}`).join(', ')}` : ''),
        ConditionExpression: [
          'attribute_exists(pk)',
          ...times.map(([name]) => `(attribute_not_exists(${name}) OR ${name} < :${name})`),
        ].join(' AND '),
        ExpressionAttributeValues: {
          ':deliveries': counts.deliveryCount,
          ':failures': counts.failureCount,
          ...Object.fromEntries(times.map(([name, at]) => [`:${name}`, at])),
        },
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
    if (await update(table, webhookId, added, times)) return;
    await update(table, webhookId, added, []);
    for (const time of times) await update(table, webhookId, NO_STATISTICS, [time]);
  };
