import { expect, inject } from 'vitest';
import { CALL_FAULTS, MESSAGE_FAULTS } from '../../local/faults/plan.ts';
import { hostHere } from '../../soak/hosts.ts';
import { soak } from '../../soak/soak.ts';
import { expectNothingLost } from './expect-nothing-lost.ts';
import { needing } from './needs.ts';

/** A run by a seed, on a runtime of its own. */
async function runSeed(seed: number, events: number) {
  const host = await hostHere(inject('assemblyDirectory'));
  try {
    return await soak({ seed, events, host });
  } finally {
    await host.stop();
  }
}

// At once, for each waits half of the time: for receivers that hang, and for AWS to be well again.
needing('laptop').each<[number, number]>([
  [200, 11],
  [150, 12],
])(
  'of %d events, calls, invocations and messages going wrong, none is lost (seed %d)',
  async (events, seed) => {
    const report = await runSeed(seed, events);

    expectNothingLost(report);
    const { injected } = report;
    for (const kind of [...CALL_FAULTS, ...MESSAGE_FAULTS]) expect(injected[kind], kind).toBeGreaterThan(0);
    expect((injected.killed ?? 0) + (injected['timed-out'] ?? 0)).toBeGreaterThan(0);
  },
  { concurrent: true, timeout: 900_000 },
);
