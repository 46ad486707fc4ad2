import { parseArgs } from 'node:util';
import { UsageError } from '../command-line.ts';
import type { Command, OptionsSpec, Values } from './command.ts';
import { COMMANDS } from './commands.ts';
import { COMMON_OPTIONS, showCommand, showOverview } from './help.ts';

/** What a command line asks for: a command with its arguments and options, or help. */
export type Invocation = {
  readonly name: string;
  readonly command: Command;
  readonly args: readonly string[];
  readonly values: Values<OptionsSpec>;
  readonly apiUrl: string | undefined;
  readonly json: boolean;
  readonly help?: undefined;
};
export type HelpInvocation = { readonly name: string; readonly help: string };

/** The words that a command line begins with. */
function readWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return argv.slice(0, end < 0 ? argv.length : end);
}

/** The name of the command that a command line is about; undefined where there is none of it. */
export function nameOf(argv: readonly string[]): string | undefined {
  const words = readWords(argv);
  return [words.slice(0, 2).join(' '), words[0] ?? ''].find((known) => Object.hasOwn(COMMANDS, known));
}

/** @throws UsageError, or what parseArgs throws, where a command line is wrong; it says what is */
export function readCommandLine(argv: readonly string[]): Invocation | HelpInvocation {
  const name = nameOf(argv);
  const command = COMMANDS[name ?? ''];
  if (name === undefined || command === undefined) return readGroup(argv);
  if (argv.includes('--help')) return { name, help: showCommand(name, command) };
  return { name, command, ...readArguments(command, argv.slice(name.split(' ').length)) };
}

/** What there is, where no command is named: of a group, its commands. */
function readGroup(argv: readonly string[]): HelpInvocation {
  const words = readWords(argv);
  const [group = '', ...more] = words.filter((word) => word !== 'help');
  const isGroup = Object.keys(COMMANDS).some((known) => known.startsWith(`${group} `));
  if (more.length > 0 || (group !== '' && !isGroup)) {
    throw new UsageError(`there is no command ${[group, ...more].join(' ')}`);
  }
  const option = argv.slice(words.length).find((word) => word !== '--help');
  if (option !== undefined) throw new UsageError(`${option} comes before the command that it is for`);
  return { name: group, help: showOverview(group && `${group} `) };
}

/** The arguments and options of a command. */
function readArguments({ takes, options }: Command, argv: readonly string[]) {
  const known: OptionsSpec = { ...options, ...COMMON_OPTIONS };
  const spec = Object.entries(known).map(
    ([option, { value, many = false }]) =>
      [option, { type: value === undefined ? 'boolean' : 'string', multiple: many }] as const,
  );
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: Object.fromEntries(spec),
  });
  const missing = takes[positionals.length];
  if (missing) throw new UsageError(`${missing} is missing`);
  if (positionals.length > takes.length)
    throw new UsageError(`${positionals[takes.length]} is one argument too many`);
  const { 'api-url': apiUrl, json, help: _, ...own } = values;
  return {
    args: positionals,
    values: own as Values<OptionsSpec>,
    apiUrl: apiUrl as string | undefined,
    json: json === true,
  };
}
