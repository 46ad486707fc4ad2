import { expect, test } from 'vitest';
import { run } from '../../bin/cli/run.ts';
import { need, UsageError } from '../../bin/command-line.ts';
import { readQueues } from '../../bin/dead-letters/queues.ts';
import { runScript } from './run-script.ts';

const OUTPUT = JSON.stringify({
  events: { url: 'https://sqs/dead-events', belongs_on: 'https://sqs/events' },
  rule: { url: 'https://sqs/dead-rule', belongs_on: 'https://sqs/events' },
});

test('an option that is needed is there, and not empty', () => {
  const options = { id: 'x', user: '' } as { id?: string; user?: string; table?: string };
  expect(need(options, 'id')).toBe('x');
  expect(() => need(options, 'user')).toThrow('--user is missing');
  expect(() => need(options, 'table')).toThrow('--table is missing');
});

test('the dead-letter queues are those of the output, or the one of them that is asked for', () => {
  expect(readQueues(OUTPUT).map(({ name }) => name)).toEqual(['events', 'rule']);
  expect(readQueues(OUTPUT, 'rule')).toEqual([
    { name: 'rule', url: 'https://sqs/dead-rule', belongsOn: 'https://sqs/events' },
  ]);
  expect(() => readQueues(OUTPUT, 'deliveries')).toThrow('--queue is one of events, rule');
  for (const none of [
    '',
    'nonsense',
    '[]',
    '{"events":"https://sqs/dead-events"}',
    '{"events":{"url":"x"}}',
  ]) {
    expect(() => readQueues(none)).toThrow(UsageError);
  }
});

/** What the command line does with these words, without a terminal. */
async function whenRun(...argv: string[]) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await run(argv, {
    env: {},
    signal: new AbortController().signal,
    now: Date.now,
    readInput: async () => '',
    confirm: undefined,
    print,
    tell: print,
    redraw: undefined,
  });
  return { code, told: lines.join('\n') };
}

test.each([
  ['dead-letters list', [], /^--dead-letter-queues is missing\n\nFor more: .* dead-letters list --help/],
  ['dead-letters list', ['--all'], /--all.*\n\nFor more/s],
  ['dead-letters discard', ['--dead-letter-queues', OUTPUT], /^discard asks .* --yes\n\nFor more/],
  ['keys list', [], /^--user is missing\n\nFor more: .* keys list --help/],
  ['keys lost', ['--user', 'user_123'], /^there is no command keys lost\n\nFor more/],
])('%s %j tells what is wrong, and where its help is', async (name, args, told) => {
  expect(await whenRun(...name.split(' '), ...args)).toEqual({ code: 2, told: expect.stringMatching(told) });
});

test('a command that fails says why, and nothing of its help', async () => {
  expect(await whenRun('dead-letters', 'list', '--local', 'http://localhost:1')).toEqual({
    code: 1,
    told: 'It did not work: nothing answers at http://localhost:1',
  });
});

test.each([
  ['dead-letters', / dead-letters list .* dead-letters redrive .* dead-letters discard /s],
  ['api-key', / keys create .* keys list .* keys revoke /s],
] as const)('npm run %s is these commands', async (name, shown) => {
  const { code, stdout, stderr } = await runScript(name, []);
  expect(stdout).toMatch(shown);
  expect([code, stderr]).toEqual([0, '']);
});
