import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { deriveDeliveryId, mintEventId, mintWebhookId } from '../core/ids.ts';
import type { Webhook } from '../core/webhook.ts';
import { pack } from '../lambdas/aws/packing.ts';
import type { DeliveryMessage } from '../lambdas/delivery/message.ts';
import { givenFunction } from './assembly.ts';
import { bundle } from './bundle.ts';
import { startInstantAws, startInstantReceiver } from './instant-servers.ts';
import { composeData } from './payload.ts';
import type { SdkCall } from './sdk-calls.ts';
import type { Row, Table } from './table.ts';
import { median } from './table.ts';

/** What the driver is told: the function's code, its batches, and what it asks of others for one of them. */
export type Task = {
  readonly modulePath: string;
  readonly events: readonly SQSEvent[];
  /**
   * The requests that the function makes for a batch, as a bare loop would make them: in steps, each of which needs the
   * answers of the one before it.
   */
  readonly steps: readonly (readonly BareRequest[])[];
  /**
   * The write of one row, where it writes a row for each delivery, one request after the other before the last step: in
   * how many is counted by the driver.
   */
  readonly rowWrite?: BareRequest | undefined;
  /** How many requests the function makes for a batch, where that does not depend on the moment. */
  readonly requestsPerBatch?: number | undefined;
  /** The module with `SDK_CALLS`. */
  readonly sdkCallsPath: string;
  readonly rounds: number;
  readonly warmUpRounds: number;
};

/** A request as a bare loop makes it; and as what call of the SDK, where it goes to AWS. */
export type BareRequest = {
  readonly url: string;
  readonly body: string;
  readonly call?: SdkCall;
  /** How many rows it writes, where it writes more than one. */
  readonly rows?: number;
};

/** What one round took: ms, and ms of CPU time. */
export type Times = { readonly wallMs: number; readonly cpuMs: number };

/** What the driver tells: how many requests the function made for a batch, and the rounds. */
export type Driven = { readonly requestsPerBatch: number; readonly rounds: readonly Round[] };

/** A round of the function, one of the bare loop, and one of the bare loop that calls AWS by the SDK. */
type Round = { readonly handler: Times; readonly bare: Times; readonly sdk: Times };

const BODY_BYTES = 1024;
const BATCH = 10;
const BATCHES = 20;
const ROUNDS = 9;
/** Until the code is compiled as far as it will be: the function's CPU time falls by a third over the first thousands of deliveries. */
const WARM_UP_ROUNDS = 50;
const USER = 'user_bench';
/**
 * The deliveries are of events that are accepted when the bench is over: ms. One that was accepted some seconds before
 * its attempt has an item of its own for that, and the usual case is to be measured.
 */
const ACCEPTED_AHEAD_MS = 3_600_000;

const createWebhook = (url: string): Webhook => ({
  id: mintWebhookId(Date.now()),
  userId: USER,
  url: `${url}/webhooks/cathcr`,
  events: ['thought.created'],
  secret: 'whsec_0123456789abcdef0123456789abcdef',
  active: true,
  generation: 1,
  createdAt: 1,
  updatedAt: 1,
  version: 1,
});

const createRecord = (body: object, index: number): SQSRecord => ({
  messageId: `message-${index}`,
  receiptHandle: 'handle',
  body: JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(Date.now()),
    SenderId: 'bench',
    ApproximateFirstReceiveTimestamp: String(Date.now()),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
  awsRegion: 'us-east-1',
});

/** The body of an event as the webhook receives it, but for its own id. */
const composePayload = (index: number) =>
  JSON.stringify({
    event: 'thought.created',
    timestamp: new Date().toISOString(),
    data: composeData(USER, index, BODY_BYTES),
  });

function composeDelivery(webhook: Webhook, index: number): DeliveryMessage {
  const acceptedAt = Date.now() + ACCEPTED_AHEAD_MS;
  const eventId = mintEventId(acceptedAt);
  return {
    user_id: USER,
    webhook_id: webhook.id,
    generation: webhook.generation,
    delivery_id: deriveDeliveryId(acceptedAt, eventId, webhook.id),
    run: 1,
    attempt: 1,
    event: {
      id: eventId,
      type: 'thought.created',
      timestamp: new Date().toISOString(),
      payload: Buffer.from(pack(composePayload(index))).toString('base64'),
    },
  };
}

const composeEnvelope = (index: number) => ({
  version: '0',
  id: mintEventId(Date.now()),
  'detail-type': 'thought.created',
  source: 'cathcr',
  account: '000000000000',
  time: new Date().toISOString(),
  region: 'us-east-1',
  resources: [],
  detail: { event: 'thought.created', data: composeData(USER, index, BODY_BYTES) },
});

