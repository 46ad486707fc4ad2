import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { createTally, type MadeAttempt, type Tally } from '../../../lambdas/delivery/tally.ts';
import { givenRecord } from '../given.ts';
import { givenRow } from '../given-delivery.ts';

const given = (webhookId: string, at: number, error?: string): MadeAttempt => ({
  delivery: givenRow(1, { webhookId }).delivery,
  result: { at, responseTimeMs: 1, statusCode: null, error },
});

const givenRecords = () =>
  [1, 2, 3, 4].map((n) => givenRecord({}, { messageId: `message-${n}` })) as [
    SQSRecord,
    SQSRecord,
    SQSRecord,
    SQSRecord,
  ];

const addedOf = (tally: Tally) =>
  Object.fromEntries([...tally.entries()].map(([id, { added }]) => [id, added]));
const successesOf = (tally: Tally) =>
  Object.fromEntries([...tally.entries()].map(([id, { successes }]) => [id, successes]));

describe('a tally', () => {
  const [first, second, third, fourth] = givenRecords();

  test('of nothing is empty', () => {
    expect([...createTally().entries()]).toEqual([]);
  });

  test('adds up attempts by webhook, keeping the latest times in whatever order they come', () => {
    const tally = createTally();
    tally.countAttempt(given('a', 30), first);
    tally.countAttempt(given('a', 20), second);
    tally.countAttempt(given('a', 40, 'Response 500'), third);
    tally.countAttempt(given('b', 10, 'Response 500'), fourth);
    expect(addedOf(tally)).toEqual({
      a: { deliveryCount: 3, failureCount: 1, lastDeliveryAt: 40, lastSuccessAt: 30 },
      b: { deliveryCount: 1, failureCount: 1, lastDeliveryAt: 10, lastSuccessAt: undefined },
    });
    expect(successesOf(tally)).toEqual({ a: [first, second], b: [] });
    expect(tally.attempts().map(({ result }) => result.at)).toEqual([30, 20, 40, 10]);
  });

  test('notes a success of before without counting it', () => {
    const tally = createTally();
    tally.noteSuccess('a', 5, first);
    tally.countAttempt(given('a', 3), second);
    expect(addedOf(tally)).toEqual({
      a: { deliveryCount: 1, failureCount: 0, lastDeliveryAt: 3, lastSuccessAt: 5 },
    });
    expect(successesOf(tally)).toEqual({ a: [first, second] });
  });
});
