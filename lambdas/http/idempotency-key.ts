import { InvalidRequestError } from '../../core/errors.ts';
import { eventIdSchema } from '../../core/event.ts';
import { IDEMPOTENCY_KEY } from '../../core/idempotency-key.ts';
import { findFaults } from '../../core/validation.ts';
import type { ApiRequest } from './api-handler.ts';

/**
 * The `Idempotency-Key` of a request, undefined where it has none.
 * @throws InvalidRequestError where it is not of the form that event ids have
 */
export function readIdempotencyKey({ headers }: ApiRequest): string | undefined {
  const key = headers[IDEMPOTENCY_KEY.toLowerCase()];
  const [fault] = key === undefined ? [] : findFaults(eventIdSchema, key);
  if (fault) throw new InvalidRequestError([{ ...fault, field: IDEMPOTENCY_KEY }]);
  return key;
}
