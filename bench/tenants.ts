import { mintWebhookId } from '../core/ids.ts';
import type { Webhook } from '../core/webhook.ts';
import { assertRoom } from '../core/webhook-room.ts';
import { getWebhook, listCandidates, pageWebhooks, putWebhook } from '../lambdas/aws/webhook-store.ts';
import { openMeteredTable } from './history.ts';
import type { Row, Table } from './table.ts';

const PAGE = 20;
const MANY = 1000;

/** What makes a webhook as heavy as a thousand of a user may be: most of a KiB, and secrets, which are not counted. */
const HEAVY = {
  filter: JSON.stringify({ thought: { tags: Array.from({ length: 20 }, (_, n) => String(n).padStart(43)) } }),
  secret: 's'.repeat(256),
  previousSecret: { secret: 'p'.repeat(256), until: 1_800_000_000_000 },
};

const createWebhook = (userId: string, index: number, more: Partial<Webhook> = {}): Webhook => ({
  id: mintWebhookId(1_800_000_000_000 + index),
  userId,
  url: 'https://your-app.com/webhooks/cathcr',
  events: ['thought.created', 'thought.updated'],
  secret: 'whsec_0123456789abcdef0123456789abcdef',
  active: true,
  generation: 1_800_000_000_000,
  createdAt: 1_800_000_000_000,
  updatedAt: 1_800_000_000_000,
  version: 1,
  ...more,
});

type MeteredTable = Awaited<ReturnType<typeof openMeteredTable>>;

/** What a user's webhooks cost to read: to deliver to one, to pass one event on to all, and page by page. */
async function measure(
  { table, meter }: MeteredTable,
  name: string,
  webhooks: readonly Webhook[],
): Promise<Row> {
  const [first] = webhooks;
  if (!first) throw new Error('there is nothing to read');
  const { userId, id } = first;
  const one = await meter(() => getWebhook(table)(userId, id));
  const all = await meter(() => listCandidates(table)(userId));
  const pages: number[] = [];
  let cursor: string | undefined = '';
  do {
    const from: string = cursor;
    const { result, units } = await meter(() => pageWebhooks(table)(userId, { limit: PAGE, cursor: from }));
    if (result.items.length > 0) pages.push(units);
    cursor = result.nextCursor;
  } while (cursor);
  return {
    user: name,
    'to deliver to one': one.units,
    'to pass an event on, each': (all.units / all.result.length).toFixed(3),
    'first page': pages[0] ?? 0,
    'middle page': pages[Math.floor(pages.length / 2)] ?? 0,
    'last page': pages.at(-1) ?? 0,
  };
}

/** Read units: of a user alone, of one among a thousand users, and of one with a thousand webhooks. */
export async function measureTenants(): Promise<Table[]> {
  const metered = await openMeteredTable();
  const put = putWebhook(metered.table);
  const store = async (userId: string, count: number, more: Partial<Webhook> = {}) => {
    const webhooks = Array.from({ length: count }, (_, index) => createWebhook(userId, index, more));
    for (const webhook of webhooks) await put(webhook);
    return webhooks;
  };
  const rows = [await measure(metered, 'alone, one webhook', await store('user_0', 1))];
  for (let user = 1; user < MANY; user += 1) await store(`user_${user}`, 1);
  rows.push(await measure(metered, 'one of 1,000 users, one webhook', await store('user_last', 1)));
  rows.push(await measure(metered, 'with 1,000 webhooks', await store('user_of_many', MANY)));
  const heavy = await store('user_of_heavy', MANY, HEAVY);
  for (const webhook of heavy) assertRoom(webhook, heavy, MANY);
  rows.push(await measure(metered, 'with 1,000, as heavy as they may be', heavy));
  await metered.close();
  return [{ title: 'Read units, by what a user and the system have', rows }];
}
