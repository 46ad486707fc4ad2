import type { Host } from './hosts.ts';
import { planOf } from './plan.ts';
import type { System } from './system.ts';

/** Kills the runtime, and counts what was injected over all of its lives. */
export function createKiller(host: Host, system: System, seed: number) {
  let kills = 0;
  let before: Record<string, number> = {};
  const faultCounts = async () => {
    const now = await system.faultCounts();
    const kinds = new Set([...Object.keys(before), ...Object.keys(now)]);
    return Object.fromEntries([...kinds].map((kind) => [kind, (before[kind] ?? 0) + (now[kind] ?? 0)]));
  };
  return {
    count: () => kills,
    faultCounts,
    kill: async () => {
      if (!host.killAndRestart) return;
      kills += 1;
      before = await faultCounts();
      await host.killAndRestart();
      await system.armFaults(planOf(seed + kills));
    },
  };
}
