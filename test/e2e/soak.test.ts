import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';
import { CALL_FAULTS, MESSAGE_FAULTS } from '../../local/faults/plan.ts';
import { hostHere, hostInProcess } from '../../soak/hosts.ts';
import { type SoakReport, soak } from '../../soak/soak.ts';
import { needing } from './needs.ts';

const TIMEOUT_MS = 240_000;
const laptop = needing('laptop');

/** All is well, and it was not for want of faults. */
function expectNothingLost({ faults, lost, injected, deliveries, ...figures }: SoakReport) {
  expect(faults, `seed ${figures.seed}`).toEqual([]);
  expect(lost).toBe(0);
  expect(deliveries).toBeGreaterThan(figures.events);
  expect(figures.certain).toBeGreaterThan(figures.events * 0.9);
  for (const kind of [...CALL_FAULTS, ...MESSAGE_FAULTS]) expect(injected[kind], kind).toBeGreaterThan(0);
  expect((injected.killed ?? 0) + (injected['timed-out'] ?? 0)).toBeGreaterThan(0);
}

laptop.each<[number]>([[11], [12], [13]])(
  'of 500 events, calls, invocations and messages going wrong, none is lost (seed %d)',
  async (seed) => {
    const host = await hostHere(inject('assemblyDirectory'));
    onTestFinished(() => host.stop());
    expectNothingLost(await soak({ seed, events: 500, host }));
  },
  TIMEOUT_MS,
);

laptop.test(
  'none is lost either where the runtime is killed on the way and started again on its data',
  async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-test-'));
    onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
    const host = await hostInProcess(inject('assemblyDirectory'), dataDirectory);
    onTestFinished(() => host.stop());
    const report = await soak({ seed: 14, events: 150, kills: 4, host });
    expect(report.kills).toBe(4);
    expectNothingLost(report);
  },
  TIMEOUT_MS,
);
