import { quietSdk } from './quiet-sdk.ts';

/** What is wrong with a command line. */
export class UsageError extends Error {}

/** @throws UsageError where an option that is needed is missing */
export function need<Name extends string>(options: Partial<Record<Name, unknown>>, name: Name): string {
  const value = options[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

/**
 * The command that a command line names.
 * @throws UsageError where it names none, or more than one thing
 */
export function chooseCommand<C>(commands: Readonly<Record<string, C>>, positionals: readonly string[]): C {
  const [name = ''] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (positionals.length !== 1 || command === undefined) {
    throw new UsageError(`the command is one of ${Object.keys(commands).join(', ')}`);
  }
  return command;
}

/** Runs a command; a fault in its command line is told with its usage (exit code 2), any other by itself (1). */
export async function runCommand(usage: string, main: () => Promise<void>): Promise<void> {
  quietSdk();
  try {
    await main();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
    console.error(isUsage ? `${message}\n\n${usage}` : `It did not work: ${message}`);
    process.exitCode = isUsage ? 2 : 1;
  }
}
