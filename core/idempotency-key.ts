import { createHash } from 'node:crypto';
import type { Fault } from './errors.ts';

/** The header by which a caller makes its retries harmless. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** For how many days a key is remembered, with which a webhook was made or its secret rotated. */
export const REMEMBERED_DAYS = 1;

/**
 * A SHA-256 in base64, by which the same value is known again, its members in the same order. Of a request it is made when
 * that is validated, which puts its own members into order.
 */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64');

/** What is wrong with a key. */
export const faultOfKey = (detail: string): Fault => ({ field: IDEMPOTENCY_KEY, detail });

export const USED_BEFORE = faultOfKey('was used for another request before');
