/**
 * An attempt that takes longer makes its webhook a slow one: ms. Receivers are told to answer at once and to work
 * later; this leaves room for a cold start of theirs, and no longer are others held up by one that hangs.
 * Source: the contract, "Best Practices".
 */
export const SLOW_AFTER_MS = 3000;

/** A mark stays for so long at least: ms. A webhook that hangs now and then would else change with every answer. */
const SLOW_AT_LEAST_MS = 60_000;

/**
 * A mark is moved on by a slow attempt once it is so old: ms. Well below the time that it stays for, or one quick answer
 * among many that hang would take it; and not with every slow attempt, which would be a write for each.
 */
const MOVED_ON_AFTER_MS = 30_000;

/** Whether a webhook with this mark, if any (epoch ms), is to be marked with `now`, as it has been slow now. */
export function isMarkDue(slowSince: number | undefined, now: number): boolean {
  return slowSince === undefined || now - slowSince >= MOVED_ON_AFTER_MS;
}

/** Whether a webhook whose mark is of `slowSince` (epoch ms) is quick again, as it has answered quickly now. */
export function isQuickAgain(slowSince: number, now: number): boolean {
  return now - slowSince >= SLOW_AT_LEAST_MS;
}
