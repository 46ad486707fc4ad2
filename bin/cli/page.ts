import type { Command, OptionsSpec } from './command.ts';
import { COMMANDS } from './commands.ts';
import { COMMON_OPTIONS, EXIT_CODES } from './help.ts';

const HEAD = `# The command line
\`npx cathcr-webhooks\`, in a checkout after \`npm ci\`, does from a terminal what the API does, and what an operator does besides: on a laptop and deployed, for people and, with \`--json\`, for scripts. This page is made from its \`--help\`.

\`\`\`sh
export CATHCR_API_URL=http://localhost:3000 CATHCR_API_KEY=…   # as npm start prints them
npx cathcr-webhooks webhooks create --url https://your-app.com/webhooks/cathcr --events thought.*
npx cathcr-webhooks test webhook_… --wait
npx cathcr-webhooks listen webhook_… --to http://localhost:3001/webhooks/cathcr
\`\`\`

The API key is taken from the environment alone, so that no history of a shell and no list of processes shows it. ${EXIT_CODES} What the API refuses is shown field by field:

\`\`\`
$ npx cathcr-webhooks webhooks create --url ftp://your-app.com --events thought.eaten
It did not work: 400 Invalid request
  url: does not begin with https://
  events[0]: takes the name of an event of the catalogue, a group such as thought.*, or *
request Ab1CdEfGhIjKlMn=
\`\`\`

Results go to the standard output, all else to the standard error. With \`--json\` a list is an object a line, and whatever else there is stands as the API gave it, numbers to the last digit.
`;

const showOptions = (options: OptionsSpec): string =>
  Object.entries(options)
    .map(
      ([name, { value, help }]) =>
        `| \`--${name}${value ? ` ${value}` : ''}\` | ${help.replaceAll('|', '\\\\|')} |`,
    )
    .join('\n');

const showTable = (options: OptionsSpec): string[] =>
  Object.keys(options).length > 0 ? [`| option | |\n|---|---|\n${showOptions(options)}`] : [];

const showExample = ([line, does]: readonly [string, string]) =>
  `# ${does}\n${line.replaceAll('cathcr-webhooks ', 'npx cathcr-webhooks ')}`;

function describe([name, { summary, takes, options, about, examples }]: readonly [string, Command]): string {
  return [
    `## \`${[name, ...takes].join(' ')}\`\n${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...(about ? [about.replaceAll('\n', ' ')] : []),
    ...showTable(options),
    `\`\`\`sh\n${examples.map(showExample).join('\n\n')}\n\`\`\``,
  ].join('\n\n');
}

/** `docs/cli.md`: the help of every command. */
export function renderCommandLine(): string {
  const common = `Every command takes\n\n${showTable(COMMON_OPTIONS).join('')}`;
  return `${[HEAD.trimEnd(), common, ...Object.entries(COMMANDS).map(describe)].join('\n\n')}\n`;
}
