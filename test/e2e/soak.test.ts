import { expect, inject, onTestFinished } from 'vitest';
import { CALL_FAULTS, MESSAGE_FAULTS } from '../../local/faults/plan.ts';
import { hostHere } from '../../soak/hosts.ts';
import { soak } from '../../soak/soak.ts';
import { expectNothingLost } from './expect-nothing-lost.ts';
import { needing } from './needs.ts';

needing('laptop').each<[number]>([[11], [12], [13]])(
  'of 500 events, calls, invocations and messages going wrong, none is lost (seed %d)',
  async (seed) => {
    const host = await hostHere(inject('assemblyDirectory'));
    onTestFinished(() => host.stop());

    const report = await soak({ seed, events: 500, host });

    expectNothingLost(report);
    const { injected } = report;
    for (const kind of [...CALL_FAULTS, ...MESSAGE_FAULTS]) expect(injected[kind], kind).toBeGreaterThan(0);
    expect((injected.killed ?? 0) + (injected['timed-out'] ?? 0)).toBeGreaterThan(0);
  },
  900_000,
);
