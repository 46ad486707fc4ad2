import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Published } from './publisher.ts';
import type { Received } from './receivers.ts';
import { findSignatureFaults } from './signatures.ts';
import { isFor, isOperational, type Subscriber, wants } from './world.ts';

export const isAccepted = ({ status }: Received) => status >= 200 && status < 300;

/** The id of a request's delivery, as the API writes it. */
export const deliveryIdOf = ({ headers }: Received) => `delivery_${String(headers['x-cathcr-delivery'])}`;

export function groupBy<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Headers of customers' own in the soak begin so, as they arrive. */
const OWN_HEADER = 'x-soak-';

/** Whether a request carries the headers of its webhook's own, and no other webhook's. */
function carriesOwnHeaders({ headers: given = {} }: Subscriber, { headers }: Received): boolean {
  const own = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]);
  const carried = Object.entries(headers).filter(([name]) => name.startsWith(OWN_HEADER));
  return isDeepStrictEqual(Object.fromEntries(carried), Object.fromEntries(own));
}

/**
 * What is wrong with a request by itself: its signatures, its form, whom and what it is for.
 * @param published the event that it carries, where it is no test
 * @param now when all is over: epoch ms
 */
export function findRequestFaults(
  subscriber: Subscriber,
  request: Received,
  { published, now }: { published: Published | undefined; now: number },
): string[] {
  const { id, userId } = subscriber;
  const { headers, body } = request;
  const parsed = JSON.parse(body.toString());
  return [
    ...findSignatureFaults(request, subscriber, now),
    Object.keys(parsed).join() !== 'event,timestamp,data,webhook_id' && 'has another form',
    parsed.webhook_id !== id && 'is for another webhook',
    headers['x-cathcr-event'] !== parsed.event && 'names another event',
    !carriesOwnHeaders(subscriber, request) && 'does not carry the headers of its webhook',
    parsed.data.user_id !== userId && !isSample(request, parsed) && 'is of another customer',
    isOperational(parsed.event) && !wants(subscriber, parsed.event) && 'was not asked for',
    isOperational(parsed.event) && parsed.data.webhook_id === id && 'is about the webhook itself',
    published && published.userId !== userId && 'was published for another customer',
    published && !isFor(subscriber, published) && 'was not asked for',
    published && !isDeepStrictEqual(parsed.data, published.data) && 'carries other data',
    published && parsed.event !== published.type && 'is of another event',
  ].filter((fault) => typeof fault === 'string');
}

/** Tests carry samples of the catalogue, and no number. */
const isSample = ({ number }: Received, { event }: { event: string }) =>
  number === undefined && !isOperational(event);

const hashBody = ({ body }: Received) => createHash('sha256').update(body).digest('hex');

/** What is wrong with the requests of one delivery, or of one event, taken together. */
export function findGroupFaults(requests: readonly Received[]): string[] {
  const byDelivery = [...groupBy(requests, deliveryIdOf).entries()];
  const byEvent = [...groupBy(requests, ({ number }) => number).entries()].filter(
    ([number]) => number !== undefined,
  );
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
export function countRepeats(requests: readonly Received[]): number {
  const after = [...groupBy(requests, deliveryIdOf).values()].map((same) => {
    const first = same.findIndex(isAccepted);
    return first < 0 ? 0 : same.length - first - 1;
  });
  return after.reduce((sum, count) => sum + count, 0);
}
