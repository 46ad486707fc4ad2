import type { PaginationAnswer } from '../../core/answers.ts';
import type { Api } from './api.ts';
import type { Session } from './command.ts';
import { readCount } from './input.ts';
import { showTable } from './show.ts';

const PAGE = 100;
const DEFAULT_ROWS = 20;

/** The options of every list. */
export const LIST_OPTIONS = {
  limit: { value: 'N', help: `how many rows, ${DEFAULT_ROWS} where it is absent` },
  all: { help: 'every row there is' },
} as const;

type Query = Readonly<Record<string, string | undefined>>;

/** The rows of a list of the API, page by page, at most `limit` of them. */
export async function* walk<T>(
  api: Api,
  path: string,
  field: string,
  { limit = Number.POSITIVE_INFINITY, query = {} }: { limit?: number; query?: Query } = {},
): AsyncGenerator<T> {
  let left = limit;
  let cursor: string | undefined;
  do {
    const { body } = await api<Record<string, T[]> & { pagination: PaginationAnswer }>('GET', path, {
      query: { ...query, limit: Math.min(PAGE, left), cursor },
    });
    const rows = body[field] ?? [];
    yield* rows;
    left -= rows.length;
    cursor = body.pagination.next_cursor ?? undefined;
  } while (cursor !== undefined && left > 0);
}

/** Prints a list: as a table, or an object a line for scripts. */
export async function printList<T extends object>(
  { json, print, tell }: Session,
  list: {
    rows: (limit: number | undefined) => AsyncIterable<T>;
    head: readonly string[];
    row: (item: T) => readonly string[];
  },
  values: { limit?: string | undefined; all?: boolean | undefined },
): Promise<void> {
  const limit = values.all ? undefined : readCount('limit', values.limit, DEFAULT_ROWS);
  const items: T[] = [];
  for await (const item of list.rows(limit)) {
    if (json) print(JSON.stringify(item));
    else items.push(item);
  }
  if (json) return;
  if (items.length === 0) return tell('there are none');
  print(showTable([list.head, ...items.map(list.row)]));
}
