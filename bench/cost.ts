import { type Bill, billOf, type Measured, totalOf } from './bill.ts';
import { callApi, showMemoryCurve } from './memory.ts';
import { describeMonthlyCost } from './monthly-cost.ts';
import { composeData } from './payload.ts';
import { PEERS, PRICES_OF } from './prices.ts';
import { startReceiver } from './receiver.ts';
import { type BenchEvent, type BenchSystem, startSystem } from './system.ts';
import type { Row, Table } from './table.ts';

const KB = 1024;
/** How long the receiver takes to answer: ms. */
const RESPONSE_MS = 200;
/** One delivery in so many fails twice, and is accepted at its third attempt, five minutes later. */
const FAILS_EVERY = 20;
const FIRST_RETRY_SECONDS = 301;

/** Until the code of a batch is compiled as far as it will be: its CPU time falls by a third over the first thousands. */
const WARM_UP_EVENTS = 2000;

/** How many batches are delivered side by side where one event makes many. */
const CONCURRENCY = 10;

/** What is published, and to how many webhooks. */
type Scenario = {
  readonly name: string;
  readonly events: number;
  /** Whether each event of a batch is another customer's. */
  readonly ofMany?: boolean;
  readonly fanOut?: number;
  readonly bodyBytes?: number;
  readonly fails?: boolean;
  /** Whether events come by `POST /events`, and not on the bus. */
  readonly byApi?: boolean;
};

const SCENARIOS: readonly Scenario[] = [
  { name: '1 KB, a customer', events: 300 },
  { name: '1 KB, each another customer', events: 300, ofMany: true },
  { name: '10 KB', events: 200, bodyBytes: 10 * KB },
  { name: '100 KB', events: 100, bodyBytes: 100 * KB },
  { name: '1 KB to 10 webhooks', events: 50, fanOut: 10 },
  { name: '1 KB to 100 webhooks', events: 10, fanOut: 100 },
  { name: '1 KB to 1,000 webhooks', events: 2, fanOut: 1000 },
  { name: '1 KB, 5 % fail twice', events: 300, fails: true },
  { name: '1 KB by POST /events', events: 300, byApi: true },
];

/** How many customers a batch is of, where each event is another's. */
const MANY = 10;

/** What the receiver answers; while `failing` is set, one delivery in twenty is refused twice. */
function createAnswers() {
  const seen = new Map<string, { readonly isUnlucky: boolean; attempts: number }>();
  const answers = {
    failing: false,
    decide: (deliveryId: string) => {
      const delivery = seen.get(deliveryId) ?? { isUnlucky: seen.size % FAILS_EVERY === 0, attempts: 0 };
      seen.set(deliveryId, delivery);
      delivery.attempts += 1;
      const fails = answers.failing && delivery.isUnlucky && delivery.attempts <= 2;
      return { status: fails ? 500 : 200, delayMs: RESPONSE_MS };
    },
  };
  return answers;
}

type Rig = {
  readonly system: BenchSystem;
  readonly receiver: Awaited<ReturnType<typeof startReceiver>>;
  readonly answers: ReturnType<typeof createAnswers>;
};

const publishByApi = ({ call }: BenchSystem, events: readonly BenchEvent[]) =>
  Promise.all(
    events.map(({ userId, data }) => call(userId, 'POST', '/events', { event: 'thought.created', data })),
  );

