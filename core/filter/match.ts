import { isObject } from '../json.ts';
import { OPERATORS, type Scalar, soleMemberOf, type Test } from './operators.ts';

/** A value that a field is to have, or one test of it. */
type Choice = Scalar | { readonly [operator: string]: unknown };

/**
 * Which events a webhook wants, by their `data`: every field that is named must have one of the values that are
 * listed for it, and of the filters under `$or` one must match.
 */
export type Filter = { readonly [field: string]: Filter | readonly Choice[] | readonly Filter[] };

/** Why a filter does not match: where (`data.thought.tags`), and what is there in place of what it takes. */
export type Mismatch = { readonly field: string; readonly detail: string };

export const OR = '$or';
export const EXISTS = 'exists';

/**
 * How many steps it may take to ask all filters of one event: far more than any event of Cathcr needs, and some 40 ms
 * of CPU at worst (docs/decisions/filters.md). The Dispatcher serves everybody, a user may have many webhooks, and an
 * event may hold a hundred thousand values, or one text of 256 KiB. A field, a choice, and an element of a list are a
 * step each, and so is a value that is looked at by a test.
 */
export const MAX_STEPS = 100_000;
/** What it takes to go into an object, or into an alternative. */
const STEPS_OF_AN_OBJECT = 5;
/** Comparisons of characters that are made in the time of a step. */
const COMPARED_IN_A_STEP = 512;
/** Characters of a filter's JSON that are parsed, and made a test, in the time of a step. */
const PARSED_IN_A_STEP = 16;

/** How much a mismatch shows of what is there. */
const MAX_SHOWN_VALUES = 3;
const MAX_SHOWN_LENGTH = 64;

type Members = Readonly<Record<string, unknown>>;

class TooManyStepsError extends Error {
  override name = 'TooManyStepsError';
}

/** The steps that are left for all filters of an event. */
type Budget = { steps: number };

/** @throws TooManyStepsError where there are not so many left */
function spend(budget: Budget, steps: number) {
  budget.steps -= steps;
  if (budget.steps < 0) throw new TooManyStepsError();
}

/** The value itself, or what a list holds, lists in it too. Not recursive: data may be nested to any depth. */
function elementsOf(value: unknown, budget: Budget): unknown[] {
  const elements: unknown[] = [];
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!Array.isArray(next)) elements.push(next);
    else {
      spend(budget, next.length);
      for (let at = next.length - 1; at >= 0; at -= 1) waiting.push(next[at]);
    }
  }
  return elements;
}

