import { randomBytes } from 'node:crypto';
import type { AttemptResult, Delivery, Exchange } from '../../../core/delivery.ts';
import type { DeliveryRow } from '../../../lambdas/aws/delivery-store.ts';
import { givenDelivery, givenSignatures, NOW } from '../given.ts';

export const EXCHANGE: Exchange = {
  url: 'https://your-app.com/',
  signatures: givenSignatures(),
  response: { headers: {}, body: 'ok' },
};

/** What came of an attempt that has succeeded, unless told otherwise. */
export const givenResult = (changes: Partial<AttemptResult> = {}): AttemptResult => ({
  at: NOW + 200,
  responseTimeMs: 12,
  statusCode: 200,
  ...changes,
});

/** The row that attempt 1 of run 1 leaves, which has succeeded, unless told otherwise. */
export const givenRow = (changes: Partial<Delivery> = {}, payloadBytes = 100): DeliveryRow => ({
  delivery: givenDelivery({ lastAttempt: givenResult(), ...changes }),
  payload: randomBytes(payloadBytes),
});
