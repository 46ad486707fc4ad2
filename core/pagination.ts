import * as z from 'zod';

/** How far `total` is counted, and how far `offset` goes. */
export const MAX_COUNTED = 10_000;

/** The query of a list: a page by `limit` and `offset`, or by `limit` and `cursor`. */
export const pageQuerySchema = z
  .strictObject({
    limit: wholeNumber(1, 100).default(20),
    offset: wholeNumber(0, MAX_COUNTED, '; use cursor to go further').optional(),
    cursor: z.string().optional(),
  })
  .refine(({ offset, cursor }) => offset === undefined || cursor === undefined, {
    path: ['offset'],
    message: 'does not go together with cursor',
  });

export type PageQuery = z.output<typeof pageQuerySchema>;

/** One page of a list, and what it takes to say where it stands. */
export type Page<T> = {
  readonly items: readonly T[];
  /** How many there are, counted to `MAX_COUNTED` + 1; undefined where the page was asked for by cursor. */
  readonly total?: number | undefined;
  readonly nextCursor?: string | undefined;
};

/** The `pagination` of an answer. Source: the contract, "Monitoring Delivery Status". */
export function showPagination({ limit, offset = 0 }: PageQuery, { total, nextCursor }: Page<unknown>) {
  const next_cursor = nextCursor ?? null;
  if (total === undefined) return { limit, next_cursor };
  return total > MAX_COUNTED
    ? { total: MAX_COUNTED, total_relation: 'gte', limit, offset, next_cursor }
    : { total, limit, offset, next_cursor };
}

function wholeNumber(from: number, to: number, hint = '') {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      message: `takes a whole number from ${from} to ${to}${hint}`,
    })
    .transform(Number);
}
