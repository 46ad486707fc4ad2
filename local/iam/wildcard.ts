export type Matches = (text: string) => boolean;

/** A pattern of a policy, or of a plan of faults, ready to be asked: `*` stands for any characters, `?` for any one. */
export function compileWildcard(pattern: string): Matches {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 'su');
  return (text) => expression.test(text);
}

/** The same for ARNs: each of the six parts is held against its own pattern. */
export function compileArn(pattern: string): Matches {
  const parts = splitArn(pattern).map(compileWildcard);
  return (arn) => splitArn(arn).every((part, index) => parts[index]?.(part));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  const head = Array.from({ length: 5 }, (_, index) => parts[index] ?? '');
  return [...head, parts.slice(5).join(':')];
}
