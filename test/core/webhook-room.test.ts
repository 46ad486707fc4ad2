import { expect, test } from 'vitest';
import { assertRoom, weightOf } from '../../core/webhook-room.ts';
import { givenWebhook, webhookIdOf } from '../lambdas/given.ts';

const MIB = 1024 * 1024;

/** A webhook that weighs so much. */
const givenHeavy = (n: number, bytes: number) => {
  const filter = 'x'.repeat(bytes - weightOf(givenWebhook()));
  return givenWebhook({ id: webhookIdOf(n), filter });
};

test('a webhook weighs what its customer may make large, in bytes', () => {
  const bare = givenWebhook({ url: 'https://a', events: ['*'] });
  const heavy = { description: 'né', filter: '{"a":[1]}', headers: { 'X-A': 'b', 'X-B': 'c' } };
  expect(weightOf(bare)).toBe(10);
  expect(weightOf({ ...bare, ...heavy })).toBe(10 + 3 + 9 + 8);
  expect(weightOf({ ...bare, secret: 's'.repeat(256), version: 1000 })).toBe(10);
});

test.each([
  ['a kibibyte for each', 2000, 2000 * 1024],
  ['a mebibyte at least', 1, MIB],
])('all of a user have room for %s', (_, maxWebhooks, most) => {
  const others = [givenHeavy(2, 400_000), givenHeavy(3, 500_000)];
  const fits = givenHeavy(1, most - 900_000);
  assertRoom(fits, others, maxWebhooks);
  const tooHeavy = givenHeavy(1, most - 900_000 + 1);
  expect(() => assertRoom(tooHeavy, others, maxWebhooks)).toThrow(
    `webhook would bring your webhooks to ${most + 1} bytes`,
  );
});

test('what a webhook weighed before it was changed is not counted', () => {
  const others = [givenHeavy(2, 500_000)];
  assertRoom(givenHeavy(1, 500_000), [givenHeavy(1, 400_000), ...others], 1);
});
