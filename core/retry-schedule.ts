/** Attempts that go out without waiting: the delivery itself, and the immediate retry. */
const IMMEDIATE_ATTEMPTS = 2;

/**
 * How far ahead of its making a schedule is at least, in seconds: Scheduler refuses a time that has passed, names whole
 * seconds, and may take some to answer.
 */
export const SCHEDULING_LEAD_SECONDS = 5;

/** When to schedule what is due at `dueAt`, as seen at `now`: epoch ms. */
export function scheduledTimeOf(dueAt: number, now: number): number {
  return Math.max(dueAt, now + SCHEDULING_LEAD_SECONDS * 1000);
}

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
