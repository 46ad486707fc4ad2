import { isHeld } from '../core/order.ts';
import type { CreationClaim } from '../lambdas/aws/creation-claims.ts';
import type { Claim } from '../lambdas/aws/event-store.ts';
import { type Key, keyOf } from '../lambdas/aws/keys.ts';
import { getFirstWaiting, getTurn } from '../lambdas/aws/line-store.ts';
import { pageRecoveries } from '../lambdas/aws/recovery-store.ts';
import { getItems, openTable, type Table } from '../lambdas/aws/table.ts';
import { clientConfigOf } from '../local/aws/client-config.ts';
import type { Account } from '../local/runtime.ts';
import { listDeadLetters } from './operator.ts';
import type { Published } from './publisher.ts';
import type { System } from './system.ts';
import { creationKeyOf, type Subscriber } from './world.ts';

/** A machine that is busy with other runs may take its time, which is no fault. */
const READ_TIMEOUT_MS = 120_000;

async function findMessages(system: System): Promise<string[]> {
  const queues = await system.countQueues();
  return queues
    .filter(({ visible, hidden }) => visible + hidden > 0)
    .map(({ name, visible, hidden }) => `${visible + hidden} messages are left on ${name}`);
}

/** The dead letters that are left, each with what it is about and why it is there. */
const findDeadLetters = async (url: string): Promise<string[]> =>
  (await listDeadLetters(url)).map((letter) => `a dead letter is left: ${letter}`);

const findSchedules = async (system: System): Promise<string[]> =>
  (await system.schedules()).map(({ name }) => `the schedule ${name} is left`);

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

/**
 * Claims, by which repeats are known, that were left open: of an event that the system took, and of a webhook that was
 * made. A repeat would do over again what has been done long since.
 */
async function findOpenClaims(
  table: Table,
  published: readonly Published[],
  subscribers: readonly Subscriber[],
): Promise<string[]> {
  const keys = [
    ...published.flatMap(({ id, isCertain }) => (id && isCertain ? [keyOf.eventClaim(id)] : [])),
    ...subscribers.map(({ userId, name }) => keyOf.creationClaim(userId, creationKeyOf(name))),
  ];
  const claims = (await getItems(table, keys)) as (Partial<Claim & CreationClaim> & Key)[];
  const closed = new Set(claims.filter(({ isPassedOn, isMade }) => isPassedOn || isMade).map(nameOf));
  return keys
    .map(nameOf)
    .filter((name) => !closed.has(name))
    .map((name) => `the claim ${name} was left open`);
}

/** Recoveries that are not over, or that still hold replays in their window. */
async function findOpenRecoveries(table: Table, subscribers: readonly Subscriber[]): Promise<string[]> {
  const pages = await Promise.all(subscribers.map(({ id }) => pageRecoveries(table)(id, { limit: 100 })));
  return pages
    .flatMap(({ items }) => items)
    .filter(({ state, window }) => state === 'running' || Object.keys(window).length > 0)
    .map(({ webhookId, number }) => `the recovery ${number} of ${webhookId} was left open`);
}

/** Lines of ordered webhooks in which somebody still waits, or has the turn. */
async function findLines(table: Table, subscribers: readonly Subscriber[]): Promise<string[]> {
  const found = await Promise.all(
    subscribers.map(async ({ id, name }) => [
      (await getFirstWaiting(table)(id)) && `a delivery waits in the line of ${name}`,
      isHeld(await getTurn(table)(id)) ? `the turn of ${name} was not given back` : undefined,
    ]),
  );
  return found.flat().filter((line) => line !== undefined);
}

/** Webhooks that nobody asked for, as where one was made twice. */
async function findStrayWebhooks(system: System, subscribers: readonly Subscriber[]): Promise<string[]> {
  const known = new Set(subscribers.map(({ id }) => id));
  const keys = new Set(subscribers.map(({ key }) => key));
  const lists = await Promise.all([...keys].map((key) => system.call('GET', '/webhooks', { key })));
  return lists
    .flatMap(({ body }) => body.webhooks.map(({ id }: { id: string }) => id))
    .filter((id) => !known.has(id))
    .map((id) => `the webhook ${id} was never asked for`);
}

/** What a run has left behind, in words: messages, dead letters included, schedules, open claims, recoveries and lines, stray webhooks. */
export async function findLeftovers(
  { system, account }: { system: System; account: Account & { readonly url: string } },
  published: readonly Published[],
  subscribers: readonly Subscriber[],
): Promise<string[]> {
  const table = openTable(account.outputs.TableName ?? '', {
    ...clientConfigOf(account.environment),
    requestHandler: { requestTimeout: READ_TIMEOUT_MS },
  });
  try {
    const found = await Promise.all([
      findMessages(system),
      findDeadLetters(account.url),
      findSchedules(system),
      findOpenClaims(table, published, subscribers),
      findOpenRecoveries(table, subscribers),
      findLines(table, subscribers),
      findStrayWebhooks(system, subscribers),
    ]);
    return found.flat();
  } finally {
    table.client.destroy();
  }
}
