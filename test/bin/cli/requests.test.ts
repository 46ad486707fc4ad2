import { expect, test } from 'vitest';
import { givenCli } from './given-cli.ts';

/** What a command line sends with its request. */
async function sentBy(argv: string[], input = '') {
  const { run, sent } = givenCli(() => ({ delivery_id: 'delivery_1' }), { input });
  await run(...argv);
  return sent[0];
}

test('a test is sent with data of your own, numbers as they were written', async () => {
  const data = '{"thought_id":"a","weight":1.00000000000000000001}';
  const given = await sentBy(['test', 'webhook_1', '--event', 'thought.deleted', '--data', data]);
  expect(given?.body).toBe(`{"event":"thought.deleted","data":${data}}`);
  expect((await sentBy(['test', 'webhook_1', '--data', '-'], data))?.body).toBe(`{"data":${data}}`);
  expect((await sentBy(['test', 'webhook_1']))?.body).toBe('{}');
});

test('data that is no JSON object is refused, and nothing is sent', async () => {
  const { run, requests } = givenCli(() => ({}));
  await expect(run('test', 'webhook_1', '--data', '[1]')).rejects.toThrow('--data takes a JSON object');
  expect(requests).toEqual([]);
});

const KEYED = [[['webhooks', 'create', '--url', 'https://x']], [['webhooks', 'rotate-secret', 'webhook_1']]];

test.each(KEYED)('%j takes an Idempotency-Key, which is no part of the body', async (argv) => {
  const bare = await sentBy(argv);
  const keyed = await sentBy([...argv, '--idempotency-key', 'key-1']);
  expect(bare?.idempotencyKey).toBeUndefined();
  expect(keyed).toEqual({ ...bare, idempotencyKey: 'key-1' });
});

test.each(['', 'a b', 'schlüssel', 'a'.repeat(129)])('the Idempotency-Key %j is refused', async (key) => {
  const { run, requests } = givenCli(() => ({}));
  const refused = run('webhooks', 'create', '--url', 'https://x', '--idempotency-key', key);
  await expect(refused).rejects.toThrow(/^--idempotency-key takes 1 to 128/);
  expect(requests).toEqual([]);
});
