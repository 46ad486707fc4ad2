import { expect, test } from 'vitest';
import { showAttempt } from '../../core/attempt-log.ts';
import { composeBody } from '../../core/request.ts';
import { DELIVERY_ID, givenSignatures, NOW, webhookIdOf } from '../lambdas/given.ts';
import { givenResult } from '../lambdas/given-delivery.ts';

test('a request is shown to its 4096th byte, or to the character before', () => {
  const attempt = {
    ...givenResult(200),
    deliveryId: DELIVERY_ID,
    eventType: 'thought.deleted',
    run: 1,
    attempt: 1,
    exchange: { url: 'https://your-app.com/', signatures: givenSignatures() },
  } as const;
  const sizes = ['', 'x', 'xx', 'xxx'].map((shift) => {
    const payload = `{"event":"thought.deleted","timestamp":"${new Date(NOW).toISOString()}","data":{"s":"${shift}${'🔗'.repeat(2000)}"}}`;
    const { body } = showAttempt(attempt, webhookIdOf(1), payload).request;
    expect(
      composeBody(payload, webhookIdOf(1))
        .toString()
        .startsWith(body ?? ''),
    ).toBe(true);
    return Buffer.byteLength(body ?? '');
  });
  expect(new Set(sizes)).toEqual(new Set([4093, 4094, 4095, 4096]));
});
