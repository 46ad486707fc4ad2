import { setTimeout } from 'node:timers/promises';
import { admit } from '../bin/admit.ts';
import { mintApiKey } from '../core/api-key.ts';
import { chancesOf } from '../local/faults/chances.ts';
import { drain } from './drain.ts';
import type { Host } from './hosts.ts';
import { createKiller } from './killer.ts';
import { findLeftovers } from './leftovers.ts';
import { createMeddler } from './meddler.ts';
import { createMilestones, spread } from './milestones.ts';
import { putBackAfterOutage } from './operator.ts';
import { planOf } from './plan.ts';
import { createPublisher } from './publisher.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import type { SoakReport } from './report.ts';
import { connect } from './system.ts';
import { findTidingsFaults } from './tidings.ts';
import { type Finding, verify } from './verify.ts';
import { createSubscribers, USER_IDS } from './world.ts';

export type SoakOptions = {
  /** What chance goes by: the same seed, the same run, as far as threads take their turns alike. */
  readonly seed: number;
  readonly events: number;
  readonly host: Host;
  /** How often the runtime is killed on the way; 0 where absent. */
  readonly kills?: number;
  readonly onProgress?: (message: string) => void;
};

/** Producers that publish at once. */
const PRODUCERS = 8;
/** The most messages of an invocation, and invocations of the Deliverer at once: what dies with them is not counted. */
const BATCH_SIZE = 10;
const CONCURRENCY = 5;
/** How long a move of the clock goes on at most before the runtime is killed in its midst: ms. */
const MAX_BEFORE_KILL_MS = 1500;
/** Customers meddle so often while events are published. */
const MEDDLES = 10;

/** Runs a system under faults from the first event to the last retry, and holds the end against the beginning. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const startedAt = performance.now();
  const receivers = await startReceivers(options.seed);
  try {
    const report = await soakWith(receivers, options);
    return { ...report, seconds: Math.round((performance.now() - startedAt) / 1000) };
  } finally {
    await receivers.stop();
  }
}

async function soakWith(
  receivers: Receivers,
  { seed, events, host, kills = 0, onProgress = () => {} }: SoakOptions,
): Promise<Omit<SoakReport, 'seconds'>> {
  const system = connect(host);
  const keys = await createKeys(host);
  const killer = createKiller(host, system, seed);
  await system.armFaults(planOf(seed));
  const since = await system.now();
  const subscribers = await createSubscribers(system, receivers, keys);
  const meddler = createMeddler({ seed, events, system, receivers, since }, subscribers);

  const publisher = createPublisher({ seed, host, system, keys }, () => {
    onProgress(`${publisher.published.length} of ${events} events published`);
  });
  const reach = createMilestones(events, [
    ...spread(MEDDLES, meddler.meddle),
    ...spread(Math.ceil(kills / 2), killer.kill),
  ]);
  await publishAll(events, async (number) => {
    await reach(number);
    await publisher.publish(number);
  });

  const killNow = async (moves: number) => {
    if (killer.count() >= kills || moves % 3 !== 1) return;
    const [chance] = chancesOf(`${seed} kill ${moves}`);
    await setTimeout(chance * MAX_BEFORE_KILL_MS);
    await killer.kill();
  };
  const letPass = () =>
    drain({ system, countRequests: receivers.count }, async (moves) => {
      onProgress(`drained for ${moves} moves of the clock, ${receivers.count()} requests`);
      await Promise.all([meddler.meddle(), killNow(moves)]);
    });
  await letPass();
  await meddler.finish();
  await letPass();
  const injected = await killer.faultCounts();
  await system.disarmFaults();
  const putBack = await putBackAfterOutage(host.account().url);
  if (putBack > 0) await letPass();

  const { published } = publisher;
  const { wasRepaired, replayedAt } = meddler;
  const world = { system, receivers, wasRepaired, replayedAt, now: await system.now() };
  const findings = await Promise.all(subscribers.map((subscriber) => verify(world, subscriber, published)));
  const statisticsOff = sum(findings, 'statisticsOff');
  const { killed = 0, 'timed-out': timedOut = 0 } = injected;
  const died = killed + timedOut + killer.count() * CONCURRENCY;
  return {
    seed,
    events,
    kills: killer.count(),
    injected,
    certain: published.filter(({ isCertain }) => isCertain).length,
    deliveries: findings.reduce((total, { rows }) => total + rows.length, 0),
    requests: sum(findings, 'requests'),
    repeats: sum(findings, 'repeats'),
    putBack,
    lost: sum(findings, 'lost'),
    statisticsOff,
    faults: [
      ...(await findLeftovers({ system, account: host.account() }, published, subscribers)),
      ...findStatisticsFaults('attempts', statisticsOff, died),
      ...findStatisticsFaults('unsent deliveries', sum(findings, 'unsentOff'), died),
      ...findTidingsFaults(receivers, findings),
      ...findings.flatMap(({ subscriber: { name }, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    ],
  };
}

/** Publishes events by their numbers, from several producers at once. */
async function publishAll(events: number, publish: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const publishOn = async () => {
    while (next < events) {
      next += 1;
      await publish(next - 1);
    }
  };
  await Promise.all(Array.from({ length: PRODUCERS }, publishOn));
}

/** What died uncounted; and one batch that was added twice, as another came between a write and its repeat. */
function findStatisticsFaults(what: string, off: number, died: number): string[] {
  const isExcused = off <= BATCH_SIZE && off >= -(died + 1) * BATCH_SIZE;
  return isExcused ? [] : [`the statistics are off by ${off} ${what}, while ${died} invocations died`];
}

const sum = (
  findings: readonly Finding[],
  name: 'requests' | 'repeats' | 'lost' | 'statisticsOff' | 'unsentOff',
) => findings.reduce((total, finding) => total + finding[name], 0);

async function createKeys(host: Host): Promise<Map<string, string>> {
  const keys = new Map(USER_IDS.map((userId) => [userId, mintApiKey()]));
  await Promise.all([...keys].map(([userId, key]) => admit(host.account(), key, { userId })));
  return keys;
}
