import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { NO_STATISTICS, type WebhookStatistics } from '../../core/webhook.ts';
import { getItems, holdsCondition, keyOf, type Table } from './table.ts';

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

/** Adds the counts of one batch to a webhook's statistics; nothing where the webhook was deleted meanwhile. */
export const addStatistics =
  (table: Table) =>
  async (webhookId: string, added: WebhookStatistics): Promise<void> => {
    const times = { lastDeliveryAt: added.lastDeliveryAt, lastSuccessAt: added.lastSuccessAt };
    const set = Object.entries(times).filter(([, at]) => at !== undefined);
    await holdsCondition(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keyOf.statistics(webhookId),
          UpdateExpression:
            'ADD deliveryCount :deliveries, failureCount :failures' +
            (set.length > 0 ? ` SET ${set.map(([name]) => `${name} = :${name}`).join(', ')}` : ''),
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: {
            ':deliveries': added.deliveryCount,
            ':failures': added.failureCount,
            ...Object.fromEntries(set.map(([name, at]) => [`:${name}`, at])),
          },
        }),
      ),
    );
  };
