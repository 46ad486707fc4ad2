import { InvalidRequestError } from '../../core/errors.ts';
import { eventIdSchema } from '../../core/event.ts';
import { findFaults } from '../../core/validation.ts';
import type { ApiRequest } from './api-handler.ts';

const FIELD = 'Idempotency-Key';

/**
 * The `Idempotency-Key` of a request, undefined where it has none.
 * @throws InvalidRequestError where it is not of the form that event ids have
 */
export function readIdempotencyKey({ headers }: ApiRequest): string | undefined {
  const key = headers[FIELD.toLowerCase()];
  const [fault] = key === undefined ? [] : findFaults(eventIdSchema, key);
  if (fault) throw new InvalidRequestError([{ ...fault, field: FIELD }]);
  return key;
}
