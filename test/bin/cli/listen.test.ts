import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Api } from '../../../bin/cli/api.ts';
import { Follower } from '../../../bin/cli/listen.ts';

const NOW = Date.parse('2026-01-15T12:00:00Z');
const PAGE = 50;

type Made = { delivery_id: string; run: number; attempt: number; timestamp: string };

const givenAttempt = (n: number, secondsLater: number, changes: Partial<Made> = {}): Made => ({
  delivery_id: `delivery_${n}`,
  run: 1,
  attempt: 1,
  timestamp: new Date(NOW + secondsLater * 1000).toISOString(),
  ...changes,
});

/** An API that has the log of a webhook, and counts the pages that are read of it. */
function givenApi(made: readonly Made[] = []) {
  const log = [...made];
  const pages: string[] = [];
  const answer = (query: Record<string, string | number | undefined>) => {
    const newestFirst = log.toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
    const start = Number(query['cursor'] ?? 0);
    const end = start + Math.min(PAGE, Number(query['limit']));
    const next_cursor = end < log.length ? String(end) : null;
    return { logs: newestFirst.slice(start, end), pagination: { next_cursor } };
  };
  const api = (async (_: string, path: string, { query = {} } = {}) => {
    pages.push(path);
    return { text: '', body: answer(query) };
  }) as Api;
  return { api, log, pages };
}

const idsOf = (made: readonly { delivery_id: string }[]) => made.map(({ delivery_id }) => delivery_id);

describe('a follower', () => {
  test('tells of each run once, the oldest first, and of nothing that was before', async () => {
    const { api, log } = givenApi([givenAttempt(1, 0)]);
    const follower = new Follower(api, 'webhook_1');
    await follower.skip();
    expect(await follower.next()).toEqual([]);
    log.push(givenAttempt(2, 5), givenAttempt(3, 6));
    expect(idsOf(await follower.next())).toEqual(['delivery_2', 'delivery_3']);
    log.push(givenAttempt(2, 6, { attempt: 2 }), givenAttempt(2, 306, { attempt: 3 }));
    expect(await follower.next()).toEqual([]);
  });

  test('tells of a replay, however old its delivery is', async () => {
    const { api, log } = givenApi([givenAttempt(1, -86_400), givenAttempt(2, 0)]);
    const follower = new Follower(api, 'webhook_1');
    await follower.skip();
    log.push(givenAttempt(1, 5, { run: 2 }));
    expect(await follower.next()).toMatchObject([{ delivery_id: 'delivery_1', run: 2 }]);
    expect(await follower.next()).toEqual([]);
  });

  test('begins where it is asked to, or with the first attempt there is', async () => {
    const { api } = givenApi([1, 2, 3].map((n) => givenAttempt(n, n)));
    const follower = new Follower(api, 'webhook_1');
    await follower.skip(givenAttempt(2, 2).timestamp);
    expect(idsOf(await follower.next())).toEqual(['delivery_2', 'delivery_3']);

    const empty = givenApi();
    const waiting = new Follower(empty.api, 'webhook_1');
    await waiting.skip();
    empty.log.push(givenAttempt(1, 0));
    expect(idsOf(await waiting.next())).toEqual(['delivery_1']);
  });

  test('reads no further than a minute before the newest, however long the log is', async () => {
    const { api, log, pages } = givenApi(
      Array.from({ length: 2000 }, (_, n) => givenAttempt(n, n * 10 - 20_000)),
    );
    const follower = new Follower(api, 'webhook_1');
    await follower.skip();
    log.push(givenAttempt(2000, 1));
    expect(idsOf(await follower.next())).toEqual(['delivery_2000']);
    log.push(...Array.from({ length: 200 }, (_, n) => givenAttempt(n, 600 + n * 10, { attempt: 2 })));
    await follower.next();
    pages.length = 0;
    expect(await follower.next()).toEqual([]);
    expect(pages).toHaveLength(1);
  });

  test('tells of every run once, in whatever order up to 30 s attempts end', async () => {
    const anyAttempts = fc.array(fc.record({ at: fc.nat(300), tookSeconds: fc.nat(30) }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(anyAttempts, async (attempts) => {
        const { api, log } = givenApi([givenAttempt(-1, -1)]);
        const follower = new Follower(api, 'webhook_1');
        await follower.skip();
        const told: string[] = [];
        for (let second = 0; second <= 331; second += 1) {
          const over = [...attempts.entries()].filter(
            ([, { at, tookSeconds }]) => at + tookSeconds === second,
          );
          log.push(...over.map(([n, { at }]) => givenAttempt(n, at)));
          told.push(...idsOf(await follower.next()));
        }
        expect(told.toSorted()).toEqual(attempts.map((_, n) => `delivery_${n}`).toSorted());
      }),
      { numRuns: 20 },
    );
  });
});
