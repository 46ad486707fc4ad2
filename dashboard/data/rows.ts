import type { Delivery } from './types.ts';

/** A list as far as it is known, newest first, and where it goes on. */
export type Rows = { readonly rows: readonly Delivery[]; readonly nextCursor: string | null };

/** Ids of deliveries sort by time: the newest page, above the older rows that are known already. */
export function mergeNewest(known: Rows, page: Rows): Rows {
  const oldest = page.rows.at(-1);
  if (!oldest) return page.nextCursor === null ? page : known;
  const ids = new Set(known.rows.map(({ id }) => id));
  const older = known.rows.filter(({ id }) => id < oldest.id);
  const meets = page.nextCursor === null || page.rows.some(({ id }) => ids.has(id));
  // More came at once than a page holds: what lies between is not known, so the list begins anew.
  if (!meets || older.length === 0) return page;
  return { rows: [...page.rows, ...older], nextCursor: known.nextCursor };
}
