import type { Properties } from '../stack/properties.ts';
import { compileArn, compileWildcard, type Matches } from './wildcard.ts';

/** What the runtime knows of a request beside who asks for what ("AWS global condition context keys", IAM User Guide). */
const CONTEXT_KEYS = [
  'aws:PrincipalArn',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'events:source',
  'iam:PassedToService',
  'kms:ViaService',
  'lambda:SourceFunctionArn',
] as const;
type ContextKey = (typeof CONTEXT_KEYS)[number];
export type Context = Readonly<Partial<Record<ContextKey, string>>>;

type Compile = (wanted: string) => Matches;
const equals: Compile = (wanted) => (value) => value === wanted;

/** The operators that do not hold where the key is absent, each with a value that a policy wants. */
const OPERATORS: Readonly<Record<string, Compile>> = {
  ArnEquals: compileArn,
  ArnLike: compileArn,
  Bool: (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
  // A request that has several values of a key is asked for here as several requests, each with one.
  'ForAnyValue:StringEquals': equals,
  StringEquals: equals,
  StringLike: compileWildcard,
};

/** The operators that hold where the key is absent, or is none of the values. */
const NEGATIONS: Readonly<Record<string, Compile>> = { ArnNotEquals: compileArn };

/**
 * The `Condition` of a statement, ready to be asked: all of its operators and keys must hold, one value of each.
 * @throws Error naming an operator or a key that the runtime does not know
 */
export function readConditions(conditions: Properties | undefined): (context: Context) => boolean {
  if (!conditions) return () => true;
  const tests = Object.keys(conditions.values).flatMap((name) => readOperator(conditions, name));
  return (context) => tests.every((test) => test(context));
}

function readOperator(conditions: Properties, name: string): ((context: Context) => boolean)[] {
  const negation = NEGATIONS[name];
  const compile =
    negation ?? OPERATORS[name] ?? conditions.fail(name, 'is not understood by the local runtime');
  const wantedByKey = conditions.object(name);
  return Object.keys(wantedByKey.values).map((written) => {
    const key = findKey(written) ?? wantedByKey.fail(written, 'is not understood by the local runtime');
    const wanted = wantedByKey.oneOrMore(written).map(compile);
    return (context) => {
      const value = context[key];
      const isWanted = value !== undefined && wanted.some((matches) => matches(value));
      return isWanted !== Boolean(negation);
    };
  });
}

/** Keys are the same in capitals and small letters. */
function findKey(written: string): ContextKey | undefined {
  return CONTEXT_KEYS.find((key) => key.toLowerCase() === written.toLowerCase());
}
