import type { Published } from './publisher.ts';
import type { Received } from './receivers.ts';
import { deliveryIdOf, groupBy, isAccepted } from './requests.ts';
import { isFor, type Subscriber } from './world.ts';

/** A delivery as the API lists it. */
export type Row = {
  readonly id: string;
  readonly event: string;
  readonly status: string;
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

/** The events that a webhook should have been sent, and were not, though no row says why. */
export function findLost(
  subscriber: Subscriber,
  published: readonly Published[],
  requests: readonly Received[],
  rows: Rows,
): string[] {
  const byNumber = groupBy(requests, ({ number }) => number);
  const wanted = published.filter((event) => event.isCertain && isFor(subscriber, event));
  return wanted.flatMap(({ number }) => {
    const [first] = byNumber.get(number) ?? [];
    if (!first) return [`event ${number} was never sent`];
    const row = rows.get(deliveryIdOf(first));
    if (!row) return [`event ${number} has no row`];
    return mayStandSo(subscriber, row) ? [] : [`event ${number} ended as ${row.status} (${row.attempt})`];
  });
}

/** Whether a delivery may have ended so: one that is given up was tried seven times, by one who does refuse. */
function mayStandSo({ conduct }: Subscriber, { status, attempt }: Row): boolean {
  if (status === 'succeeded') return true;
  if (status === 'cancelled' || status === 'skipped') return conduct === 'dead';
  return status === 'exhausted' && attempt === ATTEMPTS && conduct !== 'steady' && conduct !== 'slow';
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

/** Attempts of deliveries that are not there, attempts too many, and deliveries whose last attempt no log tells of. */
export function findLogFaults(logs: readonly LogEntry[], rows: Rows): string[] {
  const logged = groupBy(logs, ({ delivery_id: id }) => id);
  const isLogged = ({ id, run, attempt }: Row) =>
    attempt === 0 || logged.get(id)?.some((entry) => entry.run === run && entry.attempt === attempt);
  return [
    ...logs
      .filter(({ delivery_id: id }) => !rows.has(id))
      .map(({ delivery_id: id }) => `${id} is only in the log`),
    ...logs
      .filter(({ attempt }) => attempt > ATTEMPTS)
      .map(({ delivery_id: id, attempt }) => `${id} has an attempt ${attempt}`),
    ...[...rows.values()]
      .filter((row) => !isLogged(row))
      .map(({ id, run, attempt }) => `attempt ${attempt} of run ${run} of ${id} is not in the log`),
  ];
}
