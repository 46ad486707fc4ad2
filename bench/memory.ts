import { billedMsOf } from '../local/meter/meter.ts';
import type { Measured } from './bill.ts';
import { composeData } from './payload.ts';
import { PRICES } from './prices.ts';
import type { BenchSystem } from './system.ts';
import { median, type Table } from './table.ts';

const BODY_BYTES = 1024;
/** How often each route of the API is called, before it is measured and while it is. */
const WARM_UP_ROUNDS = 300;
const ROUNDS = 100;

const MEMORY_SIZES = [128, 192, 256, 384, 512, 768, 1024, 1769];

/** Functions, by a part of their names, and of what a million is counted. */
type Curve = {
  readonly title: string;
  readonly functions: readonly string[];
  /** How many of it there were; invocations where absent. */
  readonly perMillionOf?: number;
};

/** What other memory sizes would cost, from what the invocations waited and computed. */
export function showMemoryCurve(
  invocations: Measured['invocations'],
  { title, functions, perMillionOf }: Curve,
): Table {
  const figuresAt = (name: string, memoryMb: number) => {
    const own = invocations.filter(({ functionName }) => functionName.includes(name));
    const ms = median(own.map((times) => billedMsOf(times, memoryMb)));
    const gbSeconds = own.length * (ms / 1000) * (memoryMb / 1024);
    const dollars = (gbSeconds * PRICES['GB-seconds'].dollars * 1e6) / (perMillionOf ?? own.length);
    return { [`${name}, ms`]: ms, [`${name}, dollars a million`]: dollars.toFixed(3) };
  };
  const rows = MEMORY_SIZES.map((memoryMb) =>
    Object.assign({ MB: memoryMb }, ...functions.map((name) => figuresAt(name, memoryMb))),
  );
  return { title, rows };
}

/** Calls each function of the API, as somebody at the dashboard and a producer do, and tells what that took. */
export async function callApi(system: BenchSystem, receiverUrl: string): Promise<Measured['invocations']> {
  const user = 'user of the API';
  const { id } = await system.addWebhook(user, receiverUrl);
  const lists = ['/webhooks', `/webhooks/${id}/deliveries`, `/webhooks/${id}/logs`, `/webhooks/${id}/stats`];
  const round = async (index: number) => {
    await system.call(user, 'POST', '/events', {
      event: 'thought.created',
      data: composeData(user, index, BODY_BYTES),
    });
    for (const path of lists) await system.call(user, 'GET', path);
  };
  for (let index = 0; index < WARM_UP_ROUNDS; index += 1) await round(index);
  await system.settle(() => true);
  system.meter.reset();
  for (let index = 0; index < ROUNDS; index += 1) await round(WARM_UP_ROUNDS + index);
  return [...system.meter.invocations];
}
