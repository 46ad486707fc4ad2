/**
 * An attempt that takes longer makes its webhook a slow one: ms. Receivers are told to answer at once and to work
 * later; this leaves room for a cold start of theirs, and no longer are others held up by one that hangs.
 * Source: the contract, "Best Practices".
 */
export const SLOW_AFTER_MS = 3000;

/** A webhook stays slow for so long at least: ms. One that hangs now and then would else change with every answer. */
const SLOW_AT_LEAST_MS = 60_000;

/** Whether a webhook that has been slow since `slowSince` (epoch ms) is quick again, as it has answered quickly now. */
export function isQuickAgain(slowSince: number, now: number): boolean {
  return now - slowSince >= SLOW_AT_LEAST_MS;
}
