import { compileWildcard, type Matches } from '../iam/wildcard.ts';
import { chancesOf } from './chances.ts';
import type { FaultKind, FaultPlan, FaultRule } from './plan.ts';

/** A fault that is to happen here and now. */
export type Fault<K extends FaultKind = FaultKind> = {
  readonly kind: K;
  /** How long it lasts, where it lasts: ms. */
  readonly ms: number;
  /** From 0 to below 1, for what else is left to chance. */
  readonly chance: number;
};

type ArmedRule = FaultRule & {
  readonly index: number;
  readonly matches: (at: string, by: string) => boolean;
  timesLeft: number;
  /** How often chance was asked at each place. */
  readonly draws: Map<string, number>;
  /** How many more times it happens at each place before chance is asked again. */
  readonly outages: Map<string, number>;
};

/**
 * The faults of a runtime: none until a plan is armed. Each rule draws for each place in turn, so that what happens at
 * one place does not depend on how the threads took turns at others.
 */
export class Faults {
  #seed = 0;
  #rules: ArmedRule[] = [];
  readonly #counts = new Map<FaultKind, number>();

  /** Begins a plan in place of any other; what has happened is counted on. */
  arm({ seed, rules }: FaultPlan): void {
    this.#seed = seed;
    this.#rules = rules.map((rule, index) => ({
      ...rule,
      index,
      matches: bothMatch(compileWildcard(rule.at), compileWildcard(rule.by)),
      timesLeft: rule.times,
      draws: new Map(),
      outages: new Map(),
    }));
  }

  disarm(): void {
    this.#rules = [];
  }

  /** How many of each kind have happened since the start. */
  get counts(): Readonly<Partial<Record<FaultKind, number>>> {
    return Object.fromEntries(this.#counts);
  }

  /** The fault of one of these kinds that is to happen at a place, if any. Who makes it happen counts it. */
  draw<K extends FaultKind>(kinds: readonly K[], at: string, by = ''): Fault<K> | undefined {
    for (const rule of this.#rules) {
      const kind = kinds.find((known) => known === rule.fault);
      if (!kind || !rule.matches(at, by)) continue;
      const place = `${at} ${by}`;
      const [first, second, third] = this.#chances(rule, place);
      if (!goesOn(rule, place) && !begins(rule, place, first)) continue;
      return { kind, ms: Math.ceil(rule.ms * second), chance: third };
    }
    return undefined;
  }

  /** Counts a fault that has happened. */
  count(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  #chances(rule: ArmedRule, place: string): [number, number, number] {
    const draw = rule.draws.get(place) ?? 0;
    rule.draws.set(place, draw + 1);
    return chancesOf(`${this.#seed} ${rule.index} ${place} ${draw}`);
  }
}

/** Whether an outage at a place goes on; it is a step nearer to its end then. */
function goesOn({ outages }: ArmedRule, place: string): boolean {
  const left = outages.get(place) ?? 0;
  if (left > 0) outages.set(place, left - 1);
  return left > 0;
}

/** Whether what a rule says begins to happen at a place. */
function begins(rule: ArmedRule, place: string, chance: number): boolean {
  if (rule.timesLeft <= 0 || chance >= rule.rate) return false;
  rule.timesLeft -= 1;
  rule.outages.set(place, rule.inARow - 1);
  return true;
}

const bothMatch = (isAt: Matches, isBy: Matches) => (at: string, by: string) => isAt(at) && isBy(by);
