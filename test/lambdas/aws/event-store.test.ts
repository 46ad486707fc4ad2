import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { ConflictError } from '../../../core/errors.ts';
import { MissingError } from '../../../core/failure.ts';
import {
  claimEventId,
  getPayload,
  keepPayload,
  notePassedOn,
  putPayload,
} from '../../../lambdas/aws/event-store.ts';
import { keyOf } from '../../../lambdas/aws/keys.ts';
import { pack } from '../../../lambdas/aws/packing.ts';
import type { Table } from '../../../lambdas/aws/table.ts';
import { NOW } from '../given.ts';
import { givenClient, givenTable } from './given-table.ts';

const DAY_MS = 86_400_000;

/** When the payload of event-1, accepted at NOW, expires: seconds since 1970. */
async function expiryIn(table: Table): Promise<unknown> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keyOf.eventPayload('event-1', NOW) }),
  );
  return Item?.expires_at;
}

const CLAIM = { acceptedAt: NOW, hash: 'hash-1', isPassedOn: false };

describe('the id of an event', () => {
  test('is claimed by the first who comes, and every repeat is told of that', async () => {
    const claim = claimEventId(await givenTable(), 30);
    const later = { ...CLAIM, acceptedAt: NOW + 5000 };
    expect(await claim('event-1', CLAIM)).toMatchObject({ claim: CLAIM, isOwn: true });
    expect(await claim('event-1', later)).toMatchObject({ claim: CLAIM, isOwn: false });
    expect(await claim('event-1', CLAIM)).toMatchObject({ claim: CLAIM, isOwn: false });
    expect(await claim('event-2', later)).toMatchObject({ claim: later, isOwn: true });
  });

  test('is one winner of many at once', async () => {
    const claim = claimEventId(await givenTable(), 30);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, i) => claim('event-1', { ...CLAIM, acceptedAt: NOW + i })),
    );
    expect(new Set(claims.map(({ claim: { acceptedAt } }) => acceptedAt)).size).toBe(1);
    expect(claims.filter(({ isOwn }) => isOwn)).toHaveLength(1);
  });

  test('is known for its own by whose write was made twice, as its answer was lost', async () => {
    const table = await givenTable();
    const twice = async (put: PutCommand) => {
      await table.client.send(put);
      return table.client.send(put);
    };
    const send = (command: PutCommand | GetCommand) =>
      command instanceof PutCommand ? twice(command) : table.client.send(command);
    const claim = claimEventId({ name: table.name, client: { send } as never }, 30);
    expect(await claim('event-1', CLAIM)).toMatchObject({ claim: CLAIM, isOwn: true });
    expect(await claim('event-1', CLAIM)).toMatchObject({ claim: CLAIM, isOwn: false });
  });

  test('costs the first who comes one write, and no read', async () => {
    const { client, sent } = givenClient();
    await claimEventId({ name: 'table', client }, 30)('event-1', CLAIM);
    expect(sent.map(({ name }) => name)).toEqual(['PutCommand']);
  });

  test('is refused to another event', async () => {
    const claim = claimEventId(await givenTable(), 30);
    await claim('event-1', CLAIM);
    await expect(claim('event-1', { ...CLAIM, hash: 'hash-2' })).rejects.toThrow(ConflictError);
  });

  test('is free again once its claim has expired, whether it was removed by then or not, and not before', async () => {
    const table = await givenTable();
    const { claim: first } = await claimEventId(table, 30)('event-1', CLAIM);
    await notePassedOn(table, 30)('event-1', first);
    const at = (acceptedAt: number) =>
      claimEventId(table, 30)('event-1', { ...CLAIM, acceptedAt, hash: 'hash-2' });
    await expect(at(NOW + 30 * DAY_MS)).rejects.toThrow(ConflictError);
    const after = NOW + 30 * DAY_MS + 1000;
    const taken = { acceptedAt: after, hash: 'hash-2', isPassedOn: false };
    expect(await at(after)).toMatchObject({ claim: taken, isOwn: true });
    expect(await at(after + 1000)).toMatchObject({ claim: taken, isOwn: false });
  });

  test('whose claim has expired is one winner of many at once', async () => {
    const table = await givenTable();
    await claimEventId(table, 30)('event-1', CLAIM);
    const after = { ...CLAIM, acceptedAt: NOW + 31 * DAY_MS };
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => claimEventId(table, 30)('event-1', after)),
    );
    expect(claims.filter(({ isOwn }) => isOwn)).toHaveLength(1);
  });

  test('is noted as passed on', async () => {
    const table = await givenTable();
    const { claim } = await claimEventId(table, 30)('event-1', CLAIM);
    await notePassedOn(table, 30)('event-1', claim);
    expect(await claimEventId(table, 30)('event-1', CLAIM)).toMatchObject({
      claim: { ...CLAIM, isPassedOn: true },
      isOwn: false,
    });
  });
});

