import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { Attempt, Delivery } from '../core/delivery.ts';
import { EVENT_CATALOGUE, PUBLISHED_TYPES } from '../core/event-catalogue.ts';
import { deriveDeliveryId, mintWebhookId } from '../core/ids.ts';
import type { Page } from '../core/pagination.ts';
import { pageAttempts } from '../lambdas/aws/attempt-log.ts';
import { pageDeliveries, recordAttempt } from '../lambdas/aws/delivery-store.ts';
import { pack } from '../lambdas/aws/packing.ts';
import { openTable, type Table } from '../lambdas/aws/table.ts';
import type { Table as Figures } from './table.ts';

const HISTORIES = [100, 100_000];
const PAGE = 20;
const PARALLEL = 50;
/** Every so many deliveries fail once before they succeed. */
const FAILS_EVERY = 20;

/** A table in memory that adds up what its requests would be billed. */
export async function openMeteredTable() {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as { port: number };
  const config = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    // A table that is being filled by many at once takes its time.
    requestHandler: { requestTimeout: 60_000 },
  };
  await new DynamoDBClient(config).send(
    new CreateTableCommand({
      TableName: 'bench',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const table = openTable('bench', config);
  let units = 0;
  table.client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const { ConsumedCapacity = [] } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      for (const consumed of [ConsumedCapacity].flat()) units += consumed.CapacityUnits ?? 0;
      return result;
    },
    { step: 'initialize' },
  );
  const meter = async <T>(read: () => Promise<T>) => {
    units = 0;
    const result = await read();
    return { result, units };
  };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { table, meter, close };
}

/** Stores one delivery of the past, and its attempts, as the Deliverer would have. */
async function fillDelivery(table: Table, webhookId: string, index: number, startedAt: number) {
  const acceptedAt = startedAt + index * 1000;
  const eventType = PUBLISHED_TYPES[index % PUBLISHED_TYPES.length] ?? 'thought.created';
  const timestamp = new Date(acceptedAt).toISOString();
  const payload = pack(
    JSON.stringify({ event: eventType, timestamp, data: EVENT_CATALOGUE[eventType].sample }),
  );
  const eventId = `event-${index}`;
  const base = {
    id: deriveDeliveryId(acceptedAt, eventId, webhookId),
    webhookId,
    eventId,
    eventType,
    timestamp,
  };
  const exchange = {
    url: 'https://your-app.com/webhooks/cathcr',
    signatures: [{ body: `sha256=${'0'.repeat(64)}`, standard: `v1,${'0'.repeat(43)}=` }] as const,
    response: { headers: { 'content-length': '0', connection: 'keep-alive' }, body: '' },
  };
  const record = recordAttempt(table, 30);
  const attemptAt = async (attempt: number, at: number, error?: string) => {
    const result = { at, responseTimeMs: 150, statusCode: error ? 500 : 200, error };
    const delivery: Delivery = {
      ...base,
      status: error ? 'retrying' : 'succeeded',
      run: 1,
      runStartedAt: acceptedAt,
      generation: 1,
      attempt,
      lastAttempt: result,
    };
    await record({ delivery, payload }, result, exchange);
  };
  if (index % FAILS_EVERY !== 0) return attemptAt(1, acceptedAt + 200);
  await attemptAt(1, acceptedAt + 200, 'Response 500');
  await attemptAt(2, acceptedAt + 500);
}

async function fill(table: Table, webhookId: string, count: number) {
  const startedAt = Date.now() - count * 1000;
  let next = 0;
  const fillOn = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      if (index % 10_000 === 0) console.log(`filled ${index} of ${count}`);
      await fillDelivery(table, webhookId, index, startedAt);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, fillOn));
}

type ReadPage = (cursor: string) => Promise<Page<Attempt | Delivery>>;

/** Walks a list to its end by cursor, and tells what its first, middle and last page cost. */
async function walk(meter: Awaited<ReturnType<typeof openMeteredTable>>['meter'], readPage: ReadPage) {
  const costs: number[] = [];
  let seen = 0;
  let cursor: string | undefined = '';
  do {
    const from: string = cursor;
    const { result, units } = await meter(() => readPage(from));
    if (result.items.length > 0) costs.push(units / result.items.length);
    seen += result.items.length;
    cursor = result.nextCursor;
  } while (cursor);
  const at = (share: number) => (costs.at(Math.floor((costs.length - 1) * share)) ?? 0).toFixed(3);
  return { rows: seen, pages: costs.length, first: at(0), middle: at(0.5), last: at(1) };
}

type MeteredTable = Awaited<ReturnType<typeof openMeteredTable>>;

/** Fills a webhook's history, and reads it page by page. */
async function measure({ table, meter }: MeteredTable, count: number) {
  const webhookId = mintWebhookId(Date.now());
  await fill(table, webhookId, count);
  const deliveries = pageDeliveries(table);
  const attempts = pageAttempts(table);
  const walks = [
    {
      list: `deliveries, ${count}`,
      ...(await walk(meter, (cursor) => deliveries(webhookId, { limit: PAGE, cursor }))),
    },
    {
      list: `logs, ${count}`,
      ...(await walk(meter, (cursor) => attempts(webhookId, { limit: PAGE, cursor }))),
    },
  ];
  const first = await meter(() => deliveries(webhookId, { limit: PAGE }));
  const deep = await meter(() => deliveries(webhookId, { limit: PAGE, offset: Math.min(count, 10_000) }));
  return {
    walks,
    byOffset: { deliveries: count, 'offset 0': first.units, 'at the end, 10,000 at most': deep.units },
  };
}

/**
 * What a page costs over a short and a long history of one webhook: read units a row for the first, the middle and
 * the last page by cursor, and read units for a page with its total.
 */
export async function measureHistory(): Promise<Figures[]> {
  const metered = await openMeteredTable();
  const measured = [];
  for (const count of HISTORIES) measured.push(await measure(metered, count));
  await metered.close();
  return [
    { title: 'Read units a row, by cursor', rows: measured.flatMap(({ walks }) => walks) },
    {
      title: 'Read units a page, by offset, with its total (counted to 10,000)',
      rows: measured.map(({ byOffset }) => byOffset),
    },
  ];
}
