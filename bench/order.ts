import { composeData } from './payload.ts';
import { startReceiver } from './receiver.ts';
import { type BenchSystem, startSystem } from './system.ts';
import type { Row, Table } from './table.ts';

const USER = 'user_order';
const BODY_BYTES = 1024;
const DELAYS_MS = [0, 50, 200];
/** A burst of so many milliseconds' worth, and not fewer than a chain of the Deliverer has. */
const BURST_MS = 15_000;
const MIN_BURST = 75;
const MAX_BURST = 100;

/** Writes, reads and messages to a delivery. */
function costOf({ meter }: BenchSystem, deliveries: number) {
  const { 'write units': writes = 0, 'read units': reads = 0, 'SQS sends': sends = 0 } = meter.usage;
  const each = (quantity: number) => (quantity / deliveries).toFixed(2);
  return { 'write units': each(writes), 'read units': each(reads), 'messages sent': each(sends) };
}

async function measureBurst(isOrdered: boolean, delayMs: number): Promise<Row> {
  const arrivals: number[] = [];
  const receiver = await startReceiver(
    () => ({ status: 200, delayMs }),
    () => void arrivals.push(performance.now()),
  );
  const system = await startSystem({ maximumConcurrency: 5 });
  await system.addWebhook(USER, receiver.url, isOrdered ? { ordered: true } : {});
  const publish = async (count: number) => {
    const data = Array.from({ length: count }, (_, n) => composeData(USER, n, BODY_BYTES));
    await system.publish(data.map((one) => ({ userId: USER, data: one })));
    await system.settle(() => arrivals.length >= count);
  };
  await publish(1);
  arrivals.length = 0;
  system.meter.reset();
  const burst = Math.min(MAX_BURST, Math.max(MIN_BURST, Math.round(BURST_MS / (delayMs + 20))));
  await publish(burst);
  const seconds = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
  const row = {
    webhook: isOrdered ? 'ordered' : 'plain',
    'answers after, ms': delayMs,
    deliveries: burst,
    'a second': ((burst - 1) / seconds).toFixed(1),
    ...costOf(system, burst),
  };
  await system.runtime.stop();
  await receiver.stop();
  return row;
}

/** How fast a backlog of an ordered webhook is delivered, and what each delivery costs, beside a plain one's. */
export async function measureOrder(): Promise<Table[]> {
  const rows: Row[] = [];
  for (const delayMs of DELAYS_MS) rows.push(await measureBurst(true, delayMs));
  rows.push(await measureBurst(false, 0));
  return [{ title: 'A backlog of one webhook, through the local runtime', rows }];
}