const createEvents = (compose: (index: number) => object): SQSEvent[] =>
  Array.from({ length: BATCHES }, (_, batch) => ({
    Records: Array.from({ length: BATCH }, (__, i) => createRecord(compose(batch * BATCH + i), i)),
  }));

/** Drives a function in a process of its own. */
async function drive(task: Task, environment: Readonly<Record<string, string>>): Promise<Driven> {
  const driver = fork(join(import.meta.dirname, 'cpu-driver.js'), {
    execArgv: process.env.BENCH_NODE_ARGS?.split(' ') ?? [],
    env: { ...environment, PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  driver.send(task);
  const [driven] = (await Promise.race([
    once(driver, 'message'),
    once(driver, 'exit').then(([code]) => Promise.reject(new Error(`the driver ended with ${code}`))),
  ])) as [Driven];
  return driven;
}

/** Figures of one function: medians over the rounds, each ratio taken within its round. */
function describe(name: string, { rounds, requestsPerBatch }: Driven): Row {
  const items = BATCHES * BATCH;
  const over = (figure: (round: Round) => number) => median(rounds.map(figure));
  const each = (times: (round: Round) => Times) =>
    over((round) => (times(round).cpuMs * 1000) / items).toFixed(0);
  return {
    function: name,
    'a second': over(({ handler }) => (items * 1000) / handler.wallMs).toFixed(0),
    'CPU µs each': each(({ handler }) => handler),
    'requests each': (requestsPerBatch / BATCH).toFixed(1),
    'bare, CPU µs each': each(({ bare }) => bare),
    'ratio of throughput': over(({ handler, bare }) => bare.wallMs / handler.wallMs).toFixed(2),
    'ratio of CPU': over(({ handler, bare }) => bare.cpuMs / handler.cpuMs).toFixed(2),
    'by the SDK, CPU µs each': each(({ sdk }) => sdk),
    'its ratio of CPU': over(({ bare, sdk }) => bare.cpuMs / sdk.cpuMs).toFixed(2),
  };
}

const repeat = (request: BareRequest, times: number) => Array.from({ length: times }, () => request);

/** What a delivery costs in CPU, in the Deliverer and in the Dispatcher, against the same requests made bare. */
export async function measureCpu(): Promise<Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-bench-'));
  const sdkCallsPath = join(directory, 'sdk-calls.mjs');
  await bundle("export * from './bench/sdk-calls.ts';", sdkCallsPath);
  const receiver = await startInstantReceiver();
  const webhook = createWebhook(receiver.url);
  const aws = await startInstantAws([webhook]);
  const toAws = (call: SdkCall, length: number): BareRequest => ({
    url: aws.url,
    body: 'x'.repeat(length),
    call,
  });
  const toReceiver = { url: receiver.url, body: 'x'.repeat(BODY_BYTES) };
  const rowWrite = toAws('insert', 1500);
  const tasks = [
    {
      name: 'Deliverer, batches of one webhook',
      functionName: 'Deliverer',
      events: createEvents((index) => composeDelivery(webhook, index)),
      steps: [[toAws('get', 500)], repeat(toReceiver, BATCH), [toAws('update', 500)]],
      rowWrite,
    },
    {
      name: 'Deliverer, batches of ten webhooks',
      functionName: 'Deliverer',
      events: createEvents((index) => composeDelivery(createWebhook(receiver.url), index)),
      steps: [[toAws('getBatch', 1500)], repeat(toReceiver, BATCH), repeat(toAws('update', 500), BATCH)],
      rowWrite,
    },
    {
      name: 'Deliverer, against its POSTs alone',
      functionName: 'Deliverer',
      events: createEvents((index) => composeDelivery(webhook, index)),
      steps: [repeat(toReceiver, BATCH)],
    },
    {
      name: 'Dispatcher, an event to one webhook',
      functionName: 'Dispatcher',
      events: createEvents(composeEnvelope),
      steps: [[toAws('query', 300)], [toAws('sendBatch', 10_000)]],
      requestsPerBatch: 2,
    },
  ];
  const rows: Row[] = [];
  for (const { name, functionName, ...of } of tasks) {
    console.log(name);
    const { modulePath, environment } = await givenFunction(functionName, aws.url);
    const task = { modulePath, sdkCallsPath, ...of, rounds: ROUNDS, warmUpRounds: WARM_UP_ROUNDS };
    rows.push(describe(name, await drive(task, environment)));
  }
  await rm(directory, { recursive: true });
  receiver.stop();
  aws.stop();
  return [{ title: `Batches of ten, in one process, against servers that answer at once`, rows }];
}
