import { setTimeout } from 'node:timers/promises';
import { composeData } from './payload.ts';
import { startReceiver } from './receiver.ts';
import { startSystem } from './system.ts';
import { median, percentile, type Row, type Table } from './table.ts';

const USER = 'user_latency';
const BODY_BYTES = 1024;
const IDLE_EVENTS = 100;
const BURST_EVENTS = 1000;
const HALF_LOAD_SECONDS = 10;

/** Which thought a delivery tells of. */
const THOUGHT = /"id":"thought_(\d+)"/;

/** From publishing to the receiver through the local runtime: one at a time, in a burst, and at half of its capacity. */
export async function measureLatency(): Promise<Table[]> {
  const publishedAt = new Map<number, number>();
  const latencies: number[] = [];
  const receiver = await startReceiver(
    () => ({ status: 200, delayMs: 0 }),
    (_, body) => {
      const published = publishedAt.get(Number(THOUGHT.exec(body)?.[1]));
      if (published !== undefined) latencies.push(performance.now() - published);
    },
  );
  const system = await startSystem({ maximumConcurrency: 5 });
  await system.addWebhook(USER, receiver.url);
  let last = 0;
  const publish = async (count = 1) => {
    const events = Array.from({ length: count }, () => {
      last += 1;
      publishedAt.set(last, performance.now());
      return { userId: USER, data: composeData(USER, last, BODY_BYTES) };
    });
    await system.publish(events);
  };
  const settle = () => system.settle(() => receiver.count >= last);
  const describe = (name: string, rate: string): Row => {
    const row = {
      events: name,
      'a second': rate,
      'p50, ms': median(latencies).toFixed(0),
      'p99, ms': percentile(latencies, 0.99).toFixed(0),
      'a Dispatcher batch, ms': medianOf('Dispatcher').toFixed(0),
      'a Deliverer batch, ms': medianOf('Deliverer').toFixed(0),
    };
    latencies.length = 0;
    system.meter.reset();
    return row;
  };
  const medianOf = (name: string) => {
    const own = system.meter.invocations.filter(({ functionName }) => functionName.includes(name));
    return median(own.map(({ durationMs }) => durationMs));
  };

  console.log('warming up');
  await publish(BURST_EVENTS);
  await settle();
  describe('', '');
  console.log('one at a time');
  for (let i = 0; i < IDLE_EVENTS; i += 1) {
    await publish();
    await settle();
  }
  const rows = [describe('one at a time', '')];
  console.log('a burst');
  const startedAt = performance.now();
  await publish(BURST_EVENTS);
  while (receiver.count < last) await setTimeout(5);
  const capacity = (BURST_EVENTS * 1000) / (performance.now() - startedAt);
  await settle();
  rows.push(describe(`a burst of ${BURST_EVENTS}`, capacity.toFixed(0)));
  console.log('half of that');
  const rate = capacity / 2;
  const begin = performance.now();
  const published: Promise<void>[] = [];
  while (performance.now() < begin + HALF_LOAD_SECONDS * 1000) {
    published.push(publish());
    await setTimeout(begin + (published.length * 1000) / rate - performance.now());
  }
  const reached = (published.length * 1000) / (performance.now() - begin);
  await Promise.all(published);
  await settle();
  rows.push(describe('half of that', reached.toFixed(0)));
  await system.runtime.stop();
  await receiver.stop();
  return [{ title: 'From publishing to the receiver, through the local runtime', rows }];
}
