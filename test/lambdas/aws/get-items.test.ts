import { describe, expect, test } from 'vitest';
import type { Key } from '../../../lambdas/aws/keys.ts';
import { getItems } from '../../../lambdas/aws/table.ts';
import { givenClient, type Sent } from './given-table.ts';

const givenKeys = (count: number): Key[] =>
  Array.from({ length: count }, (_, i) => ({ pk: 'P', sk: String(i) }));

const keysOf = ({ input }: Sent): Key[] =>
  (input.RequestItems as Record<string, { Keys: Key[] }>).table?.Keys ?? [];

/** A table that gives the first `most` of what it is asked for, and leaves the rest unread; `at` notes when (ms). */
function givenThrottled(most: (count: number) => number) {
  const at: number[] = [];
  const { client, sent } = givenClient((one, count) => {
    at.push(performance.now());
    const keys = keysOf(one);
    const Keys = keys.slice(most(count));
    return {
      Responses: { table: keys.slice(0, most(count)) },
      UnprocessedKeys: Keys.length > 0 ? { table: { Keys } } : {},
    };
  });
  return { table: { name: 'table', client }, sent, at };
}

describe('items read by their keys', () => {
  test('are asked for a hundred at a time, each once', async () => {
    const { table, sent } = givenThrottled(() => 100);
    const keys = givenKeys(250);
    expect(await getItems(table, [...keys, ...keys])).toEqual(keys);
    expect(sent.map((one) => keysOf(one).length)).toEqual([100, 100, 50]);
  });

  test('that were left unread are asked for again, after a while that grows', async () => {
    const { table, sent, at } = givenThrottled((count) => (count < 3 ? 2 : 100));
    const keys = givenKeys(7);
    expect(await getItems(table, keys)).toEqual(keys);
    expect(sent.map((one) => keysOf(one).length)).toEqual([7, 5, 3]);
    // Timers may fire a millisecond early; never later than they must is not asserted.
    const waits = at.slice(1).map((time, i) => time - (at[i] ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(48);
    expect(waits[1]).toBeGreaterThanOrEqual(98);
  });

  test('are an error where the table goes on leaving them unread, not an answer with gaps', async () => {
    const { table, sent } = givenThrottled(() => 0);
    await expect(getItems(table, givenKeys(3))).rejects.toThrow('throttled');
    expect(sent).toHaveLength(7);
  });
});
