import { expect, test } from 'vitest';
import { chooseCommand, need, UsageError } from '../../bin/command-line.ts';
import { readQueues } from '../../bin/dead-letters/queues.ts';
import { runBin } from './run-command.ts';

const OUTPUT = JSON.stringify({
  events: { url: 'https://sqs/dead-events', belongs_on: 'https://sqs/events' },
  rule: { url: 'https://sqs/dead-rule', belongs_on: 'https://sqs/events' },
});

test('a command is the one that is named, alone', () => {
  const commands = { list: 1, create: 2 };
  expect(chooseCommand(commands, ['create'])).toBe(2);
  for (const positionals of [[], ['remove'], ['toString'], ['list', 'create']]) {
    expect(() => chooseCommand(commands, positionals)).toThrow(UsageError);
  }
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

test.each([
  ['dead-letters', [], /^the command is one of list, redrive, discard\n\nUsage: npm run dead-letters/],
  ['dead-letters', ['list'], /^--dead-letter-queues is missing\n\nUsage/],
  ['dead-letters', ['list', '--all'], /--all.*\n\nUsage/s],
  ['dead-letters', ['discard', '--dead-letter-queues', OUTPUT], /^discard asks .* --yes\n\nUsage/],
  ['api-key', ['list'], /^--user is missing\n\nUsage: npm run api-key/],
  ['api-key', ['lost', '--user', 'user_123'], /^the command is one of create, list, revoke\n\nUsage/],
])('%s %j tells what is wrong, and how it is used', async (name, args, told) => {
  const { code, stdout, stderr } = await runBin(name, args);
  expect(stderr).toMatch(told);
  expect([code, stdout]).toEqual([2, '']);
});

test('a command that fails says why, without its usage', async () => {
  const { code, stderr } = await runBin('dead-letters', ['list', '--local', 'http://localhost:1']);
  expect(stderr).toBe('It did not work: nothing answers at http://localhost:1\n');
  expect(code).toBe(1);
});
