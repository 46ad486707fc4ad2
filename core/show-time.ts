/** A time (epoch ms) as the API shows it: ISO 8601, in UTC. */
export const showTime = (epochMs: number): string => new Date(epochMs).toISOString();

/** The same; null where there is none. */
export const showTimeIfAny = (epochMs: number | undefined): string | null =>
  epochMs === undefined ? null : showTime(epochMs);
