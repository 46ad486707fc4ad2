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
 * How many steps the walk through one event may take: a value that is looked at by one test is one. It is some ms, and
 * far more than any event of Cathcr needs. The Dispatcher serves everybody, a user may have many webhooks, and an event
 * may hold a hundred thousand values.
 */
export const MAX_STEPS = 100_000;

/** How much a mismatch shows of what is there. */
const MAX_SHOWN_VALUES = 3;
const MAX_SHOWN_LENGTH = 64;

type Members = Readonly<Record<string, unknown>>;

class TooManyStepsError extends Error {
  override name = 'TooManyStepsError';
}

/** The steps that are left. */
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

function testOf(choice: Choice): Test {
  const [name = '', argument] = soleMemberOf(choice) ?? [];
  return OPERATORS[name]?.testOf(argument as never) ?? ((value) => value === choice);
}

function passes(choice: Choice, values: readonly Scalar[], budget: Budget): boolean {
  const [name, argument] = soleMemberOf(choice) ?? [];
  if (name === EXISTS) return values.length > 0 === argument;
  spend(budget, values.length);
  return values.some(testOf(choice));
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

function* walkChoices(choices: readonly Choice[], value: unknown, field: string, budget: Budget) {
  const values = elementsOf(value, budget).filter(isScalar);
  if (choices.some((choice) => passes(choice, values, budget))) return;
  yield { field, detail: `${showValues(value, values)}; the filter takes ${JSON.stringify(choices)}` };
}

const isMatch = (filter: Filter, data: Members, budget: Budget) =>
  walk(filter, data, '', budget).next().done === true;

function* walkAlternatives(filters: readonly Filter[], data: Members, path: string, budget: Budget) {
  if (filters.some((filter) => isMatch(filter, data, budget))) return;
  for (const filter of filters) yield* walk(filter, data, path, budget);
}

/** A filter of an object, of which a list may hold several: one of them must match. What is none has no fields. */
function* walkObjects(filter: Filter, value: unknown, field: string, budget: Budget): Generator<Mismatch> {
  const [first = {}, ...others] = elementsOf(value, budget).filter(isObject);
  if (others.length === 0) yield* walk(filter, first, field, budget);
  else if (![first, ...others].some((object) => isMatch(filter, object, budget))) {
    yield { field, detail: `has ${others.length + 1} objects, of which none matches` };
  }
}

function* walk(filter: Filter, data: Members, path: string, budget: Budget): Generator<Mismatch> {
  for (const [name, rule] of Object.entries(filter)) {
    spend(budget, 1);
    const field = `${path}.${name}`;
    const value = memberOf(data, name);
    if (name === OR) yield* walkAlternatives(rule as readonly Filter[], data, path, budget);
    else if (Array.isArray(rule)) yield* walkChoices(rule, value, field, budget);
    else yield* walkObjects(rule as Filter, value, field, budget);
  }
}

/** Up to so many reasons why a filter does not match. */
function collect(filter: Filter, data: Members, max: number): Mismatch[] {
  const found: Mismatch[] = [];
  try {
    for (const mismatch of walk(filter, data, 'data', { steps: MAX_STEPS })) {
      found.push(mismatch);
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
  return collect(filter, data, Number.POSITIVE_INFINITY);
}

/** Whether a filter matches the `data` of an event: there is no mismatch. It looks no further than the first. */
export function matchesFilter(filter: Filter, data: Members): boolean {
  return collect(filter, data, 1).length === 0;
}
