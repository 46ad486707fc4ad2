import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';
import { hostInProcess } from '../../soak/hosts.ts';
import { soak } from '../../soak/soak.ts';
import { expectNothingLost } from './expect-nothing-lost.ts';
import { needing } from './needs.ts';

needing('laptop').test(
  'no event is lost where the runtime is killed on the way and started again on its data',
  async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-test-'));
    onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
    const host = await hostInProcess(inject('assemblyDirectory'), dataDirectory);
    onTestFinished(() => host.stop());

    const report = await soak({ seed: 14, events: 150, kills: 3, host });

    expect(report.kills).toBe(3);
    expectNothingLost(report);
  },
  { timeout: 900_000 },
);
