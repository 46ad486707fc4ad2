import { ASKED_SECONDS, type Received } from './receivers.ts';
import { deliveryIdOf } from './requests.ts';
import type { LogEntry } from './rows.ts';

/** When the attempt of a request was begun, by the system's clock, in whole seconds: epoch ms. */
const begunAt = ({ headers }: Received) => Number(headers['webhook-timestamp']) * 1000;

/**
 * Attempts that came before a busy receiver had asked for them. As it asks for the same wait whenever it refuses, the
 * nth attempt is due n - 1 of these waits after the first request at the earliest, whichever of them were repeated.
 */
export function findHaste(logs: readonly LogEntry[], requests: readonly Received[]): string[] {
  const firstAt = new Map(requests.toReversed().map((request) => [deliveryIdOf(request), begunAt(request)]));
  const isHasty = ({ delivery_id: id, attempt, timestamp }: LogEntry) =>
    Date.parse(timestamp) < (firstAt.get(id) ?? 0) + (attempt - 1) * ASKED_SECONDS * 1000;
  return logs
    .filter(isHasty)
    .map(({ delivery_id: id, attempt }) => `attempt ${attempt} of ${id} was made before it was asked for`);
}
