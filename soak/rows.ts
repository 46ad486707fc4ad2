import type { DeliveryStatus } from '../core/delivery.ts';
import type { Published } from './publisher.ts';
import type { Received } from './receivers.ts';
import { deliveryIdOf, groupBy, isAccepted } from './requests.ts';
import { isFor, type Subscriber } from './world.ts';

/** A delivery as the API lists it. */
export type Row = {
  readonly id: string;
  readonly event: string;
  readonly status: DeliveryStatus;
  readonly attempt: number;
  readonly run: number;
};

/** An attempt as the API's log tells it. */
export type LogEntry = {
  readonly delivery_id: string;
  readonly run: number;
  readonly attempt: number;
  readonly timestamp: string;
};

export type Rows = ReadonlyMap<string, Row>;

const FINAL = new Set(['succeeded', 'exhausted', 'cancelled', 'skipped']);
/** The whole schedule: the delivery, the immediate retry, and five retries later on. */
const ATTEMPTS = 7;

/**
 * The events that a webhook should have been sent, and were not, though no row says why.
 * @param deliveryOf the delivery of each event, by number, that is known by a request or by a row
 */
export function findLost(
  subscriber: Subscriber,
  published: readonly Published[],
  deliveryOf: ReadonlyMap<number | undefined, string>,
  rows: Rows,
): string[] {
  // What happens while a customer has turned a webhook off is not kept, unless that was asked for.
  const isExpected = ({ isCertain, number }: Published) =>
    isCertain && (subscriber.fate !== 'is paused' || deliveryOf.has(number));
  const wanted = published.filter((event) => isExpected(event) && isFor(subscriber, event));
  return wanted.flatMap(({ number }) => {
    const id = deliveryOf.get(number);
    if (!id) return [`event ${number} was neither sent nor kept`];
    const row = rows.get(id);
    if (!row) return [`event ${number} has no row`];
    return mayStandSo(subscriber, row) ? [] : [`event ${number} ended as ${row.status} (${row.attempt})`];
  });
}

/**
 * Whether a delivery may have ended so: one that was not sent, at a webhook that was off for a while; one that is given
 * up was tried seven times, by one who does refuse, or is of a receiver that is gone.
 */
function mayStandSo({ conduct, fate }: Subscriber, { status, attempt }: Row): boolean {
  if (status === 'succeeded') return true;
  if (status === 'cancelled' && fate === 'is paused') return true;
  if (status !== 'exhausted') return conduct === 'dead' || conduct === 'gone' || fate === 'is toggled';
  return conduct === 'gone' || (attempt === ATTEMPTS && conduct !== 'steady' && conduct !== 'slow');
}

/** What is wrong with the rows of a webhook, beside its requests. */
export function findRowFaults(rows: Rows, requests: readonly Received[]): string[] {
  const accepted = new Set(requests.filter(isAccepted).map(deliveryIdOf));
  const all = [...rows.values()];
  return [
    ...all.filter(({ status }) => !FINAL.has(status)).map(({ id, status }) => `${id} was left at ${status}`),
    ...all
      .filter(({ id, status }) => status === 'succeeded' && !accepted.has(id))
      .map(({ id }) => `${id} is said to have succeeded, and was not accepted`),
    ...requests
      .filter((request) => !rows.has(deliveryIdOf(request)))
      .map((request) => `${deliveryIdOf(request)} was sent and has no row`),
  ];
}

/** Attempts of deliveries that are not there, attempts too many, and attempts of a delivery of which no log tells. */
export function findLogFaults(logs: readonly LogEntry[], rows: Rows): string[] {
  const logged = groupBy(logs, ({ delivery_id: id }) => id);
  const isLogged = ({ id, run }: Row, attempt: number) =>
    logged.get(id)?.some((entry) => entry.run === run && entry.attempt === attempt);
  return [
    ...logs
      .filter(({ delivery_id: id }) => !rows.has(id))
      .map(({ delivery_id: id }) => `${id} is only in the log`),
    ...logs
      .filter(({ attempt }) => attempt > ATTEMPTS)
      .map(({ delivery_id: id, attempt }) => `${id} has an attempt ${attempt}`),
    ...[...rows.values()].flatMap((row) =>
      Array.from({ length: row.attempt }, (_, index) => index + 1)
        .filter((attempt) => !isLogged(row, attempt))
        .map(
          (attempt) => `attempt ${attempt} of run ${row.run} of ${row.id} (${row.status}) is not in the log`,
        ),
    ),
  ];
}
