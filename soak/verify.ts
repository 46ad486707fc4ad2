import { createHash, createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { matchesPattern } from '../core/event-pattern.ts';
import type { Published } from './publisher.ts';
import type { Received, Receivers } from './receivers.ts';
import type { System } from './system.ts';
import type { Subscriber } from './world.ts';

type Row = { readonly id: string; readonly status: string; readonly attempt: number; readonly run: number };

/** What was seen at one webhook, and what of it is wrong. */
export type Finding = {
  readonly name: string;
  readonly deliveries: number;
  readonly requests: number;
  /** Requests of deliveries that the receiver had accepted before. */
  readonly repeats: number;
  /** How many more attempts its statistics tell of than there were requests. */
  readonly statisticsOff: number;
  /** Events that neither reached it nor ended with a row that says why. */
  readonly lost: number;
  readonly faults: readonly string[];
};

const FINAL = new Set(['succeeded', 'exhausted', 'cancelled']);
const isAccepted = ({ status }: Received) => status >= 200 && status < 300;
const deliveryIdOf = ({ headers }: Received) => `delivery_${String(headers['x-cathcr-delivery'])}`;

/** All rows of a list, by cursor, and the total that its first page tells. */
async function readAll(system: System, { id, key }: Subscriber, list: 'deliveries' | 'logs') {
  const first = await system.call('GET', `/webhooks/${id}/${list}?limit=100`, { key });
  const rows: any[] = [...first.body[list]];
  for (let cursor = first.body.pagination.next_cursor; cursor; ) {
    const path = `/webhooks/${id}/${list}?limit=100&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await system.call('GET', path, { key });
    rows.push(...body[list]);
    cursor = body.pagination.next_cursor;
  }
  return { rows, total: first.body.pagination.total as number | undefined };
}

/** What is wrong with a request by itself: its signature, its form, its bytes. */
function findRequestFaults(
  { id, secrets }: Subscriber,
  { headers, body }: Received,
  published: Published | undefined,
) {
  const signatures = secrets.map(
    (secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  );
  const parsed = JSON.parse(body.toString());
  return [
    !signatures.includes(String(headers['x-cathcr-signature-256'])) && 'is signed wrongly',
    Object.keys(parsed).join() !== 'event,timestamp,data,webhook_id' && 'has another form',
    parsed.webhook_id !== id && 'is for another webhook',
    headers['x-cathcr-event'] !== parsed.event && 'names another event',
    published && !isDeepStrictEqual(parsed.data, published.data) && 'carries other data',
    published && parsed.event !== published.type && 'is of another event',
  ].filter((fault) => typeof fault === 'string');
}

const numberOf = ({ body }: Received): number | undefined => JSON.parse(body.toString()).data.soak;

function groupBy<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const hashBody = ({ body }: Received) => createHash('sha256').update(body).digest('hex');

/** What is wrong with the requests of one delivery, or one event, taken together. */
function findGroupFaults(requests: readonly Received[]): string[] {
  const byDelivery = [...groupBy(requests, deliveryIdOf).entries()];
  const byEvent = [...groupBy(requests, numberOf).entries()].filter(([number]) => number !== undefined);
  return [
    ...byDelivery
      .filter(([, same]) => new Set(same.map(hashBody)).size > 1)
      .map(([id]) => `${id} was sent with different bytes`),
    ...byEvent
      .filter(([, same]) => new Set(same.map(deliveryIdOf)).size > 1)
      .map(([number]) => `event ${number} was sent under several delivery ids`),
  ];
}

/** Requests after the first one that was accepted, delivery by delivery. */
function countRepeats(requests: readonly Received[]): number {
  const after = [...groupBy(requests, deliveryIdOf).values()].map((same) => {
    const first = same.findIndex(isAccepted);
    return first < 0 ? 0 : same.length - first - 1;
  });
  return after.reduce((sum, count) => sum + count, 0);
}

/** The events that a webhook should have been sent, and what became of those that were not. */
function findLost(
  subscriber: Subscriber,
  published: readonly Published[],
  requests: readonly Received[],
  rows: ReadonlyMap<string, Row>,
): string[] {
  const wanted = published.filter(
    ({ userId, type, isCertain }) =>
      isCertain &&
      userId === subscriber.userId &&
      subscriber.events.some((pattern) => matchesPattern(pattern, type)),
  );
  const byNumber = groupBy(requests, numberOf);
  return wanted.flatMap(({ number }) => {
    const made = byNumber.get(number) ?? [];
    const [first] = made;
    if (!first) return [`event ${number} was never sent`];
    const row = rows.get(deliveryIdOf(first));
    if (!row) return [`event ${number} has no row`];
    if (row.status === 'exhausted') return [];
    if (row.status === 'cancelled' && subscriber.conduct === 'dead') return [];
    if (row.status !== 'succeeded') return [`event ${number} stands at ${row.status}`];
    return made.some(isAccepted) ? [] : [`event ${number} is said to have succeeded, and was not accepted`];
  });
}

/** What the fate of a webhook should have left. */
async function findFateFaults(system: System, { fate, conduct, id, key }: Subscriber): Promise<string[]> {
  const { status, body } = await system.call('GET', `/webhooks/${id}`, { key });
  const { body: list } = await system.call('GET', '/webhooks', { key });
  const isListed = list.webhooks.some((listed: { id: string }) => listed.id === id);
  if (fate === 'is deleted')
    return status === 404 && !isListed ? [] : ['was deleted, and has come back to life'];
  const shouldBeOff = fate === 'stays' && (conduct === 'dead' || conduct === 'gone');
  return [
    !isListed && 'is not in the list',
    fate === 'is repaired' && !body.active && 'was repaired, and is off again',
    shouldBeOff && (body.active || !body.disabled_reason) && 'is dead, and was not turned off',
    fate === 'stays' && !shouldBeOff && !body.active && `was turned off: ${body.disabled_reason}`,
  ].filter((fault) => typeof fault === 'string');
}

/** Holds what happened at one webhook against what was to happen. */
export async function verify(
  system: System,
  receivers: Receivers,
  subscriber: Subscriber,
  published: readonly Published[],
): Promise<Finding> {
  const { name, fate, conduct } = subscriber;
  const requests = receivers.requestsOf(name);
  const byNumber = new Map(published.map((event) => [event.number, event]));
  const faults = [
    ...requests.flatMap((request) => {
      const number = numberOf(request);
      const event = number === undefined ? undefined : byNumber.get(number);
      return findRequestFaults(subscriber, request, event).map(
        (fault) => `${deliveryIdOf(request)} ${fault}`,
      );
    }),
    ...findGroupFaults(requests),
    ...(await findFateFaults(system, subscriber)),
  ];
  const seen = { name, requests: requests.length, repeats: countRepeats(requests) };
  if (fate === 'is deleted') return { ...seen, deliveries: 0, statisticsOff: 0, lost: 0, faults };

  const deliveries = await readAll(system, subscriber, 'deliveries');
  const logs = await readAll(system, subscriber, 'logs');
  const rows = new Map<string, Row>(deliveries.rows.map((row) => [row.id, row]));
  const { body: shown } = await system.call('GET', `/webhooks/${subscriber.id}`, { key: subscriber.key });
  // What is off for a while, or gone at some moment, is not sent all: which events it missed nobody can tell.
  const isSentAll = fate !== 'is toggled' && conduct !== 'gone' && fate !== 'is repaired';
  const lost = isSentAll ? findLost(subscriber, published, requests, rows) : [];
  return {
    ...seen,
    deliveries: rows.size,
    statisticsOff: shown.delivery_count - requests.length,
    lost: lost.length,
    faults: [
      ...faults,
      ...lost,
      ...[...rows.values()]
        .filter(({ status }) => !FINAL.has(status))
        .map(({ id, status }) => `${id} stands at ${status}`),
      ...requests
        .filter((request) => !rows.has(deliveryIdOf(request)))
        .map((request) => `${deliveryIdOf(request)} was sent and has no row`),
      ...(deliveries.total === rows.size && deliveries.rows.length === rows.size
        ? []
        : [`a total of ${deliveries.total} for ${rows.size} rows`]),
      ...findLogFaults(logs.rows, rows),
    ],
  };
}

/** Attempts of deliveries that are not there, and deliveries with an attempt that no log tells of. */
function findLogFaults(
  logs: readonly { delivery_id: string; run: number; attempt: number }[],
  rows: ReadonlyMap<string, Row>,
): string[] {
  const logged = groupBy(logs, ({ delivery_id: id }) => id);
  const isLogged = ({ id, run, attempt }: Row) =>
    attempt === 0 || logged.get(id)?.some((entry) => entry.run === run && entry.attempt === attempt);
  return [
    ...logs
      .filter(({ delivery_id: id }) => !rows.has(id))
      .map(({ delivery_id: id }) => `${id} is only in the log`),
    ...[...rows.values()]
      .filter((row) => !isLogged(row))
      .map(({ id, run, attempt }) => `attempt ${attempt} of run ${run} of ${id} is not in the log`),
  ];
}