/** Publishes what a scenario says, batch by batch, and waits until everything has been delivered. */
async function run({ system, receiver, answers }: Rig, scenario: Scenario): Promise<Measured> {
  const { name, events, ofMany, fanOut = 1, bodyBytes = KB, fails = false, byApi } = scenario;
  const users = Array.from({ length: ofMany ? MANY : 1 }, (_, index) => `user ${name} ${index}`);
  for (const user of users) for (let i = 0; i < fanOut; i += 1) await system.addWebhook(user, receiver.url);
  // So that its key is there when it is counted.
  if (byApi) for (const user of users) await system.call(user, 'GET', '/webhooks');
  answers.failing = fails;
  const heldBefore = await system.measureTable();
  const bytesBefore = receiver.bytes;
  const countBefore = receiver.count;
  system.meter.reset();

  for (let from = 0; from < events; from += MANY) {
    const batch = Array.from({ length: Math.min(MANY, events - from) }, (_, i) => {
      const userId = users[i % users.length] ?? '';
      return { userId, data: composeData(userId, from + i, bodyBytes) };
    });
    await (byApi ? publishByApi(system, batch) : system.publish(batch));
    await system.settle(() => receiver.count - countBefore >= (from + batch.length) * fanOut);
  }
  const deliveries = events * fanOut;
  const repeats = fails ? deliveries / FAILS_EVERY : 0;
  await system.settle(() => receiver.count - countBefore === deliveries + repeats);
  if (fails) await system.runtime.clock.advance(FIRST_RETRY_SECONDS);
  await system.settle(() => receiver.count - countBefore === deliveries + 2 * repeats);
  const { usage, invocations } = system.meter;
  const { bytes: received } = receiver;
  const held = await system.measureTable();
  return {
    deliveries,
    usage,
    invocations: [...invocations],
    bytesToReceivers: received.received - bytesBefore.received,
    bytesFromReceivers: received.sent - bytesBefore.sent,
    stored: { bytes: held.bytes - heldBefore.bytes, items: held.items - heldBefore.items },
  };
}

const mean = (figures: readonly number[]) =>
  (figures.reduce((sum, figure) => sum + figure, 0) / figures.length).toFixed(0);

const showBill = (name: string, bill: Bill): Row =>
  Object.assign(
    { 'a million of': name },
    Object.fromEntries(
      Object.entries(bill.byService).map(([service, amount]) => [service, amount.toFixed(2)]),
    ),
    { total: totalOf(bill).toFixed(2), 'kept 30 days': bill.storage.toFixed(2) },
  );

/** What a delivery took of what is billed most. */
function showUnits(name: string, { usage, deliveries, invocations, stored }: Measured): Row {
  const each = (quantity = 0, digits = 2) => (quantity / deliveries).toFixed(digits);
  const batches = invocations.filter(({ functionName }) => functionName.includes('Deliverer'));
  return {
    'a delivery of': name,
    'write units': each(usage['write units']),
    'read units': each(usage['read units']),
    'SQS requests': each((usage['SQS sends'] ?? 0) + (usage['SQS receives and deletes'] ?? 0)),
    'GB-ms': each((usage['GB-seconds'] ?? 0) * 1000, 1),
    'log bytes': each(usage['log bytes'], 0),
    'bytes kept': each(stored.bytes, 0),
    'a batch delivered in, ms': mean(batches.map(({ durationMs }) => durationMs)),
    'of that CPU': mean(batches.map(({ cpuMs }) => cpuMs)),
    billed: mean(batches.map(({ billedMs }) => billedMs)),
  };
}

/** What a million deliveries cost on AWS, by service and by what is billed; beside it, what others ask. */
export async function measureCost(): Promise<Table[]> {
  const answers = createAnswers();
  const receiver = await startReceiver(answers.decide);
  const system = await startSystem({ maximumConcurrency: CONCURRENCY });
  const rig = { system, receiver, answers };
  console.log('warming up');
  await run(rig, { name: 'warm-up', events: WARM_UP_EVENTS });
  const basis = await run(rig, { name: 'memory', events: 300 });
  console.log('the API');
  const ofApi = await callApi(system, receiver.url);
  const measured: { name: string; bill: Bill; figures: Measured }[] = [];
  for (const scenario of SCENARIOS) {
    console.log(`${scenario.name}: ${scenario.events} events`);
    const figures = await run(rig, scenario);
    measured.push({ name: scenario.name, figures, bill: billOf(figures) });
  }
  await system.runtime.stop();
  await receiver.stop();
  return [
    {
      title: `Dollars a million deliveries (${PRICES_OF})`,
      rows: measured.map(({ name, bill }) => showBill(name, bill)),
    },
    {
      title: 'What a delivery takes',
      rows: measured.map(({ name, figures }) => showUnits(name, figures)),
    },
    showMemoryCurve(basis.invocations, {
      title: 'Memory: a batch of ten (1 KB, a customer), and a million deliveries',
      functions: ['Dispatcher', 'Deliverer'],
      perMillionOf: basis.deliveries,
    }),
    showMemoryCurve(ofApi, {
      title: 'Memory: a request of the API, and a million of them',
      functions: ['ApiEvents', 'ApiWebhooks', 'ApiDeliveries'],
    }),
    await describeMonthlyCost(),
    { title: 'What others ask for a million deliveries', rows: PEERS },
  ];
}
