import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_CATALOGUE } from '../../core/event-catalogue.ts';
import { STAGE_DEFAULTS } from '../../lib/config.ts';
import { type Runtime, start } from '../../local/runtime.ts';
import { synthesize } from '../../local/synthesize.ts';
import { type Call, createCall } from '../api.ts';

/** How many invocations the Deliverer may have at once, where it is deployed. */
export type Width = {
  readonly delivererMaxConcurrency: number;
  readonly slowLaneMaxConcurrency: number;
  /** As many as a laptop runs of them at most: where that is fewer, Lambda's scaling is as much slower. */
  readonly run: number;
};

/** How long a call of AWS takes at most, half of that on average, as within a region of AWS: ms. */
const LATENCY_MS = 20;

export const EVENT = 'thought.deleted';

/** The data of an event of this user. */
export const dataOf = (user: string) => ({ ...EVENT_CATALOGUE[EVENT].sample, user_id: user });

/** When each delivery came to its receiver: epoch ms, by the delivery's id. */
export type Arrivals = ReadonlyMap<string, number>;

export type System = {
  readonly runtime: Runtime;
  readonly arrivals: Arrivals;
  readonly call: Call;
  /** Where a receiver of this name is. */
  readonly urlOf: (name: string) => string;
  readonly stop: () => Promise<void>;
};

/** The whole system with receivers beside it; without its slow lane, where that is to be compared. */
export async function startSystem({
  hasSlowLane,
  width,
}: {
  readonly hasSlowLane: boolean;
  readonly width: Width;
}): Promise<System> {
  const assemblyDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-bench-'));
  const { dispatcherMaxConcurrency } = STAGE_DEFAULTS.prod;
  const { run: maximumConcurrency, ...deliverer } = width;
  const widths = { dispatcherMaxConcurrency, ...deliverer };
  const context = Object.fromEntries(Object.entries(widths).map(([name, count]) => [name, String(count)]));
  await synthesize({ stage: 'local', outputDirectory: assemblyDirectory, context });
  if (!hasSlowLane) await closeSlowLane(assemblyDirectory);
  const runtime = await start({ assemblyDirectory, port: 0, maximumConcurrency });
  await fetch(`${runtime.url}/_local/faults`, {
    method: 'PUT',
    body: JSON.stringify({ rules: [{ fault: 'slow', ms: LATENCY_MS }] }),
  });
  const receivers = fork(new URL('./receivers.ts', import.meta.url));
  const [{ port }] = (await once(receivers, 'message')) as [{ port: number }];
  return {
    runtime,
    arrivals: listen(receivers),
    call: createCall(runtime),
    urlOf: (name) => `http://127.0.0.1:${port}/${name}`,
    stop: async () => {
      receivers.disconnect();
      await runtime.stop();
      await rm(assemblyDirectory, { recursive: true });
    },
  };
}

function listen(receivers: ChildProcess): Arrivals {
  const arrivals = new Map<string, number>();
  receivers.on('message', ({ deliveryId, at }: { deliveryId: string; at: number }) => {
    arrivals.set(deliveryId, arrivals.get(deliveryId) ?? at);
  });
  return arrivals;
}

type Template = {
  Resources: Record<string, { Properties?: { Environment?: { Variables: Record<string, unknown> } } }>;
};

/**
 * Has the Deliverer take the deliveries queue for the slow lane, in the template alone: nothing is passed on then, as
 * if there were none.
 */
async function closeSlowLane(assemblyDirectory: string): Promise<void> {
  const file = join(assemblyDirectory, 'CathcrWebhooks-local.template.json');
  const template = JSON.parse(await readFile(file, 'utf8')) as Template;
  for (const { Properties } of Object.values(template.Resources)) {
    const variables = Properties?.Environment?.Variables;
    if (variables?.SLOW_DELIVERIES_QUEUE_URL) {
      variables.SLOW_DELIVERIES_QUEUE_URL = variables.DELIVERIES_QUEUE_URL;
    }
  }
  await writeFile(file, JSON.stringify(template));
}
