import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/lib-dynamodb';
import { mintWebhookId } from '../core/ids.ts';
import { mintSecret } from '../core/secret.ts';
import type { Webhook } from '../core/webhook.ts';
import { putStatistics } from '../lambdas/aws/statistics-store.ts';
import { openTable } from '../lambdas/aws/table.ts';
import { putWebhook } from '../lambdas/aws/webhook-store.ts';
import { OPERATOR_ACCESS_KEY_ID, REGION } from '../local/aws/account.ts';
import { Meter } from '../local/meter/meter.ts';
import { start } from '../local/runtime.ts';
import { createCall } from './api.ts';
import { givenAssembly } from './assembly.ts';

/** What one read unit reads, eventually consistent. */
const READ_UNIT_BYTES = 8192;
/** EventBridge takes so many events in one request. */
const MAX_ENTRIES = 10;
/** How long nothing must be billed for everything to count as done: ms. */
const QUIET_MS = 100;

/** An event to be put on the bus. */
export type BenchEvent = { readonly userId: string; readonly data: object };

export type BenchSystem = Awaited<ReturnType<typeof startSystem>>;

/** The whole system on this machine, its use of AWS metered, and a producer's hands on it. */
export async function startSystem({ maximumConcurrency }: { maximumConcurrency: number }) {
  const meter = new Meter();
  const runtime = await start({
    assemblyDirectory: await givenAssembly(),
    port: 0,
    meter,
    maximumConcurrency,
  });
  const config = {
    endpoint: runtime.url,
    region: REGION,
    credentials: { accessKeyId: OPERATOR_ACCESS_KEY_ID, secretAccessKey: 'bench' },
  };
  const { TableName = '', BusName = '' } = runtime.outputs;
  const table = openTable(TableName, config);
  const bus = new EventBridgeClient(config);

  async function addWebhook(userId: string, url: string, changes: Partial<Webhook> = {}): Promise<Webhook> {
    const now = Date.now();
    const webhook: Webhook = {
      id: mintWebhookId(now),
      userId,
      url: `${url}/webhooks/cathcr`,
      events: ['thought.created', 'thought.updated'],
      secret: mintSecret(),
      active: true,
      generation: now,
      createdAt: now,
      updatedAt: now,
      version: 1,
      ...changes,
    };
    await putStatistics(table)(webhook.id);
    await putWebhook(table)(webhook);
    return webhook;
  }

  async function publish(events: readonly BenchEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += MAX_ENTRIES) {
      const Entries = events.slice(from, from + MAX_ENTRIES).map(({ data }) => ({
        EventBusName: BusName,
        Source: 'cathcr',
        DetailType: 'thought.created',
        Detail: JSON.stringify({ event: 'thought.created', data }),
      }));
      await bus.send(new PutEventsCommand({ Entries }));
    }
  }

  /** Waits until something is done, and until nothing more is billed. */
  async function settle(isDone: () => boolean): Promise<void> {
    while (!isDone()) await setTimeout(5);
    let before = '';
    for (let now = JSON.stringify(meter.usage); now !== before; now = JSON.stringify(meter.usage)) {
      before = now;
      await setTimeout(QUIET_MS);
    }
  }

  /** What the table holds, by the read units that it takes to read all of it, page by page of 1 MB. */
  async function measureTable(): Promise<{ bytes: number; items: number }> {
    const whole = { TableName, ReturnConsumedCapacity: 'TOTAL' } as const;
    const held = { bytes: 0, items: 0 };
    let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const page = await table.client.send(new ScanCommand({ ...whole, ExclusiveStartKey }));
      held.bytes += (page.ConsumedCapacity?.CapacityUnits ?? 0) * READ_UNIT_BYTES;
      held.items += page.Count ?? 0;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return held;
  }

  return { runtime, meter, call: createCall(runtime), addWebhook, publish, settle, measureTable };
}
