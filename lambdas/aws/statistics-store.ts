import { randomBytes } from 'node:crypto';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type AddedStatistics, sumFigures } from '../../core/figures.ts';
import { NO_STATISTICS, type WebhookStatistics } from '../../core/webhook-statistics.ts';
import { logger } from '../logger.ts';
import { type Count, countsOf } from './hours.ts';
import { keyOf, partitionOf } from './keys.ts';
import { isFull, type SheetOwner, turnSheet } from './sheets.ts';
import { getItem, getItems, holdsCondition, ifConditionHolds, type Table } from './table.ts';

type Item = WebhookStatistics & { readonly pk: string };

/** The statistics of webhooks, by webhook id. */
export const getStatistics =
  (table: Table) =>
  async (webhookIds: readonly string[]): Promise<Map<string, WebhookStatistics>> => {
    const items = (await getItems(table, webhookIds.map(keyOf.statistics))) as Item[];
    const byPartition = new Map(items.map((item) => [item.pk, item]));
    return new Map(
      webhookIds.flatMap((id) => {
        const item = byPartition.get(partitionOf.webhook(id));
        return item ? [[id, item]] : [];
      }),
    );
  };

/** When a webhook last accepted a delivery (epoch ms); undefined where it never did. */
export const getLastSuccessAt =
  (table: Table) =>
  async (webhookId: string): Promise<number | undefined> => {
    const item = await getItem(table, keyOf.statistics(webhookId), { isConsistent: true });
    return (item as Item | undefined)?.lastSuccessAt;
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

const timesOf = (added: AddedStatistics) =>
  (['lastDeliveryAt', 'lastSuccessAt'] as const).flatMap((name): [Time, number][] => {
    const at = added[name];
    return at === undefined ? [] : [[name, at]];
  });

const isLater = ([name]: [Time, number]) => `(attribute_not_exists(${name}) OR ${name} < :${name})`;
const timeValues = (times: [Time, number][]) =>
  Object.fromEntries(times.map(([name, at]) => [`:${name}`, at]));

/** What a batch adds to: the counts of all time, and those of its hours. */
const sumsOf = ({ hours }: AddedStatistics): Count[] => {
  const { attempts, failed } = sumFigures(hours);
  return [['deliveryCount', attempts], ['failureCount', failed], ...countsOf(hours)];
};

/**
 * Adds the counts of a batch, if it was not the last one to be added, and sets times, if all of them are later than
 * what is there. A write whose answer was lost is made again by the SDK, and is known by its batch.
 * @returns the item as it is then; undefined where nothing was added
 */
async function addBatch(
  table: Table,
  webhookId: string,
  added: AddedStatistics,
  { batch, times }: { batch: Uint8Array; times: [Time, number][] },
): Promise<SheetOwner | undefined> {
  const sums = sumsOf(added);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keyOf.statistics(webhookId),
    UpdateExpression:
      `ADD ${sums.map((_, index) => `#${index} :${index}`).join(', ')} ` +
      `SET lastBatch = :batch, sheet = if_not_exists(sheet, :hour)${times.map(([name]) => `, ${name} = :${name}`).join('')}`,
    ConditionExpression: [
      'attribute_exists(pk)',
      '(attribute_not_exists(lastBatch) OR lastBatch <> :batch)',
      ...times.map(isLater),
    ].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(sums.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(sums.map(([, count], index) => [`:${index}`, count])),
      ':batch': batch,
      ':hour': Math.min(...added.hours.map(({ hour }) => hour)),
      ...timeValues(times),
    },
    // It costs nothing, and tells whether the sheet is full.
    ReturnValues: 'ALL_NEW',
  });
  return (await ifConditionHolds(table.client.send(update)))?.Attributes as SheetOwner | undefined;
}

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
 * Adds the counts of a batch, and its times: one write, or one for each figure where a later batch was first.
 * @returns the item as the counts leave it; undefined where they were not added, or not now
 */
async function addAll(table: Table, webhookId: string, added: AddedStatistics, batch: Uint8Array) {
  const times = timesOf(added);
  const add = async (ifLater: [Time, number][]) =>
    added.hours.length > 0 ? addBatch(table, webhookId, added, { batch, times: ifLater }) : undefined;
  const owner = await add(times);
  if (owner || times.length === 0) return owner;
  const late = await add([]);
  for (const time of times) await setTime(table, webhookId, time);
  return late;
}

/**
 * Adds what one batch has come to to a webhook's statistics; nothing where the webhook was deleted meanwhile. Batches
 * end in any order, and the latest times are kept. Once in a while the sheet of hours is full, and is turned: that it
 * cannot be is no loss, as the next batch turns it.
 */
export const addStatistics =
  (table: Table, retentionDays: number) =>
  async (webhookId: string, added: AddedStatistics): Promise<void> => {
    const lastBatch = randomBytes(BATCH_BYTES);
    const owner = await addAll(table, webhookId, added, lastBatch);
    if (!owner || !isFull(owner)) return;
    await turnSheet(table, retentionDays, webhookId, { owner, lastBatch }).catch((error: unknown) =>
      logger.warn('sheet of statistics not turned', { error: error as Error, webhook_id: webhookId }),
    );
  };
