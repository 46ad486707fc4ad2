/** Attempts that go out without waiting: the delivery itself, and the immediate retry. */
const IMMEDIATE_ATTEMPTS = 2;

/**
 * Seconds from one attempt's failure to the next attempt: 0 for the immediate retry, then the backoff
 * (`retryDelaysSeconds`, the contract's 5 min, 15 min, 1 h, 6 h, 24 h); undefined once the schedule is used up.
 * Source: the contract, "Retry Mechanism".
 */
export function delayAfterAttempt(
  attempt: number,
  retryDelaysSeconds: readonly number[],
): number | undefined {
  return attempt < IMMEDIATE_ATTEMPTS ? 0 : retryDelaysSeconds[attempt - IMMEDIATE_ATTEMPTS];
}
