import { HelperError, readMembers } from '../helpers/answer.ts';
import { isObject } from '../is-object.ts';

/** What can befall a call of AWS: refused, failed, cut off before or after it took effect, slow, done in part. */
export const CALL_FAULTS = ['throttled', 'failed', 'reset', 'lost-answer', 'slow', 'partly-refused'] as const;
/** What can befall an invocation, before one of its calls or right after it took effect. */
export const INVOCATION_FAULTS = ['killed', 'timed-out'] as const;
/** What can befall a message on a queue: all of it within what SQS promises. */
export const MESSAGE_FAULTS = ['sent-twice', 'late', 'overtaking', 'shown-early', 'not-deleted'] as const;

const FAULT_KINDS = [...CALL_FAULTS, ...INVOCATION_FAULTS, ...MESSAGE_FAULTS];
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which fault is to happen, where, and how often. */
export type FaultRule = {
  readonly fault: FaultKind;
  /** Where, `*` for any text and `?` for one character: `dynamodb:PutItem` for calls, a function's name, a queue's name. */
  readonly at: string;
  /** Who makes the call, by the name of its function; with the same `*` and `?`. */
  readonly by: string;
  /** How probable it is, from 0 to 1. */
  readonly rate: number;
  /** How often at most. */
  readonly times: number;
  /** How many times in a row it happens at a place, once it does: an outage. */
  readonly inARow: number;
  /** How long it lasts at most, where it lasts: `slow`, `late`, `shown-early`. */
  readonly ms: number;
};

/** Faults that happen at random, the same for the same seed as far as the same things happen in the same places. */
export type FaultPlan = { readonly seed: number; readonly rules: readonly FaultRule[] };

const DEFAULTS = { at: '*', by: '*', rate: 1, times: Number.POSITIVE_INFINITY, inARow: 1, ms: 500 };

/**
 * Reads `{"seed", "rules": [{"fault", "at", "by", "rate", "times", "inARow", "ms"}]}`, of which all but `fault` may be left out.
 * @throws HelperError that names what is wrong
 */
export function readPlan(body: Buffer): FaultPlan {
  const { seed = 0, rules = [] } = readMembers(body, 'seed', 'rules');
  if (!Number.isSafeInteger(seed)) throw new HelperError(400, 'seed is not a whole number');
  if (!Array.isArray(rules)) throw new HelperError(400, 'rules is not a list');
  return { seed: Number(seed), rules: rules.map(readRule) };
}

function readRule(given: unknown, index: number): FaultRule {
  if (!isObject(given)) throw new HelperError(400, `rules[${index}] is not an object`);
  const rule = { ...DEFAULTS, ...given } as FaultRule;
  const { fault, at, by, rate, times, inARow, ms } = rule;
  const unknown = Object.keys(given).filter((name) => name !== 'fault' && !(name in DEFAULTS));
  const faults = [
    unknown.length > 0 && `does not know ${unknown.join(', ')}`,
    !FAULT_KINDS.includes(fault) && `has a fault that is none of ${FAULT_KINDS.join(', ')}`,
    (typeof at !== 'string' || typeof by !== 'string') && 'has an at or a by that is no text',
    !(rate >= 0 && rate <= 1) && 'has a rate that is not from 0 to 1',
    !(times >= 0) && 'has times that are not a number from 0 up',
    !(inARow >= 1) && 'has an inARow that is not a number from 1 up',
    !(ms >= 0) && 'has ms that are not a number from 0 up',
  ].filter(Boolean);
  if (faults.length > 0) throw new HelperError(400, `rules[${index}] ${faults.join('; ')}`);
  return rule;
}
