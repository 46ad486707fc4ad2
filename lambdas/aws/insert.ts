import { BatchExecuteStatementCommand, type BatchExecuteStatementCommandOutput } from '@aws-sdk/lib-dynamodb';
import { logger } from '../logger.ts';
import type { Table } from './table.ts';

/** How many statements go together. Source: `BatchExecuteStatement`, DynamoDB API Reference. */
const MAX_STATEMENTS = 25;
/** When an insert is given up: ms. What it was to insert is then written one by one. */
const GIVE_UP_MS = 4000;
/** The line of the log that says so. Nothing is lost by it, and each delivery takes more CPU. */
const NOT_TOGETHER = 'rows not inserted together';

type Item = Readonly<Record<string, unknown>>;

/** The statement that inserts an item, and fails where there is one of its key. */
function insertOf({ name: table }: Table, item: Item) {
  const members = Object.entries(item).filter(([, value]) => value !== undefined);
  const names = members.map(([name]) => `'${name}':?`).join(',');
  return {
    Statement: `INSERT INTO "${table}" VALUE {${names}}`,
    Parameters: members.map(([, value]) => value),
  };
}

/** What was said of a statement: nothing went wrong, or what did. */
type Response = NonNullable<BatchExecuteStatementCommandOutput['Responses']>[number];

const IS_THERE = 'DuplicateItem';

/** Tells the log why rows are put one by one for no reason of theirs; one that is there is a repeat. */
function tellTrouble(responses: readonly Response[]): void {
  const trouble = responses.find(({ Error: error }) => error && error.Code !== IS_THERE)?.Error;
  if (trouble) logger.warn(NOT_TOGETHER, { error: { name: trouble.Code, message: trouble.Message } });
}

/** Inserts items, each by itself as far as DynamoDB is concerned. @returns which are known to have been inserted */
async function insert(table: Table, items: readonly Item[]): Promise<readonly boolean[]> {
  try {
    const { Responses = [] } = await table.client.send(
      new BatchExecuteStatementCommand({ Statements: items.map((item) => insertOf(table, item)) }),
      { abortSignal: AbortSignal.timeout(GIVE_UP_MS) },
    );
    tellTrouble(Responses);
    return items.map((_, index) => Responses[index] !== undefined && Responses[index].Error === undefined);
  } catch (error) {
    logger.warn(NOT_TOGETHER, { error: error as Error });
    return [];
  }
}

/**
 * Creates the function that writes new items: one at once, as `put` does it; those that come while a write is under way
 * in one request when that is over, which takes a fraction of the CPU of a request for each. They are inserted, which is
 * what `put` does where there is no item yet. One that was not inserted, for whatever reason, is left to `put`.
 * @param put writes an item under its condition; false where that does not hold
 */
export function createInserter<T extends Item>(table: Table, put: (item: T) => Promise<boolean>) {
  const waiting: { readonly item: T; readonly settle: (isWritten: Promise<boolean>) => void }[] = [];
  let isBusy = false;

  const writeGroup = async (group: readonly (typeof waiting)[number][]) => {
    const items = group.map(({ item }) => item);
    const inserted = items.length > 1 ? await insert(table, items) : [];
    const writes = items.map((item, index) => (inserted[index] ? Promise.resolve(true) : put(item)));
    for (const [index, write] of writes.entries()) group[index]?.settle(write);
    await Promise.allSettled(writes);
  };

  const writeAll = async () => {
    isBusy = true;
    while (waiting.length > 0) await writeGroup(waiting.splice(0, MAX_STATEMENTS));
    isBusy = false;
  };

  return (item: T): Promise<boolean> =>
    new Promise((settle) => {
      waiting.push({ item, settle });
      if (!isBusy) void writeAll();
    });
}
