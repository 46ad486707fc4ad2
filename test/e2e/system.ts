import { inject, vi } from 'vitest';
import { connect } from './deployment.ts';
import type { System } from './hands.ts';
import { type LaptopOptions, startOnLaptop } from './laptop.ts';

export type { Answer, Received, System } from './hands.ts';

const deployment = inject('deployment');

/**
 * Starts the system on this machine; or connects to the deployed one that the suite was told of, whatever `options`
 * say. `stop` it when the tests are done.
 */
export function startSystem(options: LaptopOptions = {}): Promise<System> {
  return deployment ? connect(deployment) : startOnLaptop(options);
}

/** Seconds that a check may take to hold: AWS fires a schedule within a minute of its time. */
const PATIENCE_SECONDS = deployment ? 90 : 20;

/** Waits until `check` holds: 20 s at most, 90 s for a deployed system. */
export const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: PATIENCE_SECONDS * 1000, interval: deployment ? 100 : 25 });
