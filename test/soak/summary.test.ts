import { expect, test } from 'vitest';
import type { SoakReport } from '../../soak/report.ts';
import { summarize } from '../../soak/summary.ts';

const report = (seed: number, changes: Partial<SoakReport> = {}): SoakReport => ({
  seed,
  events: 10,
  certain: 9,
  deliveries: 30,
  requests: 40,
  repeats: 2,
  putBack: 0,
  lost: 0,
  kills: 1,
  seconds: 60,
  injected: { throttled: 3, 'lost-answer': 2, killed: 1, late: 5 },
  statisticsOff: -1,
  faults: [],
  ...changes,
});

test('runs are told one by one, and all together', () => {
  const [runs] = summarize([report(1), report(2, { lost: 1, faults: ['event 7 was never sent'] })]);
  expect(runs?.rows).toMatchObject([
    { seed: '1', events: 10, lost: 0, wrong: 0 },
    { seed: '2', events: 10, lost: 1, wrong: 1 },
    {
      seed: 'all',
      events: 20,
      'calls gone wrong': 10,
      'messages gone wrong': 10,
      'invocations ended': 2,
      kills: 2,
      'duplicates sent': 4,
      'statistics off by': -2,
      lost: 1,
      wrong: 1,
    },
  ]);
});

test('what was injected is told by kind, over all runs', () => {
  const [, injected] = summarize([report(1), report(2)]);
  const times = Object.fromEntries(injected?.rows.map(({ fault, times: n }) => [fault, n]) ?? []);
  expect(times).toMatchObject({ throttled: 6, 'lost-answer': 4, killed: 2, late: 10, reset: 0 });
});
