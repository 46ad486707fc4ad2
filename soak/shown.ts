import type { Received } from './receivers.ts';
import { deliveryIdOf } from './requests.ts';
import type { Row } from './rows.ts';
import type { System } from './system.ts';
import type { Subscriber } from './world.ts';

/** All rows of a list, or those of a status, by cursor, and the total that its first page tells. */
export async function readAll(
  system: System,
  { id, key }: Subscriber,
  list: 'deliveries' | 'logs',
  status?: string,
): Promise<{ rows: any[]; total: number | undefined }> {
  const path = `/webhooks/${id}/${list}?limit=100${status ? `&status=${status}` : ''}`;
  const first = await system.call('GET', path, { key });
  const rows = [...first.body[list]];
  for (let cursor = first.body.pagination.next_cursor; cursor; ) {
    const { body } = await system.call('GET', `${path}&cursor=${encodeURIComponent(cursor)}`, { key });
    rows.push(...body[list]);
    cursor = body.pagination.next_cursor;
  }
  return { rows, total: first.body.pagination.total };
}

/** What the API shows of a webhook, as far as it matters here. */
export type Shown = {
  active: boolean;
  disabled_reason: string | null;
  delivery_count: number;
  failure_count: number;
};

/** What the API's statistics tell, as far as it matters here. */
export type Statistics = {
  readonly totals: Readonly<Record<'attempts' | 'failed' | 'cancelled' | 'skipped', number>>;
  readonly undelivered: { readonly count: number };
};

export async function readStatistics(system: System, { id, key }: Subscriber): Promise<Statistics> {
  return (await system.call('GET', `/webhooks/${id}/stats?period=month`, { key })).body;
}

/** The webhook as the API shows it; undefined where it is gone, from the list as well. */
export async function readWebhook(system: System, { id, key }: Subscriber): Promise<Shown | undefined> {
  const { status, body } = await system.call('GET', `/webhooks/${id}`, { key });
  const { body: list } = await system.call('GET', '/webhooks', { key });
  const isListed = list.webhooks.some((listed: { id: string }) => listed.id === id);
  return status === 404 && !isListed ? undefined : body;
}

/** Which events the deliveries are of that ended without a request, by number, as their payloads tell. */
export async function readUnsent(
  system: System,
  { id, key }: Subscriber,
  rows: Iterable<Row>,
  requests: readonly Received[],
): Promise<[number, string][]> {
  const sent = new Set(requests.map(deliveryIdOf));
  const unsent = [...rows].filter((row) => !sent.has(row.id));
  const numbers: [number, string][] = [];
  for (const row of unsent) {
    const { body } = await system.call('GET', `/webhooks/${id}/deliveries/${row.id}`, { key });
    numbers.push([body.payload?.data.soak, row.id]);
  }
  return numbers;
}
