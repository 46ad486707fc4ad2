import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { HOUR_MS } from '../../core/duration.ts';
import { countedIn, type HourFigures, sumFigures } from '../../core/figures.ts';
import { readCounts, readHours } from './hours.ts';
import { keyOf, partitionOf, placeOfHour, SHEET_SK } from './keys.ts';
import { type Collection, queryAll, queryItems } from './paging.ts';
import { expiryOf, getItem, holdsCondition, type Table } from './table.ts';

/*
 * A webhook's statistics hold the figures of its latest hours: the sheet that is written on. When it is full, it is
 * put away as an item of its own, and the next one is begun. Sheets add up, whichever hours they tell of: what comes
 * late is written on the sheet of the day, and no hour need be complete.
 */

/** The statistics of a webhook, as far as sheets are concerned. */
export type SheetOwner = Readonly<Record<string, unknown>> & {
  /** The hour with which its sheet was begun, by which that is put away. */
  readonly sheet: number;
};

/**
 * With how many counts a sheet is full. One hour has 19 at most, and each takes about ten bytes: an item that is over
 * full by two hours is still written for the one unit of 1 KiB.
 */
const MAX_COUNTS = 40;

export const isFull = (owner: SheetOwner): boolean => readCounts(owner).length > MAX_COUNTS;

const lastHourOf = (hours: readonly HourFigures[]) => Math.max(...hours.map(({ hour }) => hour));

/**
 * Puts the sheet away. One that is there already tells of less, or of the same: a sheet only grows. By how much is kept
 * as `counted`.
 */
async function putSheet(table: Table, retentionDays: number, webhookId: string, owner: SheetOwner) {
  const hours = readHours(owner);
  const counted = countedIn(sumFigures(hours));
  const put = new PutCommand({
    TableName: table.name,
    Item: {
      ...keyOf.sheet(webhookId, owner.sheet),
      ...Object.fromEntries(readCounts(owner)),
      counted,
      expires_at: expiryOf((lastHourOf(hours) + 1) * HOUR_MS, retentionDays),
    },
    ConditionExpression: 'attribute_not_exists(pk) OR counted < :counted',
    ExpressionAttributeValues: { ':counted': counted },
  });
  await holdsCondition(table.client.send(put));
}

/**
 * Puts a sheet away, as the batch `lastBatch` has left it, and begins the next. Where another batch has written on it
 * meanwhile, it stays, and the next batch puts it away whole; until then what was put away does not count.
 */
export async function turnSheet(
  table: Table,
  retentionDays: number,
  webhookId: string,
  { owner, lastBatch }: { readonly owner: SheetOwner; readonly lastBatch: Uint8Array },
): Promise<void> {
  await putSheet(table, retentionDays, webhookId, owner);
  const names = readCounts(owner).map(([name]) => name);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keyOf.statistics(webhookId),
    UpdateExpression: `SET sheet = :next REMOVE ${names.map((_, index) => `#${index}`).join(', ')}`,
    ConditionExpression: 'lastBatch = :batch',
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
    ExpressionAttributeValues: {
      ':next': Math.max(owner.sheet + 1, lastHourOf(readHours(owner))),
      ':batch': lastBatch,
    },
  });
  await holdsCondition(table.client.send(update));
}

/** The sheets that were put away and may tell of the hour `from` (since 1970) or later. */
async function getSheets(table: Table, webhookId: string, from: number) {
  const sheets: Collection = { pk: partitionOf.webhook(webhookId), skPrefix: SHEET_SK };
  const [begunBefore, others] = await Promise.all([
    queryItems(table, { ...sheets, to: placeOfHour(from - 1) }, 1),
    queryAll(table, { ...sheets, from: placeOfHour(from) }),
  ]);
  return [...others, ...begunBefore.items];
}

/**
 * What is known of a webhook's hours from `from` (since 1970) on, and of some before; an hour may come in several
 * parts. What it reads grows with the hours, and with nothing else.
 */
export const getHours =
  (table: Table) =>
  async (webhookId: string, from: number): Promise<HourFigures[]> => {
    const item = await getItem(table, keyOf.statistics(webhookId), { isConsistent: true });
    const owner = item as Partial<SheetOwner> | undefined;
    if (owner?.sheet === undefined) return [];
    // Sheets are read after what is written on: one that is put away in between is told twice, and left out once.
    const sheets = owner.sheet < from ? [] : await getSheets(table, webhookId, from);
    const own = keyOf.sheet(webhookId, owner.sheet);
    return [owner, ...sheets.filter(({ sk }) => sk !== own.sk)].flatMap(readHours);
  };
