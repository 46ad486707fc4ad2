import * as z from 'zod';
import type { PaginationAnswer } from './answers.ts';

/** How far `total` is counted, and how far `offset` goes. */
export const MAX_COUNTED = 10_000;

/** The parameters of every list: a page by `limit` and `offset`, or by `limit` and `cursor`. */
export const pageFields = {
  limit: wholeNumber(1, 100).default(20).describe('How many rows at most.'),
  offset: wholeNumber(0, MAX_COUNTED, '; use cursor to go further')
    .optional()
    .describe('How many rows to skip; to go further than 10,000, use `cursor`.'),
  cursor: z
    .string()
    .optional()
    .describe(
      'The `next_cursor` of the page before; walks to any depth. Does not go together with `offset`.',
    ),
};

/** A list is walked by offset or by cursor, not by both. */
export const isWalkedOneWay = ({ offset, cursor }: { offset?: unknown; cursor?: unknown }) =>
  offset === undefined || cursor === undefined;
export const WALKED_BOTH_WAYS = { path: ['offset'], message: 'does not go together with cursor' };

/** The query of a list without filters. */
export const pageQuerySchema = z.strictObject(pageFields).refine(isWalkedOneWay, WALKED_BOTH_WAYS);

/** The query of a list that is walked by cursor alone. */
export const cursorQuerySchema = z.strictObject({ limit: pageFields.limit, cursor: pageFields.cursor });

export type PageQuery = z.output<typeof pageQuerySchema>;

/** How many there are; a lower bound where not all could be counted. */
export type Total = { readonly count: number; readonly isExact: boolean };

/** One page of a list, and what it takes to say where it stands. */
export type Page<T> = {
  readonly items: readonly T[];
  /** Undefined where the page was asked for by cursor. */
  readonly total?: Total | undefined;
  readonly nextCursor?: string | undefined;
};

/** The `pagination` of an answer. Source: the contract, "Monitoring Delivery Status". */
export function showPagination(
  { limit, offset = 0 }: PageQuery,
  { total, nextCursor }: Page<unknown>,
): PaginationAnswer {
  const next_cursor = nextCursor ?? null;
  if (total === undefined) return { limit, next_cursor };
  const relation = total.isExact ? {} : { total_relation: 'gte' as const };
  return { total: total.count, ...relation, limit, offset, next_cursor };
}

/** A whole number of a query, as the text that it comes as. */
function wholeNumber(from: number, to: number, hint = '') {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      message: `takes a whole number from ${from} to ${to}${hint}`,
    })
    .transform(Number)
    .meta({ type: 'integer', minimum: from, maximum: to });
}
