import { isObject } from '../json.ts';
import { compileWildcard, isWildcard } from './wildcard.ts';

/** What a filter looks at in the end: a value of JSON that holds no other. */
export type Scalar = string | number | boolean | null;

/** Whether a value passes. */
export type Test = (value: Scalar) => boolean;

/** A test that a filter may make of a value, `{"prefix": "a"}`. */
export type Operator = {
  /** Said where the argument is none that it takes. */
  readonly takes: string;
  readonly isArgument: (argument: unknown) => boolean;
  /** The test of an argument that `isArgument` has let through. */
  readonly testOf: (argument: never) => Test;
  /** What that test costs for each character of a text, where it may look at all of them: 1 is a comparison. */
  readonly costOf?: (argument: never) => number;
};

/** A character is passed in search of one that may be the right one. */
const SEARCH_COST = 16;
/** A character is made a small one: by a table, where it is none of ASCII. */
const LOWERING_COST = 128;

/** A search compares a character with each of those that it looks for, at worst. */
const costOfSearch = (text: string) => Math.max(SEARCH_COST, text.length);

const isText = (argument: unknown): argument is string => typeof argument === 'string';
const isNumber = (argument: unknown): argument is number => Number.isFinite(argument);

type TextOperator = Operator & { readonly costOf?: (argument: string) => number };

/** An operator that takes a text, and that only texts pass. */
const ofText = (
  testOf: (argument: string) => (value: string) => boolean,
  others: Partial<Pick<TextOperator, 'takes' | 'isArgument' | 'costOf'>> = {},
): TextOperator => ({
  takes: 'takes a text',
  isArgument: isText,
  ...others,
  testOf: (argument: string) => {
    const test = testOf(argument);
    return (value) => isText(value) && test(value);
  },
});

const TEXT_OPERATORS = {
  prefix: ofText((start) => (value) => value.startsWith(start)),
  suffix: ofText((end) => (value) => value.endsWith(end)),
  'equals-ignore-case': ofText(
    (text) => {
      const lower = text.toLowerCase();
      return (value) => value.toLowerCase() === lower;
    },
    { costOf: () => LOWERING_COST },
  ),
  wildcard: ofText(compileWildcard, {
    takes:
      'takes a text in which * stands for any characters: no two of them side by side, and \\ before nothing but * and \\',
    isArgument: (argument) => isText(argument) && isWildcard(argument),
    costOf: costOfSearch,
  }),
} as const satisfies Record<string, TextOperator>;

type TextOperatorName = keyof typeof TEXT_OPERATORS;

const isTextOperatorName = (name: string): name is TextOperatorName => Object.hasOwn(TEXT_OPERATORS, name);

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

type Range = readonly [string, number, string?, number?];

const isComparison = (name: unknown, bound: unknown) =>
  isText(name) && Object.hasOwn(COMPARISONS, name) && isNumber(bound);

/** Whether it is one comparison, or a lower bound and a higher one. */
function isRange(argument: unknown): boolean {
  if (!Array.isArray(argument)) return false;
  const [first, low, second, high] = argument as unknown[];
  if (argument.length === 2) return isComparison(first, low);
  return (
    argument.length === 4 &&
    isComparison(first, low) &&
    isComparison(second, high) &&
    String(first).startsWith('>') &&
    String(second).startsWith('<') &&
    (low as number) < (high as number)
  );
}

const isListOf = (isItem: (item: unknown) => boolean) => (argument: unknown) =>
  Array.isArray(argument) && argument.length > 0 && argument.every(isItem);

const isOneOrMore = (isItem: (item: unknown) => boolean, argument: unknown) =>
  isItem(argument) || isListOf(isItem)(argument);

/** The one member of an object that has one alone. */
export function soleMemberOf(value: unknown): readonly [name: string, argument: unknown] | undefined {
  if (!isObject(value)) return undefined;
  const members = Object.entries(value);
  return members.length === 1 ? members[0] : undefined;
}

/** Whether it is a test of texts that is to fail: `{"prefix": "a"}`, or of a list of texts. */
function isTextTest(argument: unknown): boolean {
  const [name = '', inner] = soleMemberOf(argument) ?? [];
  return isTextOperatorName(name) && isOneOrMore(TEXT_OPERATORS[name].isArgument, inner);
}

/** The operator that is to fail, and its texts; undefined where it is values that are excluded. */
function readTextTest(argument: unknown): { operator: TextOperator; texts: string[] } | undefined {
  const [name = '', inner] = soleMemberOf(argument) ?? [];
  return isTextOperatorName(name)
    ? { operator: TEXT_OPERATORS[name], texts: [inner].flat() as string[] }
    : undefined;
}

/** The test of what `anything-but` excludes. */
function exclusionOf(argument: unknown): Test {
  const inner = readTextTest(argument);
  if (!inner) {
    const excluded = new Set([argument].flat());
    return (value) => excluded.has(value);
  }
  const tests = inner.texts.map((text) => inner.operator.testOf(text as never));
  return (value) => tests.some((test) => test(value));
}

/** What it costs to ask for each of the texts of `anything-but`. */
function costOfExclusion(argument: unknown): number {
  const { operator, texts = [] } = readTextTest(argument) ?? {};
  return texts.reduce((sum, text) => sum + (operator?.costOf?.(text) ?? 0), 0);
}

/** Every operator but `exists`, which looks at what is not there as well. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...TEXT_OPERATORS,
  numeric: {
    takes: 'takes a comparison such as ["<", 10], or a lower and a higher bound: [">", 0, "<=", 5]',
    isArgument: isRange,
    testOf:
      ([first, low, second, high]: Range) =>
      (value) =>
        isNumber(value) &&
        COMPARISONS[first]?.(value, low) === true &&
        (second === undefined || COMPARISONS[second]?.(value, high ?? 0) === true),
  },
  'anything-but': {
    takes:
      'takes a text or a number, a list of texts or of numbers, or one of prefix, suffix, equals-ignore-case and wildcard with its text or texts',
    isArgument: (argument) =>
      isOneOrMore(isText, argument) || isOneOrMore(isNumber, argument) || isTextTest(argument),
    testOf: (argument: unknown) => {
      const isExcluded = exclusionOf(argument);
      return (value) => !isExcluded(value);
    },
    costOf: costOfExclusion,
  },
};
