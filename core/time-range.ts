import * as z from 'zod';

/** A time, read as epoch ms; one before 1970 is 0. */
export const timeSchema = z.iso
  .datetime({ offset: true, error: 'takes an ISO 8601 time with its offset' })
  .transform((text) => Math.max(0, Date.parse(text)));

/** A range may be empty, but does not end before it begins. */
export const isInOrder = ({ since, until }: { since?: number | undefined; until?: number | undefined }) =>
  since === undefined || until === undefined || since <= until;
export const ENDS_BEFORE = { path: ['until'], message: 'is before since' };
