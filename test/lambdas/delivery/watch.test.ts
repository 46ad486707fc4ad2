import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Webhook } from '../../../core/webhook.ts';
import { createWatch } from '../../../lambdas/delivery/watch.ts';
import { givenWebhook, NOW, webhookIdOf } from '../given.ts';

/** Longer than it takes for a webhook to be slow, and for one to be quick again: ms. */
const [SLOW, LONG_AGO] = [3001, 60_001];

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

/** A watch, and what it has written: `webhook <id> slow since <ms after the beginning>`, or quick. */
function givenWatch(write: () => Promise<boolean> = async () => true) {
  const written: string[] = [];
  const watch = createWatch({
    now: () => Date.now(),
    markSlow: ({ id }, since) => write().finally(() => written.push(`${id} slow since ${since - NOW}`)),
    unmarkSlow: ({ id }) => write().finally(() => written.push(`${id} quick`)),
  });
  /** Makes a request that takes so long, and lets the time pass. */
  const request = async (webhook: Webhook, ms: number, fault?: Error) => {
    const answer = watch(webhook, async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (fault) throw fault;
      return 'answer';
    });
    const settled = Promise.allSettled([answer]);
    await vi.advanceTimersByTimeAsync(ms);
    return (await settled)[0];
  };
  return { watch, written, request };
}

/** The mark of a webhook as it is stored: a write is refused where it is not as the writer knew it. */
function givenRow({ slowSince }: Webhook) {
  const row = {
    slowSince,
    now: () => Date.now(),
    markSlow: async (_: Webhook, since: number, before?: number) => replace(before, since),
    unmarkSlow: async (_: Webhook, since: number) => replace(since, undefined),
  };
  const replace = (before: number | undefined, after: number | undefined) => {
    if (row.slowSince !== before) return false;
    row.slowSince = after;
    return true;
  };
  return row;
}

const quick = givenWebhook();
const slow = givenWebhook({ slowSince: NOW - LONG_AGO });

describe('a webhook that is quick', () => {
  test('is written nothing of', async () => {
    const { written, request } = givenWatch();
    expect(await request(quick, 100)).toEqual({ status: 'fulfilled', value: 'answer' });
    expect(await request(quick, 2999)).toMatchObject({ status: 'fulfilled' });
    expect(written).toEqual([]);
  });

  test('is marked while its request still hangs', async () => {
    const { watch, written } = givenWatch();
    void watch(quick, () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(2999);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written).toEqual([`${quick.id} slow since 3000`]);
  });

  test('is marked once, however many of its requests hang, and another for itself', async () => {
    const { watch, written } = givenWatch();
    const other = givenWebhook({ id: webhookIdOf(2) });
    for (const webhook of [quick, quick, other, quick]) void watch(webhook, () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(SLOW);
    expect(written).toEqual([`${quick.id} slow since 3000`, `${other.id} slow since 3000`]);
  });

  test('is marked no more once its requests could not be made in the end, which is told as it was', async () => {
    const { written, request } = givenWatch();
    const fault = new Error('no request could be made');
    const told = await Promise.all([request(quick, SLOW, fault), request(quick, SLOW + 1, fault)]);
    for (const one of told) expect(one).toEqual({ status: 'rejected', reason: fault });
    expect(written).toEqual([`${quick.id} slow since 3000`, `${quick.id} quick`]);
  });

  test('stays marked where one of its requests could not be made, and another hangs', async () => {
    const { watch, written, request } = givenWatch();
    void watch(quick, () => new Promise(() => {}));
    await request(quick, SLOW, new Error('no request could be made'));
    expect(written).toEqual([`${quick.id} slow since 3000`]);
  });

  test('stays marked where another batch has marked it', async () => {
    const { written, request } = givenWatch(async () => false);
    await request(quick, SLOW, new Error('no request could be made'));
    expect(written).toEqual([`${quick.id} slow since 3000`]);
  });
});

describe('a webhook that is slow', () => {
  test('is written nothing of while it stays so, and its mark is new', async () => {
    const { written, request } = givenWatch();
    await request(givenWebhook({ slowSince: NOW - 10_000 }), SLOW);
    expect(written).toEqual([]);
  });

  test('is marked anew where its mark is old, once for a batch', async () => {
    const { watch, written } = givenWatch();
    for (let i = 0; i < 3; i++) void watch(slow, () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(SLOW);
    expect(written).toEqual([`${slow.id} slow since 3000`]);
  });

  test('stays so while it mostly hangs: a quick answer does not take the mark that another batch moved on', async () => {
    const row = givenRow(slow);
    void createWatch(row)(slow, () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(SLOW);
    await createWatch(row)(slow, async () => 'answer');
    expect(row.slowSince).toBe(NOW + 3000);
  });

  test('loses its mark by its first quick answer, once', async () => {
    const { written, request } = givenWatch();
    await request(slow, 100);
    await request(slow, 100);
    expect(written).toEqual([`${slow.id} quick`]);
  });

  test('keeps it for a minute, so that one that hangs now and then does not change with every answer', async () => {
    const { written, request } = givenWatch();
    await request(givenWebhook({ slowSince: NOW - 10_000 }), 100);
    expect(written).toEqual([]);
  });

  test('keeps it where no request could be made, which says nothing of it', async () => {
    const { written, request } = givenWatch();
    await request(slow, 1, new Error('no request could be made'));
    expect(written).toEqual([]);
  });

  test('has the mark that it had where a request that moved it on could not be made', async () => {
    const row = givenRow(slow);
    const failed = createWatch(row)(slow, async () => {
      await new Promise((resolve) => setTimeout(resolve, SLOW));
      throw new Error('no request could be made');
    });
    await Promise.all([expect(failed).rejects.toThrow('no request'), vi.advanceTimersByTimeAsync(SLOW)]);
    expect(row.slowSince).toBe(slow.slowSince);
  });

  test('is marked anew where another request of the same batch hangs', async () => {
    const { watch, written, request } = givenWatch();
    void watch(slow, () => new Promise(() => {}));
    await request(slow, 100);
    await vi.advanceTimersByTimeAsync(SLOW);
    expect(written).toEqual([`${slow.id} quick`, `${slow.id} slow since 3000`]);
  });
});

test('an invocation does not end before the mark is written', async () => {
  let letGo = () => {};
  const { watch, written } = givenWatch(
    () =>
      new Promise((resolve) => {
        letGo = () => resolve(true);
      }),
  );
  let isDone = false;
  const done = watch(quick, () => new Promise((resolve) => setTimeout(resolve, SLOW))).finally(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(SLOW);
  expect(isDone).toBe(false);
  letGo();
  await done;
  expect(written).toHaveLength(1);
});

test('a mark does not overtake the end of the one before it, which would take it along', async () => {
  const row = givenRow(slow);
  let letGo = () => {};
  const watch = createWatch({
    ...row,
    unmarkSlow: async (...mark) => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return row.unmarkSlow(...mark);
    },
  });
  void watch(slow, () => new Promise(() => {}));
  const answered = watch(slow, async () => 'answer');
  await vi.advanceTimersByTimeAsync(SLOW);
  letGo();
  await answered;
  await vi.waitFor(() => expect(row.slowSince).toBe(NOW + SLOW));
});

test.each([
  ['mark', quick, SLOW],
  ['end of a mark', slow, 1],
])('a %s that cannot be written costs no answer', async (_, webhook, ms) => {
  const { request } = givenWatch(() => Promise.reject(new Error('throttled')));
  expect(await request(webhook, ms)).toEqual({ status: 'fulfilled', value: 'answer' });
});
