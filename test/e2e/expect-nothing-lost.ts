import { expect } from 'vitest';
import type { SoakReport } from '../../soak/report.ts';

/** All is well, and of most events it is certain that they were to be delivered. */
export function expectNothingLost({ seed, faults, lost, deliveries, events, certain }: SoakReport) {
  expect(faults, `seed ${seed}`).toEqual([]);
  expect(lost).toBe(0);
  expect(deliveries).toBeGreaterThan(events);
  expect(certain).toBeGreaterThan(events * 0.9);
}