/** An object's own member: a name may be one that every object inherits. */
const memberOf = (object: Members, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const isScalar = (value: unknown): value is Scalar => value !== undefined && !isObject(value);

/** A test, and what it costs for each character of a text. */
type Look = { readonly test: Test; readonly cost: number };

/** Those that were made before: a list may hold thousands of objects, at each of which the same choice looks. */
const looks = new WeakMap<object, Look>();

function makeLook(choice: object): Look {
  const [name = '', argument] = soleMemberOf(choice) ?? [];
  const { testOf, costOf } = OPERATORS[name] ?? {};
  return {
    test: testOf?.(argument as never) ?? (() => false),
    cost: costOf?.(argument as never) ?? 0,
  };
}

function lookOf(choice: Choice): Look {
  if (!isObject(choice)) return { test: (value) => value === choice, cost: 0 };
  const look = looks.get(choice) ?? makeLook(choice);
  looks.set(choice, look);
  return look;
}

function passes(choice: Choice, values: readonly Scalar[], budget: Budget): boolean {
  spend(budget, 1);
  if (isObject(choice) && Object.hasOwn(choice, EXISTS)) return values.length > 0 === choice[EXISTS];
  if (values.length === 0) return false;
  const { test, cost } = lookOf(choice);
  return values.some((value) => {
    const comparisons = typeof value === 'string' ? value.length * cost : 0;
    spend(budget, 1 + Math.floor(comparisons / COMPARED_IN_A_STEP));
    return test(value);
  });
}

/** What is there, in words. */
function showValues(value: unknown, values: readonly Scalar[]): string {
  if (value === undefined) return 'is missing';
  if (values.length === 0) return 'holds no value';
  const shown = values.slice(0, MAX_SHOWN_VALUES).map((one) => {
    const text = JSON.stringify(one);
    return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  });
  const more = values.length - shown.length;
  return `is ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A mismatch that is put into words where somebody asks: that takes longer than to find it. */
type Finding = () => Mismatch;

function* walkChoices(
  choices: readonly Choice[],
  value: unknown,
  field: string,
  budget: Budget,
): Generator<Finding> {
  const values = elementsOf(value, budget).filter(isScalar);
  if (choices.some((choice) => passes(choice, values, budget))) return;
  yield () => ({
    field,
    detail: `${showValues(value, values)}; the filter takes ${JSON.stringify(choices)}`,
  });
}

const isMatch = (filter: Filter, data: Members, budget: Budget) =>
  walk(filter, data, '', budget).next().done === true;

function* walkAlternatives(
  filters: readonly Filter[],
  data: Members,
  path: string,
  budget: Budget,
): Generator<Finding> {
  if (filters.some((filter) => isMatch(filter, data, budget))) return;
  for (const filter of filters) yield* walk(filter, data, path, budget);
}

/** A filter of an object, of which a list may hold several: one of them must match. What is none has no fields. */
function* walkObjects(filter: Filter, value: unknown, field: string, budget: Budget): Generator<Finding> {
  const [first = {}, ...others] = elementsOf(value, budget).filter(isObject);
  if (others.length === 0) yield* walk(filter, first, field, budget);
  else if (![first, ...others].some((object) => isMatch(filter, object, budget))) {
    yield () => ({ field, detail: `has ${others.length + 1} objects, of which none matches` });
  }
}

function* walk(filter: Filter, data: Members, path: string, budget: Budget): Generator<Finding> {
  spend(budget, STEPS_OF_AN_OBJECT);
  for (const [name, rule] of Object.entries(filter)) {
    spend(budget, 1);
    const field = `${path}.${name}`;
    const value = memberOf(data, name);
    if (name === OR) yield* walkAlternatives(rule as readonly Filter[], data, path, budget);
    else if (Array.isArray(rule)) yield* walkChoices(rule, value, field, budget);
    else yield* walkObjects(rule as Filter, value, field, budget);
  }
}

/** Up to so many reasons why a filter does not match; none where there are not steps enough to tell. */
function collect(walking: Generator<Finding>, max: number): Finding[] {
  const found: Finding[] = [];
  try {
    for (const finding of walking) {
      found.push(finding);
      if (found.length === max) break;
    }
  } catch (error) {
    if (!(error instanceof TooManyStepsError)) throw error;
  }
  return found;
}

/**
 * Every reason why a filter does not match the `data` of an event; none where it does, or where that would take more
 * steps than there may be: an event too many is better than one too few.
 */
export function findMismatches(filter: Filter, data: Members): Mismatch[] {
  const walking = walk(filter, data, 'data', { steps: MAX_STEPS });
  return collect(walking, Number.POSITIVE_INFINITY).map((finding) => finding());
}

/**
 * Creates what tells of filters, by their JSON text, whether they match the `data` of one event: whether there is no
 * mismatch, of which it looks for the first alone. All have one budget of steps, and equal ones are looked at once; when
 * it is used up, what is left matches.
 */
export function createMatcher(data: Members): (filter: string) => boolean {
  const budget = { steps: MAX_STEPS };
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const matches = collect(walkText(text, data, budget), 1).length === 0;
    known.set(text, matches);
    return matches;
  };
}

/** The walk of a filter that is still a text, whose reading takes steps as well. */
function* walkText(text: string, data: Members, budget: Budget): Generator<Finding> {
  spend(budget, 1 + Math.floor(text.length / PARSED_IN_A_STEP));
  yield* walk(JSON.parse(text) as Filter, data, 'data', budget);
}