describe('a large payload', () => {
  test('is read as it was stored', async () => {
    const table = await givenTable();
    await putPayload(table, 30)('event-1', NOW, pack('{"content":"naïve 🔗"}'));
    expect(await getPayload(table)('event-1', NOW)).toBe('{"content":"naïve 🔗"}');
  });

  test('stays what it was first stored as, whatever is stored under its event later', async () => {
    const table = await givenTable();
    await putPayload(table, 30)('event-1', NOW, pack('{"content":"first"}'));
    await putPayload(table, 30)('event-1', NOW, pack('{"content":"second"}'));
    expect(await getPayload(table)('event-1', NOW)).toBe('{"content":"first"}');
    expect(await expiryIn(table)).toBe(NOW / 1000 + 30 * 86_400);
  });

  test('is not that of an event of the same id that was accepted before', async () => {
    const table = await givenTable();
    await putPayload(table, 30)('event-1', NOW, pack('{"content":"first"}'));
    await putPayload(table, 30)('event-1', NOW + 31 * DAY_MS, pack('{"content":"second"}'));
    expect(await getPayload(table)('event-1', NOW)).toBe('{"content":"first"}');
    expect(await getPayload(table)('event-1', NOW + 31 * DAY_MS)).toBe('{"content":"second"}');
  });

  test('is kept for longer, and never for shorter, however it is packed', async () => {
    const table = await givenTable();
    await putPayload(table, 30)('event-1', NOW, pack('{"content":"first"}'));
    for (const [days, keptDays] of [
      [3, 33],
      [1, 33],
      [3, 33],
    ] as const) {
      expect(await keepPayload(table, 30)('event-1', NOW, NOW + days * DAY_MS)).toBe(true);
      expect(await expiryIn(table)).toBe(NOW / 1000 + keptDays * 86_400);
    }
    expect(await getPayload(table)('event-1', NOW)).toBe('{"content":"first"}');
  });

  test('that is gone cannot be kept, and is not made anew', async () => {
    const table = await givenTable();
    expect(await keepPayload(table, 30)('event-1', NOW, NOW)).toBe(false);
    expect(await expiryIn(table)).toBeUndefined();
  });

  test('is kept by one write that carries no payload', async () => {
    const { client, sent } = givenClient();
    await keepPayload({ name: 'table', client }, 30)('event-1', NOW, NOW + DAY_MS);
    expect(sent.map(({ name }) => name)).toEqual(['UpdateCommand']);
    expect(JSON.stringify(sent)).not.toContain('payload');
  });

  test('that cannot be stored is an error', async () => {
    const { client } = givenClient(() => {
      throw new Error('throttled');
    });
    const stored = putPayload({ name: 'table', client }, 30)('event-1', NOW, pack('{}'));
    await expect(stored).rejects.toThrow('throttled');
  });

  test('that is gone is missing, and no empty delivery', async () => {
    const read = getPayload(await givenTable())('event-1', NOW);
    await expect(read).rejects.toThrow(MissingError);
    await expect(read).rejects.toThrow(/event-1/);
  });
});
