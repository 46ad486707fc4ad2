import { setTimeout } from 'node:timers/promises';
import { EVENT_CATALOGUE, type EventType } from '../../core/event-catalogue.ts';
import { addFigures, figuresOf, type HourFigures, hourOf, NO_FIGURES } from '../../core/figures.ts';
import { addStatistics } from '../../lambdas/aws/statistics-store.ts';
import { openTable } from '../../lambdas/aws/table.ts';
import { clientConfigOf } from '../../local/aws/client-config.ts';
import { createRandom } from '../../local/faults/chances.ts';
import type { Account } from '../../local/runtime.ts';

/** A customer of a local system, whose webhooks the pictures show. */
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** How far the clock of the system is moved for a retry: what is shown of times goes by the same. */
export const MOVED_SECONDS = 300;

const HOURS = 7 * 24;
const TYPES: readonly EventType[] = ['thought.created', 'reminder.due', 'thought.updated', 'thought.deleted'];

/** A week of a webhook: about how many attempts an hour has, what chance goes by, and whether its receiver was down. */
type Week = { readonly seed: number; readonly busy: number; readonly hasOutage: boolean };

/** Attempts of the hours before this one, the same every time: fewer at night, and for three hours an outage, if any. */
function imagineHours({ seed, busy, hasOutage }: Week): HourFigures[] {
  const random = createRandom(seed);
  const now = hourOf(Date.now());
  return Array.from({ length: HOURS }, (_, index) => {
    const hour = now - HOURS + index;
    const isDown = hasOutage && index > 148 && index < 152;
    const count = Math.round(busy * (0.3 + random()) * (hour % 24 < 6 ? 0.3 : 1));
    const attempts = Array.from({ length: count }, () => {
      const error = isDown && random() < 0.6 ? 'Response 503' : undefined;
      const responseTimeMs = Math.round(60 + 900 * random() ** 4);
      return { at: hour, responseTimeMs, statusCode: error ? 503 : 200, error };
    });
    const figures = attempts.map((attempt) => figuresOf(attempt, false)).reduce(addFigures, NO_FIGURES);
    return { hour, figures };
  });
}

/** Waits until `check` holds. */
async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await setTimeout(100);
}

/** A customer with webhooks that do well, and badly, and a week behind them. */
export async function openShop({ environment, outputs }: Account, url: string, key: string) {
  const table = openTable(outputs.TableName ?? '', clientConfigOf(environment));
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  };
  const inboxUrl = (name: string) => `${url}/_local/inbox/${name}`;
  const behave = (inbox: string, behaviour: object) =>
    call('PUT', `/_local/inbox/${inbox}/behaviour`, behaviour);
  const give = async (inbox: string, webhook: object): Promise<string> =>
    (await call('POST', '/webhooks', { url: inboxUrl(inbox), ...webhook })).id;
  const publish = (type: EventType) =>
    call('POST', '/events', { event: type, data: EVENT_CATALOGUE[type].sample });
  const publishSome = async (count: number) => {
    const types = Array.from({ length: count }, (_, n) => TYPES[n % TYPES.length] ?? 'thought.created');
    await Promise.all(types.map(publish));
  };
  const rememberWeek = async (webhookId: string, week: Week) => {
    for (const hour of imagineHours(week)) await addStatistics(table, 30)(webhookId, { hours: [hour] });
  };
  const countOf = async (webhookId: string, status: string): Promise<number> =>
    (await call('GET', `/webhooks/${webhookId}/deliveries?status=${status}`)).pagination.total;
  const change = (webhookId: string, patch: object) => call('PATCH', `/webhooks/${webhookId}`, patch);
  return { call, inboxUrl, behave, give, publish, publishSome, rememberWeek, countOf, change };
}

/** Fills a shop; tells its webhooks that pictures are of, and a delivery that was retried. */
export async function furnish(shop: Shop) {
  const { behave, call, change, countOf, give, publish, publishSome, rememberWeek } = shop;
  const analytics = await give('analytics', { description: 'Analytics', events: ['*'] });
  await rememberWeek(analytics, { seed: 2, busy: 9, hasOutage: false });
  const importer = await give('legacy', { description: 'Legacy importer', events: ['reminder.due'] });
  await behave('legacy', { status: 410 });
  const main = await give('demo', {
    description: 'Main application webhook',
    events: ['thought.*', 'reminder.due'],
    headers: { 'X-Api-Key': 'the-key-of-our-gateway' },
    rate_limit: 50,
    keep_while_inactive: true,
  });
  await rememberWeek(main, { seed: 1, busy: 8, hasOutage: true });
  await give('staging', { events: ['user.*'], active: false });

  await behave('demo', { status: 503, delay_ms: 80 });
  await publish('reminder.due');
  await until(async () => (await call('GET', `/_local/schedules`)).length > 0);
  await behave('demo', { status: 200, delay_ms: 120 });
  await call('POST', '/_local/clock/advance', { seconds: MOVED_SECONDS });
  await until(async () => (await countOf(main, 'succeeded')) === 1);
  const [retried] = (await call('GET', `/webhooks/${main}/deliveries`)).deliveries;
  await until(async () => (await call('GET', `/webhooks/${importer}`)).active === false);
  await publishSome(9);
  await until(async () => (await countOf(main, 'succeeded')) === 10);
  await change(main, { filter: { thought: { tags: ['important'] } } });
  return { analytics, main, retried: String(retried.id) };
}

/** Misses some events, and has them recovered: once to the end, and once so slowly that it can be watched. */
export async function missSome({ call, change, countOf, publishSome }: Shop, webhookId: string) {
  const recover = async (count: number, rate_limit: number | null) => {
    const since = new Date().toISOString();
    await change(webhookId, { active: false, keep_while_inactive: true });
    await publishSome(count);
    await until(async () => (await countOf(webhookId, 'skipped')) === count);
    await change(webhookId, { active: true, rate_limit });
    const { id } = await call('POST', `/webhooks/${webhookId}/recoveries`, { since, status: 'skipped' });
    return `/webhooks/${webhookId}/recoveries/${id}`;
  };
  const first = await recover(24, null);
  await until(async () => (await call('GET', first)).state === 'completed');
  const second = await recover(160, 10);
  await until(async () => (await call('GET', second)).delivered >= 20);
}
