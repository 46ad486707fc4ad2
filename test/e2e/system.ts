import { beforeAll, expect, inject, vi } from 'vitest';
import { connect } from './deployment.ts';
import type { System } from './hands.ts';
import { type LaptopOptions, startOnLaptop } from './laptop.ts';

export type { Answer, Received, System } from './hands.ts';

const deployment = inject('deployment');

/**
 * Starts the system on this machine; or connects to the deployed one that the suite was told of, whatever `options`
 * say. `stop` it in the end; tests that share one `useSystem`.
 */
export function startSystem(options: LaptopOptions = {}): Promise<System> {
  return deployment ? connect(deployment) : startOnLaptop(options);
}

/**
 * What `make` makes before the tests of a file or block: its members are read in them, and it is not copied. `stop` gets
 * it after them.
 */
export function useMade<T extends object>(
  make: () => Promise<T>,
  stop: (made: T) => Promise<unknown> = async () => {},
): T {
  let made: T | undefined;
  beforeAll(async () => {
    const it = await make();
    made = it;
    return () => stop(it);
  });
  return new Proxy({} as T, {
    get: (_, name) => {
      if (!made) throw new Error(`there is no ${String(name)} before the tests begin`);
      return Reflect.get(made, name) as unknown;
    },
  });
}

/** One system for all tests of a file or block. */
export const useSystem = (options?: LaptopOptions): System =>
  useMade(
    () => startSystem(options),
    (system) => system.stop(),
  );

/** Seconds that a check may take to hold: AWS fires a schedule within a minute of its time. */
const PATIENCE_SECONDS = deployment ? 90 : 20;

/** Waits until `check` holds: 20 s at most, 90 s for a deployed system. */
export const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: PATIENCE_SECONDS * 1000, interval: deployment ? 100 : 25 });

/** Waits until nothing is on its way any more, so that what was not sent by then is not sent: on a laptop. */
export const whenQuiet = (system: System): Promise<void> =>
  eventually(async () => {
    expect(await system.countMessages()).toBe(0);
  });
