import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Unsuccessful } from '../../../bin/cli/command.ts';
import { describeProgress } from '../../../bin/cli/progress.ts';
import { givenCli } from './given-cli.ts';

const RUNNING = {
  id: 'recovery_1',
  webhook_id: 'webhook_1',
  state: 'running',
  since: '2024-01-15T08:30:00.000Z',
  until: '2024-01-15T10:30:00.000Z',
  status: 'missed',
  found: 0,
  replayed: 0,
  delivered: 0,
  failed_in_a_row: 0,
  cancelled_reason: null,
};
const START = ['recoveries', 'start', 'webhook_1', '--since', '2h'];

/** An API whose recovery stands as each of `states` in turn, of 20 deliveries that were missed. */
function givenRecovery(states: readonly object[], options = {}) {
  const left = [...states];
  return givenCli(({ path }) => {
    if (path.endsWith('/deliveries')) return { deliveries: [], pagination: { total: 10, limit: 1 } };
    return { ...RUNNING, ...(left.length > 1 ? left.shift() : left[0]) };
  }, options);
}

describe('recoveries start', () => {
  const states = [{}, { replayed: 15, delivered: 14 }, { state: 'completed', replayed: 30, delivered: 29 }];

  test('asks for what was missed, and tells how far it is until it is over', async () => {
    const { run, requests, told, printed } = givenRecovery(states);

    await run(...START, '--status', 'missed');

    expect(requests[0]).toEqual({
      method: 'POST',
      path: '/webhooks/webhook_1/recoveries',
      body: { since: RUNNING.since, status: 'missed' },
    });
    expect(told).toEqual([
      `[${'.'.repeat(30)}]   0 %  0 of about 30 replayed, 0 delivered`,
      `[${'#'.repeat(15)}${'.'.repeat(15)}]  50 %  15 of about 30 replayed, 14 delivered`,
      `[${'#'.repeat(30)}] 100 %  30 replayed, 29 delivered`,
    ]);
    expect(printed.join()).toMatch(/^state +completed$/m);
  });

  test('draws one line over and over where there is a terminal', async () => {
    const { run, told, drawn } = givenRecovery(states, { isTerminal: true });

    await run(...START);

    expect(drawn).toHaveLength(3);
    expect(told).toEqual(['']);
  });

  test('is quiet for scripts until it is over', async () => {
    const { run, told, printed } = givenRecovery(states);

    await run(...START, '--json');

    expect(told).toEqual([]);
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ state: 'completed', delivered: 29 }]);
  });

  test('watches nothing with --no-wait', async () => {
    const { run, requests, printed } = givenRecovery([{}]);

    await run(...START, '--no-wait', '--json');

    expect(requests).toHaveLength(1);
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ id: 'recovery_1', state: 'running' }]);
  });

  test('lets it go on when it is interrupted, and tells how to watch it', async () => {
    const stop = new AbortController();
    const { run, requests, told } = givenRecovery([{}], { signal: stop.signal });
    const running = run(...START);
    await vi.waitFor(() => expect(told).toHaveLength(1));

    stop.abort();
    await running;

    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(told.at(-1)).toContain('cathcr-webhooks recoveries show webhook_1 recovery_1 --wait');
  });

  test('did not work where it was cancelled', async () => {
    const { run } = givenRecovery([{}, { state: 'cancelled', cancelled_reason: 'on request' }]);

    const failed = run(...START);

    await expect(failed).rejects.toThrow(Unsuccessful);
    await expect(failed).rejects.toThrow('recovery_1 was cancelled: on request');
  });

  test('takes a beginning', async () => {
    await expect(givenRecovery([{}]).run('recoveries', 'start', 'webhook_1')).rejects.toThrow(
      '--since is missing',
    );
  });
});

test('progress is never more than all, and all only when it is over', () => {
  const counts = fc.nat(20_000);
  const states = fc.constantFrom('running', 'completed', 'cancelled');
  fc.assert(
    fc.property(states, counts, counts, fc.boolean(), (state, replayed, count, isExact) => {
      const line = describeProgress(
        { state, replayed, delivered: 0, failed_in_a_row: 0 },
        { count, isExact },
      );
      const [, bar = '', share = ''] = /^\[([#.]{30})\] +(\d+) % /.exec(line) ?? [];
      expect(bar).toHaveLength(30);
      expect(Number(share)).toBeLessThanOrEqual(100);
      if (state === 'running') expect(Number(share)).toBeLessThan(100);
      if (state === 'completed') expect(share).toBe('100');
    }),
  );
});

test('progress tells of a receiver that is still down, as the recovery waits for it', () => {
  const told = (state: 'running' | 'completed', failed_in_a_row: number) =>
    describeProgress(
      { state, replayed: 200, delivered: 0, failed_in_a_row },
      { count: 300, isExact: true },
    ).split('delivered')[1];
  expect(told('running', 99)).toBe('');
  expect(told('running', 102)).toBe(', none of the last 102: one is tried a minute');
  expect(told('completed', 102)).toBe('');
});
