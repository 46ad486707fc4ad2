import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { deriveDeliveryId, mintEventId, mintWebhookId } from '../core/ids.ts';
import type { Webhook } from '../core/webhook.ts';
import { pack } from '../lambdas/aws/packing.ts';
import type { DeliveryMessage } from '../lambdas/delivery/message.ts';
import { givenFunction } from './assembly.ts';
import { startInstantAws, startInstantReceiver } from './instant-servers.ts';
import { composeData } from './payload.ts';
import type { Row, Table } from './table.ts';
import { median } from './table.ts';

/** What the driver is told: the function's code, its batches, and what it asks of others for one of them. */
export type Task = {
  readonly modulePath: string;
  readonly events: readonly SQSEvent[];
  /** The requests that the function makes for a batch, as a bare loop would make them. */
  readonly requests: readonly BareRequest[];
  readonly rounds: number;
  readonly warmUpRounds: number;
};

export type BareRequest = { readonly url: string; readonly body: string };

/** What one round took: ms, and ms of CPU time. */
export type Times = { readonly wallMs: number; readonly cpuMs: number };

/** A round of the function, and one of the bare loop. */
export type Round = { readonly handler: Times; readonly bare: Times };

const BODY_BYTES = 1024;
const BATCH = 10;
const BATCHES = 40;
const ROUNDS = 7;
const WARM_UP_ROUNDS = 10;
const USER = 'user_bench';

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
  const eventId = mintEventId(Date.now());
  return {
    user_id: USER,
    webhook_id: webhook.id,
    generation: webhook.generation,
    delivery_id: deriveDeliveryId(Date.now(), eventId, webhook.id),
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
async function drive(task: Task, environment: Readonly<Record<string, string>>): Promise<Round[]> {
  const driver = fork(join(import.meta.dirname, 'cpu-driver.js'), {
    execArgv: process.env.BENCH_NODE_ARGS?.split(' ') ?? [],
    env: { ...environment, PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  driver.send(task);
  const [rounds] = (await Promise.race([
    once(driver, 'message'),
    once(driver, 'exit').then(([code]) => Promise.reject(new Error(`the driver ended with ${code}`))),
  ])) as [Round[]];
  return rounds;
}

/** Figures of one function: medians over the rounds, each ratio taken within its round. */
function describe(name: string, rounds: readonly Round[], requestsPerBatch: number): Row {
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
  };
}

const repeat = (request: BareRequest, times: number) => Array.from({ length: times }, () => request);

/** What a delivery costs in CPU, in the Deliverer and in the Dispatcher, against the same requests made bare. */
export async function measureCpu(): Promise<Table[]> {
  const receiver = await startInstantReceiver();
  const webhook = createWebhook(receiver.url);
  const aws = await startInstantAws([webhook]);
  const row = 'x'.repeat(1500);
  const toStore = (body: string): BareRequest => ({ url: aws.url, body });
  const toReceiver = { url: receiver.url, body: 'x'.repeat(BODY_BYTES) };
  const tasks = [
    {
      name: 'Deliverer, batches of one webhook',
      functionName: 'Deliverer',
      events: createEvents((index) => composeDelivery(webhook, index)),
      requests: [
        ...repeat(toReceiver, BATCH),
        ...repeat(toStore(row), BATCH),
        ...repeat(toStore('x'.repeat(500)), 2),
      ],
    },
    {
      name: 'Deliverer, batches of ten webhooks',
      functionName: 'Deliverer',
      events: createEvents((index) => composeDelivery(createWebhook(receiver.url), index)),
      requests: [
        ...repeat(toReceiver, BATCH),
        ...repeat(toStore(row), BATCH),
        ...repeat(toStore('x'.repeat(500)), 2 * BATCH),
      ],
    },
    {
      name: 'Deliverer, against its POSTs alone',
      functionName: 'Deliverer',
      events: createEvents((index) => composeDelivery(webhook, index)),
      requests: repeat(toReceiver, BATCH),
    },
    {
      name: 'Dispatcher, an event to one webhook',
      functionName: 'Dispatcher',
      events: createEvents(composeEnvelope),
      requests: [toStore('x'.repeat(300)), toStore('x'.repeat(10_000))],
    },
  ];
  const rows: Row[] = [];
  for (const { name, functionName, events, requests } of tasks) {
    console.log(name);
    const { modulePath, environment } = await givenFunction(functionName, aws.url);
    const task = { modulePath, events, requests, rounds: ROUNDS, warmUpRounds: WARM_UP_ROUNDS };
    rows.push(describe(name, await drive(task, environment), requests.length));
  }
  receiver.stop();
  aws.stop();
  return [{ title: `Batches of ten, in one process, against servers that answer at once`, rows }];
}
