import type { Command, OptionsSpec } from './command.ts';
import { COMMANDS } from './commands.ts';
import { showTable } from './show.ts';

/** The options of every command. */
export const COMMON_OPTIONS = {
  'api-url': { value: 'URL', help: "the API's address; or the environment's CATHCR_API_URL" },
  json: { help: 'for scripts: answers as the API gives them, and of a list an object a line' },
  help: { help: 'this' },
} as const satisfies OptionsSpec;

export const EXIT_CODES =
  'Exit codes: 0 it worked; 1 it did not, and why is told; 2 the command line is wrong.';

const HEAD = `Usage: cathcr-webhooks COMMAND [ARGUMENTS] [OPTIONS]

Manages webhooks and looks after their deliveries, on a laptop and deployed. The API key is the environment's
CATHCR_API_KEY: it is never given on a command line, and never shown.

  export CATHCR_API_URL=http://localhost:3000 CATHCR_API_KEY=…   as npm start prints them
  cathcr-webhooks webhooks list`;

const showOptions = (options: OptionsSpec): string =>
  showTable(
    Object.entries(options).map(([name, { value, help }]) => [`  --${name} ${value ?? ''}`.trimEnd(), help]),
  );

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, '  ');

/** All commands whose names begin so, a line each. */
function showCommands(beginning: string): string {
  const found = Object.entries(COMMANDS).filter(([name]) => name.startsWith(beginning));
  return indent(showTable(found.map(([name, { takes, summary }]) => [[name, ...takes].join(' '), summary])));
}

/** What there is; of a group such as `webhooks`, its commands. */
export function showOverview(group = ''): string {
  return [
    HEAD,
    showCommands(group),
    showOptions(COMMON_OPTIONS),
    `cathcr-webhooks COMMAND --help tells of a command, with examples.\n${EXIT_CODES}`,
  ].join('\n\n');
}

/** All there is to know of a command. */
export function showCommand(name: string, { summary, takes, options, about, examples }: Command): string {
  const usage = ['cathcr-webhooks', name, ...takes, '[OPTIONS]'].join(' ');
  const shown = examples.map(([line, does]) => `  # ${does}\n  ${line}`);
  return [
    `Usage: ${usage}`,
    `${name} ${summary}.`,
    ...(about ? [about] : []),
    showOptions({ ...options, ...COMMON_OPTIONS }),
    shown.join('\n\n'),
    EXIT_CODES,
  ].join('\n\n');
}
