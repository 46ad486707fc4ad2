import type { Received, Receivers } from './receivers.ts';
import { deliveryIdOf, groupBy } from './requests.ts';
import type { Finding } from './verify.ts';
import { isOperational, type Subscriber, wants } from './world.ts';

/** What a request tells of a webhook of the same customer, as far as it matters here. */
type Told = {
  readonly event: string;
  readonly data: {
    readonly webhook_id: string;
    readonly delivery?: { readonly id: string; readonly run: number };
    readonly recovery?: { readonly id: string };
  };
};

const readTold = ({ body }: Received): Told => JSON.parse(body.toString());

/** What is told, the same for each time that it is. */
const subjectOf = ({ event, data: { webhook_id: webhookId, delivery, recovery } }: Told) =>
  [event, webhookId, delivery?.id, delivery?.run, recovery?.id]
    .filter((part) => part !== undefined)
    .join(' ');

/**
 * What was to be told of a webhook: of each delivery that it did not take in the end, that it was turned off, and that
 * it has what it had missed.
 */
function findSubjects({ subscriber: { id }, rows, wasTurnedOff, recoveries }: Finding): string[] {
  const exhausted = rows.filter(({ status, event }) => status === 'exhausted' && !isOperational(event));
  return [
    ...exhausted.map((row) => `delivery.exhausted ${id} ${row.id} ${row.run}`),
    ...(wasTurnedOff ? [`webhook.disabled ${id}`] : []),
    ...recoveries
      .filter(({ state }) => state === 'completed')
      .map((recovery) => `recovery.completed ${id} ${recovery.id}`),
  ];
}

/** What a webhook was not told of its customer's others, or as several events. */
function findFaultsOf(watcher: Subscriber, requests: readonly Received[], findings: readonly Finding[]) {
  const others = findings.filter(
    ({ subscriber }) => subscriber.userId === watcher.userId && subscriber.id !== watcher.id,
  );
  const subjects = others
    .flatMap(findSubjects)
    .filter((subject) => wants(watcher, subject.split(' ')[0] ?? ''));
  // Most webhooks are no watchers, and their requests need not be read for this.
  if (subjects.length === 0) return [];
  const told = groupBy(requests, (request) => subjectOf(readTold(request)));
  return subjects.flatMap((subject) => {
    const { size } = groupBy(told.get(subject) ?? [], deliveryIdOf);
    return size === 1 ? [] : [`${watcher.name}: ${subject} was told as ${size} events`];
  });
}

/** What is wrong with what the system has told of webhooks to those that ask for it. */
export function findTidingsFaults(receivers: Receivers, findings: readonly Finding[]): string[] {
  return findings.flatMap(({ subscriber }) =>
    findFaultsOf(subscriber, receivers.requestsOf(subscriber.name), findings),
  );
}
