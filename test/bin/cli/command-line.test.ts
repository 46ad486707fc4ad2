import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type Invocation, readCommandLine } from '../../../bin/cli/command-line.ts';
import { COMMANDS } from '../../../bin/cli/commands.ts';
import { COMMON_OPTIONS } from '../../../bin/cli/help.ts';
import { renderCommandLine } from '../../../bin/cli/page.ts';
import { spawnCli } from '../spawn-cli.ts';

const read = (line: string) => readCommandLine(splitWords(line));
const invocationOf = (line: string) => read(line) as Invocation;

/** The words of a line of a shell, as far as the examples go. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}

test('docs/cli.md is rendered from the help (vitest -u writes it anew)', async () => {
  await expect(renderCommandLine()).toMatchFileSnapshot('../../../docs/cli.md');
});

test('a command is named by one word or two, and takes its arguments and options', () => {
  expect(invocationOf('logs webhook_1 --limit 5 --json --api-url http://x')).toMatchObject({
    name: 'logs',
    args: ['webhook_1'],
    values: { limit: '5' },
    apiUrl: 'http://x',
    json: true,
  });
  expect(invocationOf('deliveries get --json webhook_1 delivery_1')).toMatchObject({
    name: 'deliveries get',
    args: ['webhook_1', 'delivery_1'],
  });
});

test.each([
  ['webhooks get', 'WEBHOOK_ID is missing'],
  ['deliveries get webhook_1', 'DELIVERY_ID is missing'],
  ['webhooks list webhook_1', 'webhook_1 is one argument too many'],
  ['webhooks list --colour red', "Unknown option '--colour'"],
  ['webhooks list --limit', "Option '--limit <value>' argument missing"],
  ['webhooks destroy webhook_1', 'there is no command webhooks destroy'],
  ['toString', 'there is no command toString'],
  ['dead-letters --queue events redrive', '--queue comes before the command that it is for'],
])('%s is refused: %s', (line, told) => {
  expect(() => read(line)).toThrow(told);
});

test('no option of a command hides one that all have', () => {
  for (const { options } of Object.values(COMMANDS)) {
    expect(Object.keys(options).filter((name) => Object.hasOwn(COMMON_OPTIONS, name))).toEqual([]);
  }
});

test('npx runs it, and its exit code tells how it went', async () => {
  const child = spawnCli(['webhooks', 'get'], {});
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(told).toBe('WEBHOOK_ID is missing\n\nFor more: cathcr-webhooks webhooks get --help\n');
  expect(code).toBe(2);
});

describe('help', () => {
  test('tells of all, of a group, and of each command', () => {
    for (const line of ['', '--help', 'help']) expect(read(line).help).toMatch(/webhooks list.*keys create/s);
    for (const line of ['webhooks', 'webhooks --help', 'help webhooks']) {
      expect(read(line).help).toMatch(/webhooks list/);
      expect(read(line).help).not.toMatch(/keys create/);
    }
    for (const [name, command] of Object.entries(COMMANDS)) {
      expect(read(`${name} --help`).help).toContain(command.examples[0]?.[0]);
    }
  });

  const examples = Object.entries(COMMANDS).flatMap(([name, command]) =>
    command.examples.map(([line]) => [name, line] as const),
  );

  test.each(examples)('%s: the example is a command line that is right: %s', (name, line) => {
    const commands = [...line.matchAll(/cathcr-webhooks ((?:'[^']*'|"[^"]*"|[^|)'"])*)/g)].map(
      ([, words = '']) => words,
    );
    expect(commands.map((words) => read(words)).some((invocation) => invocation.name === name)).toBe(true);
  });

  test('fits a terminal of 120 columns', () => {
    for (const name of ['', ...Object.keys(COMMANDS)]) {
      const prose = (read(`${name} --help`).help ?? '')
        .split('\n')
        .filter((line) => !/cathcr-webhooks|^ /.test(line));
      expect(prose.filter((line) => line.length > 120)).toEqual([]);
    }
  });
});
