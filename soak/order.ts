import type { Received } from './receivers.ts';
import { deliveryIdOf, groupBy, isAccepted } from './requests.ts';
import type { Subscriber } from './world.ts';

/** Which requests of a delivery come first and last: until it was accepted, given up, or replayed. */
function findSpan(requests: readonly Received[], id: string, replayedAt = Infinity) {
  const isOwn = (request: Received) => deliveryIdOf(request) === id && request.at < replayedAt;
  const accepted = requests.findIndex((request) => isOwn(request) && isAccepted(request));
  return {
    id,
    first: requests.findIndex(isOwn),
    last: accepted < 0 ? requests.findLastIndex(isOwn) : accepted,
  };
}

/**
 * What is wrong with the order in which an ordered webhook got its deliveries: none may begin while one is retried that
 * was accepted before it, until that is replayed. (One that was accepted before may begin then: it was late, and an
 * attempt died unrecorded.)
 * That none comes before one accepted earlier cannot be held here, where faults delay messages for longer than is waited
 * for latecomers: test/lambdas/order/line.test.ts knows what came when.
 */
export function findOrderFaults(
  { ordered }: Subscriber,
  requests: readonly Received[],
  replayedAt: ReadonlyMap<string, number>,
): string[] {
  if (!ordered) return [];
  const ofEvents = requests.filter(({ number }) => number !== undefined);
  const ids = [...groupBy(ofEvents, deliveryIdOf).keys()];
  const spans = ids.map((id) => findSpan(ofEvents, id, replayedAt.get(id)));
  return spans.flatMap(({ id, first, last }) =>
    spans
      .filter((other) => other.id > id && other.first > first && other.first < last)
      .map((other) => `${other.id} was begun while ${id} was retried`),
  );
}
