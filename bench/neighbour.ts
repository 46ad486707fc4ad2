import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { acceptedAtOf } from '../core/ids.ts';
import type { Webhook } from '../core/webhook.ts';
import { openTable } from '../lambdas/aws/table.ts';
import { getWebhook } from '../lambdas/aws/webhook-store.ts';
import { STAGE_DEFAULTS } from '../lib/config.ts';
import { clientConfigOf } from '../local/aws/client-config.ts';
import { type Backlog, openBacklog } from './neighbour/backlog.ts';
import { type Arrivals, dataOf, EVENT, type System, startSystem, type Width } from './neighbour/system.ts';
import type { Table } from './table.ts';

const WAITING = 10_000;
/** How often the other customer's events come: ms. */
const EVERY_MS = 100;
const WARM_UP = 30;
/** So many, each of which takes a while, bring up as many instances of the Deliverer as there may be. */
const WARM_UP_WAITING = 500;
const UNDISTURBED = 200;
/** For how long from the moment that the backlog is there the other customer's events come: ms. */
const WATCHED_MS = 45_000;
/** The longest that is waited for what has not arrived at the end: ms. */
const PATIENCE_MS = 60_000;

const { delivererMaxConcurrency, slowLaneMaxConcurrency } = STAGE_DEFAULTS.prod;
/** A tenth of production's. */
const TENTH: Width = { delivererMaxConcurrency, slowLaneMaxConcurrency, run: 10 };
/** The least that a deployment should have, with all of Lambda's scaling. Source: docs/decisions/slow-lane.md */
const LEAST: Width = { delivererMaxConcurrency: 40, slowLaneMaxConcurrency: 20, run: 40 };

/** The neighbour of the customer whose deliveries are timed: what its endpoint does, and what there is against it. */
type Scenario = {
  readonly neighbour: 'hanging' | 'quick';
  readonly hasSlowLane: boolean;
  readonly width: Width;
};

const SCENARIOS: Record<string, Scenario> = {
  'an endpoint that hangs': { neighbour: 'hanging', hasSlowLane: true, width: TENTH },
  'the same without the slow lane': { neighbour: 'hanging', hasSlowLane: false, width: TENTH },
  'an endpoint that answers at once': { neighbour: 'quick', hasSlowLane: true, width: TENTH },
  'an endpoint that hangs, 40 invocations wide': { neighbour: 'hanging', hasSlowLane: true, width: LEAST },
};

/** Gives a user a webhook, which points to the receiver of that name. */
async function createWebhook(system: System, user: string): Promise<() => Promise<Webhook>> {
  const { id = '' } = await system.call(user, 'POST', '/webhooks', {
    url: system.urlOf(user),
    events: [EVENT],
  });
  const table = openTable(system.runtime.outputs.TableName ?? '', clientConfigOf(system.runtime.environment));
  return async () => {
    const webhook = await getWebhook(table)(user, id);
    if (!webhook) throw new Error(`the webhook of ${user} is not there`);
    return webhook;
  };
}

/** Publishes events of the other customer, one after the other, while `goesOn` says so; how many were accepted. */
async function trickle({ call }: System, goesOn: (published: number) => boolean): Promise<number> {
  const publishing: Promise<boolean>[] = [];
  const publish = () => call('other', 'POST', '/events', { event: EVENT, data: dataOf('other') });
  while (goesOn(publishing.length)) {
    publishing.push(
      publish().then(
        () => true,
        () => false,
      ),
    );
    await setTimeout(EVERY_MS);
  }
  return (await Promise.all(publishing)).filter(Boolean).length;
}

/** Waits until something is so, or the time (epoch ms) is up; when that was. */
async function waitFor(look: () => Promise<boolean> | boolean, until: number): Promise<number> {
  while (Date.now() < until && !(await look())) await setTimeout(50);
  return Date.now();
}

/** The time from an event's acceptance to its arrival, over those accepted between two moments: ms. */
function summarize(arrivals: Arrivals, [from, to]: readonly [number, number]) {
  const times = [...arrivals]
    .map(([id, at]) => ({ acceptedAt: acceptedAtOf(id), ms: at - acceptedAtOf(id) }))
    .filter(({ acceptedAt }) => acceptedAt >= from && acceptedAt < to)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1];
  return { deliveries: times.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/**
 * Has every instance of the Deliverer started: AWS starts them side by side, a laptop one after the other, and by
 * nothing but this would whoever needs one wait for many.
 */
async function warmUp(system: System, backlog: Backlog): Promise<number> {
  const webhook = await (await createWebhook(system, 'unhurried'))();
  await setTimeout((await backlog.fill(webhook, WARM_UP_WAITING)) - Date.now());
  await waitFor(backlog.isDone, Date.now() + PATIENCE_MS);
  return trickle(system, (published) => published < WARM_UP);
}

/** Times the other customer's deliveries, undisturbed at first and then beside the neighbour's backlog. */
async function measure({ neighbour, ...settings }: Scenario) {
  const system = await startSystem(settings);
  const readNeighbour = await createWebhook(system, neighbour);
  await createWebhook(system, 'other');
  const backlog = await openBacklog(system);
  let published = await warmUp(system, backlog);

  const begin = Date.now();
  published += await trickle(system, (count) => count < UNDISTURBED);
  const undisturbed = [begin, Date.now()] as const;

  const onset = await backlog.fill(await readNeighbour(), WAITING);
  await setTimeout(onset - Date.now());
  const end = onset + WATCHED_MS;
  const trickling = trickle(system, () => Date.now() < end);
  const marked = await waitFor(async () => (await readNeighbour()).slowSince !== undefined, end);
  const drained = await waitFor(backlog.isDrained, end);
  published += await trickling;
  await waitFor(() => system.arrivals.size >= published, Date.now() + PATIENCE_MS);
  await system.stop();

  const missing = published - system.arrivals.size;
  console.log(
    `marked as slow after ${marked - onset} ms, none waits after ${drained - onset} ms, ` +
      `${missing} of ${published} missing, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  const phases = {
    undisturbed,
    'from the onset': [onset, end],
    'until it is marked': [onset, marked],
    'while the rest is passed on': [marked, drained],
    'from then on': [drained, end],
  } as const;
  return Object.fromEntries(
    Object.entries(phases).map(([name, between]) => [name, summarize(system.arrivals, between)]),
  );
}

/**
 * What it costs a customer that another has 10,000 deliveries waiting, for an endpoint that hangs until each has timed
 * out after 30 s: the time to delivery of the one's events, ten a second, undisturbed and beside the other. A neighbour
 * that answers at once, with as many waiting, tells how much of it is that a laptop has so much to do.
 */
export async function measureNeighbour(): Promise<Table[]> {
  const tables: Table[] = [];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    console.log(`beside ${name}`);
    const phases = Object.entries(await measure(scenario));
    const rows = phases.map(([phase, figures]) => Object.assign({ phase }, figures));
    tables.push({ title: `Beside ${name} with ${WAITING} waiting: ms to delivery`, rows });
  }
  return tables;
}
