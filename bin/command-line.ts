/** What is wrong with a command line. */
export class UsageError extends Error {}

/** @throws UsageError where an option that is needed is missing */
export function need<Name extends string>(options: Partial<Record<Name, unknown>>, name: Name): string {
  const value = options[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}
