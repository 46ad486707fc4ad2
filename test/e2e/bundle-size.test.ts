import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { FUNCTION_ENV } from '../../lambdas/env.ts';
import { readFunctions } from '../../local/lambda/settings.ts';
import { readAssembly } from '../../local/stack/assembly.ts';
import { Stack } from '../../local/stack/stack.ts';
import { needing } from './needs.ts';

/** The most that each function's bundle may weigh: KiB. What makes one grow past it is to be worth it on every cold start. */
const LIMITS: Readonly<Record<string, number>> = {
  webhooks: 515,
  deliveries: 535,
  events: 500,
  public: 212,
  dispatcher: 545,
  deliverer: 607,
  recoverer: 560,
};

needing('assembly').test(
  'no bundle has grown past its stated size, and none is stated much larger than it is',
  async () => {
    const stack = new Stack(await readAssembly(inject('assemblyDirectory')), 'http://127.0.0.1:1');
    const sizes = await Promise.all(
      readFunctions(stack, 'http://127.0.0.1:1').map(async ({ environment, assetPath }) => {
        const { size } = await stat(join(assetPath, 'index.mjs'));
        return [environment.POWERTOOLS_SERVICE_NAME ?? '', size / 1024] as const;
      }),
    );
    expect(sizes.map(([name]) => name).toSorted()).toEqual(Object.keys(FUNCTION_ENV).toSorted());
    for (const [name, size] of sizes) {
      expect(size, name).toBeLessThanOrEqual(LIMITS[name] ?? 0);
      expect(size, name).toBeGreaterThan((LIMITS[name] ?? 0) * 0.9);
    }
  },
);
