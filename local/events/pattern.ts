import { isObject } from '../is-object.ts';

/** Whether an event, as its envelope's JSON parses, is one that a rule wants. */
export type Matches = (event: unknown) => boolean;

type Test = (value: unknown) => boolean;

/**
 * An event pattern, ready to be asked: every field that it names must have one of the values that it lists
 * ("Amazon EventBridge event patterns", EventBridge User Guide).
 * @throws Error naming an operator that the runtime does not know
 */
export function compilePattern(pattern: unknown, path = 'EventPattern'): Matches {
  if (!isObject(pattern)) throw new Error(`${path} is not an object`);
  const fields = Object.entries(pattern).map(([name, rule]) => {
    if (name.startsWith('$'))
      throw new Error(`${path}: the local runtime does not know the operator ${name}`);
    return { name, matches: compileField(rule, `${path}.${name}`) };
  });
  return (event) => fields.every(({ name, matches }) => matches(isObject(event) ? event[name] : undefined));
}

function compileField(rule: unknown, path: string): Matches {
  if (!Array.isArray(rule)) return compilePattern(rule, path);
  const tests = rule.map((choice) => compileChoice(choice, path));
  return (value) => tests.some((test) => (Array.isArray(value) ? value.some(test) : test(value)));
}

function compileChoice(choice: unknown, path: string): Test {
  if (!isObject(choice)) return (value) => value === choice;
  const [[name, argument] = []] = Object.entries(choice);
  const operator = OPERATORS[name ?? ''];
  if (!operator) throw new Error(`${path}: the local runtime does not know the operator ${name}`);
  return operator(argument, path);
}

const OPERATORS: Readonly<Record<string, (argument: unknown, path: string) => Test>> = {
  prefix: (argument, path) => {
    const start = requireText(argument, path);
    return (value) => typeof value === 'string' && value.startsWith(start);
  },
  suffix: (argument, path) => {
    const end = requireText(argument, path);
    return (value) => typeof value === 'string' && value.endsWith(end);
  },
  'equals-ignore-case': (argument, path) => {
    const text = requireText(argument, path).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === text;
  },
  exists: (wanted) => (value) => (value !== undefined) === wanted,
  'anything-but': (argument, path) => {
    const tests = [argument].flat().map((choice) => compileChoice(choice, path));
    return (value) => value !== undefined && !tests.some((test) => test(value));
  },
};

function requireText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Error(`${path}: the operator takes a text`);
  return value;
}
