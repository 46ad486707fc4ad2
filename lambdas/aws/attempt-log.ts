import * as z from 'zod';
import type { Attempt } from '../../core/delivery.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import type { Page } from '../../core/pagination.ts';
import { readAttempt } from './attempt-store.ts';
import { readRow } from './delivery-store.ts';
import { ATTEMPT_SK, DELIVERY_SK, partitionOf } from './keys.ts';
import { type Collection, queryItems, WrongCursorError } from './paging.ts';
import type { Table } from './table.ts';

/** An item of one of the two ranges that the log is merged from; one that tells of no attempt is passed over. */
type Entry = {
  readonly source: 'attempts' | 'rows';
  readonly place: string;
  /** What its range is sorted by: epoch ms. */
  readonly time: number;
  readonly attempt?: Attempt | undefined;
};

/** Where each range goes on: after this place; empty at its beginning. */
type Position = Readonly<Record<Entry['source'], string>>;

const START: Position = { attempts: '', rows: '' };

const placeSchema = z.string().regex(/^[0-9a-f#-]{0,120}$/);
const positionSchema = z.strictObject({ attempts: placeSchema, rows: placeSchema });

function readPosition(cursor: string | undefined): Position {
  if (!cursor) return START;
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new WrongCursorError();
  }
}

const showPosition = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** Reads on in one range; what is read is complete down to `floor`. */
async function readRange(
  table: Table,
  collection: Collection,
  limit: number,
  after: string,
  entryOf: (item: Record<string, unknown>, place: string) => Entry,
) {
  const { pk, skPrefix } = collection;
  const { items, last } = await queryItems(table, collection, limit, {
    start: after ? { pk, sk: skPrefix + after } : undefined,
  });
  const entries = items.map((item) => entryOf(item, String(item.sk).slice(skPrefix.length)));
  return { entries, floor: last ? (entries.at(-1)?.time ?? 0) : Number.NEGATIVE_INFINITY };
}

/**
 * One page of all attempts at one webhook, newest first: the merge of the attempts that have items of their own and
 * of those told in the rows of their deliveries. Each page reads no more than `limit` items of either; a page may
 * be short, and the cursor goes on.
 * @throws WrongCursorError where the cursor is none that this gave
 */
export const pageAttempts =
  (table: Table) =>
  async (
    webhookId: string,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Attempt>> => {
    const start = readPosition(cursor);
    const pk = partitionOf.webhook(webhookId);
    const [attempts, rows] = await Promise.all([
      readRange(table, { pk, skPrefix: ATTEMPT_SK }, limit, start.attempts, (item, place) => {
        const attempt = readAttempt(item);
        return { source: 'attempts', place, time: attempt.at, attempt };
      }),
      readRange(table, { pk, skPrefix: DELIVERY_SK }, limit, start.rows, (item, place) => ({
        source: 'rows',
        place,
        time: acceptedAtOf(place),
        attempt: readRow(item).embedded,
      })),
    ]);
    const merged = [...attempts.entries, ...rows.entries].toSorted((a, b) => b.time - a.time);
    const floor = Math.max(attempts.floor, rows.floor);

    const items: Attempt[] = [];
    const position = { ...start } as Record<Entry['source'], string>;
    let taken = 0;
    for (const { source, place, time, attempt } of merged) {
      if (time < floor || (attempt && items.length === limit)) break;
      if (attempt) items.push(attempt);
      position[source] = place;
      taken += 1;
    }
    const isAtEnd = taken === merged.length && floor === Number.NEGATIVE_INFINITY;
    return {
      items: items.toSorted((a, b) => b.at - a.at),
      nextCursor: isAtEnd ? undefined : showPosition(position),
    };
  };
