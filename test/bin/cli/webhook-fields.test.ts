import { expect, test } from 'vitest';
import { givenCli } from './given-cli.ts';

/** The body of the request that a command line makes. */
async function bodyOf(argv: string[], input = '') {
  const { run, requests } = givenCli(() => ({}), { input });
  await run(...argv);
  return requests[0]?.body;
}
const update = (...options: string[]) => bodyOf(['webhooks', 'update', 'webhook_1', ...options]);

test('each field has an option, and goes before --data', async () => {
  const filter = '{"thought":{"tags":["work"]}}';
  const headers = ['--header', 'X-A=1', '--header', 'X-B=b=c'];
  const data = '{"rate_limit":1,"description":"x"}';
  const options = [
    '--filter',
    filter,
    '--rate-limit',
    '20',
    ...headers,
    '--keep-while-inactive',
    '--ordered',
    '--data',
    data,
  ];
  expect(await update(...options)).toEqual({
    filter: { thought: { tags: ['work'] } },
    rate_limit: 20,
    headers: { 'X-A': '1', 'X-B': 'b=c' },
    keep_while_inactive: true,
    ordered: true,
    description: 'x',
  });
});

test('a header may be read from standard input, so that no history keeps it', async () => {
  const argv = ['webhooks', 'create', '--header', 'Authorization=-'];
  expect(await bodyOf(argv, 'Bearer x\n')).toEqual({ headers: { Authorization: 'Bearer x' } });
});

test('what a webhook has may be taken away', async () => {
  expect(
    await update('--clear', 'filter,rate-limit,headers,description,keep-while-inactive,ordered'),
  ).toEqual({
    filter: null,
    rate_limit: null,
    headers: null,
    description: null,
    keep_while_inactive: false,
    ordered: false,
  });
});

test.each([
  [
    ['--clear', 'url'],
    '--clear takes description, filter, rate-limit, headers, keep-while-inactive, ordered, not url',
  ],
  [['--clear', 'toString'], 'not toString'],
  [['--header', 'secret'], '--header takes NAME=VALUE'],
  [['--header', '=secret'], '--header takes NAME=VALUE'],
  [['--header', 'a=1', '--header', 'a=2'], '--header names a twice'],
  [['--filter', '[]'], '--filter takes a JSON object'],
  [['--rate-limit', 'fast'], '--rate-limit takes a whole number'],
  [[], 'there is nothing to change'],
])('%j is refused: %s', async (options, told) => {
  await expect(update(...options)).rejects.toThrow(told);
});

test('a header that is no header is not quoted: it may be a secret', async () => {
  await expect(update('--header', 'hunter2')).rejects.not.toThrow('hunter2');
});
