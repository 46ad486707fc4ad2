export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const DAY_SECONDS = DAY_MS / 1000;

/** Whether a time lies more than so many days before `now`; both are epoch ms. */
export const isOlder = (time: number, { days, now }: { days: number; now: number }): boolean =>
  time < now - days * DAY_MS;
