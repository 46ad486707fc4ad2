import type { FaultPlan } from '../local/faults/plan.ts';

/** What goes wrong in a run: one call of AWS in twenty, one invocation in fifty, and messages within SQS's promises. */
export function planOf(seed: number): Pick<FaultPlan, 'seed'> & { rules: readonly object[] } {
  return {
    seed,
    rules: [
      { fault: 'throttled', rate: 0.015 },
      { fault: 'failed', rate: 0.01 },
      { fault: 'reset', rate: 0.01 },
      { fault: 'lost-answer', rate: 0.01 },
      { fault: 'slow', rate: 0.005, ms: 300 },
      // So long that the SDK's own repeats do not get over it.
      { fault: 'throttled', rate: 0.001, inARow: 40 },
      { fault: 'failed', rate: 0.0005, inARow: 40 },
      { fault: 'partly-refused', rate: 0.05 },
      // Many of these invocations end before their turn has come.
      { fault: 'killed', rate: 0.02 },
      { fault: 'killed', at: '*Deliverer*', rate: 0.03 },
      // There are few of its steps.
      { fault: 'killed', at: '*Recoverer*', rate: 0.2 },
      { fault: 'timed-out', rate: 0.02 },
      { fault: 'sent-twice', rate: 0.02 },
      { fault: 'late', rate: 0.02, ms: 20_000 },
      { fault: 'overtaking', rate: 0.05 },
      { fault: 'shown-early', rate: 0.01, ms: 200 },
      { fault: 'not-deleted', rate: 0.01 },
    ],
  };
}
