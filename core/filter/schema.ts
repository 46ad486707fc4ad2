import * as z from 'zod';
import { isObject } from '../json.ts';
import { once } from '../once.ts';
import { EXISTS, OR } from './match.ts';
import { OPERATORS, soleMemberOf } from './operators.ts';

/** The most that a filter may weigh, as the UTF-8 bytes of its JSON. */
const MAX_FILTER_BYTES = 4096;
/** How deep objects and lists may be nested in a filter. */
const MAX_FILTER_LEVELS = 12;
/** How many values, operators and alternatives a filter may have: what it may cost to look at a large event. */
const MAX_FILTER_CONDITIONS = 100;

type Path = readonly (string | number)[];
type FilterFault = { readonly path: Path; readonly message: string };

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner)));

const isScalar = (choice: unknown) =>
  choice === null || typeof choice === 'string' || typeof choice === 'boolean' || Number.isFinite(choice);

function findChoiceFault(choice: unknown, path: Path): FilterFault | undefined {
  if (isScalar(choice)) return undefined;
  const [name, argument] = soleMemberOf(choice) ?? [];
  if (name === undefined) {
    return { path, message: 'takes a text, a number, true, false, null, or an object with one operator' };
  }
  if (name === EXISTS) {
    return typeof argument === 'boolean'
      ? undefined
      : { path: [...path, name], message: 'takes true or false' };
  }
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) {
    const known = [...Object.keys(OPERATORS), EXISTS].join(', ');
    return { path: [...path, name], message: `is not an operator; there are ${known}` };
  }
  return operator.isArgument(argument) ? undefined : { path: [...path, name], message: operator.takes };
}

function* findFieldFaults(rule: unknown, path: Path): Generator<FilterFault> {
  if (isObject(rule)) yield* findObjectFaults(rule, path);
  else if (!Array.isArray(rule) || rule.length === 0) {
    yield { path, message: 'takes a list of the values that it may have, or an object of fields' };
  } else yield* rule.flatMap((choice, at) => findChoiceFault(choice, [...path, at]) ?? []);
}

function* findAlternativeFaults(rule: unknown, path: Path): Generator<FilterFault> {
  if (!Array.isArray(rule) || rule.length < 2)
    yield { path, message: 'takes a list of at least two filters' };
  else for (const [at, filter] of rule.entries()) yield* findObjectFaults(filter, [...path, at]);
}

function* findObjectFaults(filter: unknown, path: Path): Generator<FilterFault> {
  if (!isObject(filter)) yield { path, message: 'takes an object of fields' };
  else {
    const fields = Object.entries(filter);
    if (fields.length === 0) yield { path, message: 'takes at least one field' };
    for (const [name, rule] of fields) {
      yield* (name === OR ? findAlternativeFaults : findFieldFaults)(rule, [...path, name]);
    }
  }
}

/** How many values, operators and alternatives there are in a filter that is one. */
function countConditions(rule: unknown): number {
  if (isObject(rule))
    return Object.values(rule).reduce<number>((sum, inner) => sum + countConditions(inner), 0);
  return Array.isArray(rule)
    ? rule.length + rule.reduce<number>((sum, one) => sum + countConditions(one), 0)
    : 0;
}

const refuse = (message: string): FilterFault[] => [{ path: [], message }];

/** Every fault of what is to be a filter. Size and depth are looked at first, as all else takes its time by them. */
function findFilterFaults(value: unknown): FilterFault[] {
  if (isDeeperThan(MAX_FILTER_LEVELS, value)) {
    return refuse(`has more than ${MAX_FILTER_LEVELS} levels of objects and lists`);
  }
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_FILTER_BYTES) {
    return refuse(`takes at most ${MAX_FILTER_BYTES} bytes of JSON`);
  }
  const faults = [...findObjectFaults(value, [])];
  if (faults.length > 0 || countConditions(value) <= MAX_FILTER_CONDITIONS) return faults;
  return refuse(`takes at most ${MAX_FILTER_CONDITIONS} values, operators and alternatives`);
}

/**
 * A filter of events by their `data`, or null for none: the subset of EventBridge's event patterns that
 * docs/webhooks.md tells of ("Comparison operators for use in event patterns", EventBridge User Guide). It becomes its
 * JSON text: names may be such as no copy of an object keeps (`__proto__`), and what is stored is what was checked.
 */
export const filterSchema = once(() =>
  z
    .unknown()
    .check(({ value, issues }) => {
      if (value === undefined || value === null) return;
      for (const { path, message } of findFilterFaults(value)) {
        issues.push({ code: 'custom', message, path: [...path], input: value });
      }
    })
    .transform((value) => (value === undefined || value === null ? value : JSON.stringify(value))),
);

/** What the OpenAPI document says of the form of a filter. */
export const FILTER_FORM = { type: ['object', 'null'] };
