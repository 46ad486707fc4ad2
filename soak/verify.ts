import { isUnsent } from '../core/delivery.ts';
import { findOrderFaults } from './order.ts';
import { findCrowd, findHaste } from './pace.ts';
import type { Published } from './publisher.ts';
import type { Receivers } from './receivers.ts';
import { findRecoveryFaults, readRecoveries, type ShownRecovery } from './recoveries.ts';
import { countRepeats, deliveryIdOf, findGroupFaults, findRequestFaults } from './requests.ts';
import { findLogFaults, findLost, findRowFaults, type Row, type Rows } from './rows.ts';
import { readAll, readStatistics, readUnsent, readWebhook, type Shown, type Statistics } from './shown.ts';
import type { System } from './system.ts';
import { findUndeliveredFaults } from './undelivered.ts';
import type { Subscriber } from './world.ts';

/** What was seen at one webhook, and what of it is wrong. */
export type Finding = {
  readonly subscriber: Subscriber;
  readonly requests: number;
  /** Requests of deliveries that the receiver had accepted before. */
  readonly repeats: number;
  /** How many more attempts its statistics tell of than there were requests. */
  readonly statisticsOff: number;
  /** How many more deliveries its statistics tell of than there are rows that were cancelled or skipped. */
  readonly unsentOff: number;
  /** Events that neither reached it nor ended with a row that says why. */
  readonly lost: number;
  readonly rows: readonly Row[];
  /** By the API, of a webhook that was repaired. */
  readonly recoveries: readonly ShownRecovery[];
  /** Whether the system has turned it off, and it still is. */
  readonly wasTurnedOff: boolean;
  readonly faults: readonly string[];
};

type World = {
  readonly system: System;
  readonly receivers: Receivers;
  readonly wasRepaired: (webhookId: string) => boolean;
  readonly replayedAt: ReadonlyMap<string, number>;
  /** When all is over, by the system's clock: epoch ms. */
  readonly now: number;
};

const isTurnedOff = ({ active, disabled_reason: reason }: Shown) => !active && reason !== null;

/** Whether a webhook should have been turned off; undefined where its customer has turned it off and on. */
function shouldBeOff({ wasRepaired, receivers }: World, { id, name, fate, conduct }: Subscriber) {
  if (fate === 'is toggled' || fate === 'is paused') return undefined;
  const requests = receivers.requestsOf(name);
  if (conduct === 'gone') return requests.some(({ status }) => status === 410);
  // In a small run there may be no event for it.
  return conduct === 'dead' && requests.length > 0 && !wasRepaired(id);
}

/** What the fate of a webhook should have left. */
function findFateFaults(world: World, subscriber: Subscriber, shown: Shown | undefined): string[] {
  if (subscriber.fate === 'is deleted') return shown ? ['was deleted, and has come back to life'] : [];
  if (!shown) return ['is gone'];
  const shouldBe = shouldBeOff(world, subscriber);
  if (shouldBe === undefined || shouldBe === isTurnedOff(shown)) return [];
  return [shouldBe ? 'is dead, and was not turned off' : `was turned off: ${shown.disabled_reason}`];
}

/** Whether the statistics by the hour and those in all, which are written together, tell the same. */
function findHourFaults({ attempts, failed }: Statistics['totals'], shown: Shown): string[] {
  const isSame = attempts === shown.delivery_count && failed === shown.failure_count;
  const inAll = `${shown.delivery_count} attempts, ${shown.failure_count} failed`;
  return isSame ? [] : [`by the hour ${attempts} attempts, ${failed} failed; in all ${inAll}`];
}

/** What was not sent and is sent later on, by a replay or as its event comes again, stays counted: that is left out. */
function countUnsentOff({ fate }: Subscriber, { totals }: Statistics, rows: Rows): number {
  if (fate === 'is repaired' || fate === 'is replayed' || fate === 'is toggled') return 0;
  const unsent = [...rows.values()].filter(isUnsent);
  return totals.cancelled + totals.skipped - unsent.length;
}

/** Holds what happened at one webhook against what was to happen. */
export async function verify(
  world: World,
  subscriber: Subscriber,
  published: readonly Published[],
): Promise<Finding> {
  const { system, receivers } = world;
  const { name, conduct } = subscriber;
  const requests = receivers.requestsOf(name);
  const shown = await readWebhook(system, subscriber);
  const byNumber = new Map(published.map((event) => [event.number, event]));
  const faults = [
    ...requests.flatMap((request) =>
      findRequestFaults(subscriber, request, {
        published: byNumber.get(request.number ?? -1),
        now: world.now,
      }).map((fault) => `${deliveryIdOf(request)} ${fault}`),
    ),
    ...findGroupFaults(requests),
    ...findOrderFaults(subscriber, requests, world.replayedAt),
    ...findFateFaults(world, subscriber, shown),
  ];
  const seen = { subscriber, requests: requests.length, repeats: countRepeats(requests) };
  if (!shown) {
    const nothing = {
      statisticsOff: 0,
      unsentOff: 0,
      lost: 0,
      rows: [],
      recoveries: [],
      wasTurnedOff: false,
    };
    return { ...seen, ...nothing, faults };
  }

  const deliveries = await readAll(system, subscriber, 'deliveries');
  const logs = await readAll(system, subscriber, 'logs');
  const rows = new Map<string, Row>(deliveries.rows.map((row) => [row.id, row]));
  const deliveryOf = new Map([
    ...(await readUnsent(system, subscriber, rows.values(), requests)),
    ...requests.map((request): [number | undefined, string] => [request.number, deliveryIdOf(request)]),
  ]);
  const statistics = await readStatistics(system, subscriber);
  const lost = findLost(subscriber, published, deliveryOf, rows);
  const wasRepaired = world.wasRepaired(subscriber.id);
  const recoveries = wasRepaired ? await readRecoveries(system, subscriber) : [];
  const isTotal = deliveries.total === rows.size && deliveries.rows.length === rows.size;
  return {
    ...seen,
    statisticsOff: shown.delivery_count - requests.length,
    unsentOff: countUnsentOff(subscriber, statistics, rows),
    lost: lost.length,
    rows: [...rows.values()],
    recoveries,
    wasTurnedOff: isTurnedOff(shown),
    faults: [
      ...faults,
      ...lost,
      ...findRowFaults(rows, requests),
      ...(isTotal ? [] : [`a total of ${deliveries.total} for ${rows.size} rows`]),
      ...findLogFaults(logs.rows, rows),
      ...(subscriber.limit ? findCrowd(requests, subscriber.limit, system.moves) : []),
      ...(conduct === 'busy' ? findHaste(logs.rows, requests) : []),
      ...findHourFaults(statistics.totals, shown),
      ...(await findUndeliveredFaults(system, subscriber, rows, requests, statistics.undelivered.count)),
      ...(wasRepaired ? findRecoveryFaults(recoveries, rows.values()) : []),
    ],
  };
}
