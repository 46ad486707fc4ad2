import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { AttemptResult, Delivery } from '../../../core/delivery.ts';
import { HOUR_MS } from '../../../core/duration.ts';
import { hourOf } from '../../../core/figures.ts';
import { createTally, type MadeAttempt, type Tally } from '../../../lambdas/delivery/tally.ts';
import { givenRecord, NOW } from '../given.ts';
import { givenFigures, givenRow, RESPONSE_TIME_MS } from '../given-delivery.ts';

const HOUR = hourOf(NOW);
const START = HOUR * HOUR_MS;

const given = (
  webhookId: string,
  at: number,
  result: Partial<AttemptResult> = {},
  delivery: Partial<Delivery> = {},
): MadeAttempt => ({
  delivery: givenRow(1, { webhookId, status: result.error ? 'retrying' : 'succeeded', ...delivery }).delivery,
  result: { at: START + at, responseTimeMs: RESPONSE_TIME_MS, statusCode: 200, ...result },
});

const REFUSED = { statusCode: 500, error: 'Response 500' };

const givenRecords = () =>
  [1, 2, 3, 4].map((n) => givenRecord({}, { messageId: `message-${n}` })) as [
    SQSRecord,
    SQSRecord,
    SQSRecord,
    SQSRecord,
  ];

const WEBHOOKS = ['a', 'b'] as const;
const addedOf = (tally: Tally) =>
  Object.fromEntries(WEBHOOKS.map((id) => [id, tally.sumOf(id)?.added] as const));
const successesOf = (tally: Tally) => WEBHOOKS.map((id) => tally.sumOf(id)?.successes);

describe('a tally', () => {
  const [first, second, third, fourth] = givenRecords();

  test('of nothing is empty', () => {
    expect(addedOf(createTally())).toEqual({ a: undefined, b: undefined });
  });

  test('adds up attempts by webhook, keeping the latest times in whatever order they come', () => {
    const tally = createTally();
    tally.countAttempt(given('a', 30), first);
    tally.countAttempt(given('a', 20), second);
    tally.countAttempt(given('a', 40, REFUSED), third);
    tally.countAttempt(given('b', 10, REFUSED), fourth);
    expect(addedOf(tally)).toEqual({
      a: {
        hours: [{ hour: HOUR, figures: givenFigures(3, { failed: 1 }) }],
        lastDeliveryAt: START + 40,
        lastSuccessAt: START + 30,
      },
      b: {
        hours: [{ hour: HOUR, figures: givenFigures(1, { failed: 1 }) }],
        lastDeliveryAt: START + 10,
        lastSuccessAt: undefined,
      },
    });
    expect(successesOf(tally)).toEqual([[first, second], []]);
    expect(tally.attempts().map(({ result }) => result.at - START)).toEqual([30, 20, 40, 10]);
  });

  test('puts each attempt into the hour in which it was begun', () => {
    const tally = createTally();
    for (const at of [0, -1, HOUR_MS - 1, HOUR_MS]) tally.countAttempt(given('a', at), first);
    const { a } = addedOf(tally);
    const attempts = a?.hours.map(({ hour, figures }) => [hour - HOUR, figures.attempts]);
    expect(attempts?.toSorted()).toEqual([
      [-1, 1],
      [0, 2],
      [1, 1],
    ]);
  });

  test('counts deliveries that were given up, tests apart, and no response time where there was no response', () => {
    const tally = createTally();
    const timedOut = { statusCode: null, error: 'Connection timeout' };
    tally.countAttempt(given('a', 0, timedOut, { status: 'exhausted' }), first);
    tally.countAttempt(given('a', 0, timedOut, { status: 'exhausted', isTest: true }), second);
    tally.countAttempt(given('a', 0, timedOut), third);
    expect(addedOf(tally).a?.hours).toEqual([
      {
        hour: HOUR,
        figures: givenFigures(3, { failed: 3, exhausted: 1, responseTimes: givenFigures(0).responseTimes }),
      },
    ]);
  });

  test('counts what ended without an attempt, by how it ended', () => {
    const tally = createTally();
    const unsent = (status: Delivery['status']) => givenRow(1, { webhookId: 'a', status }).delivery;
    tally.countUnsent(unsent('skipped'), START);
    tally.countUnsent(unsent('cancelled'), START + 1);
    tally.countUnsent(unsent('skipped'), START + HOUR_MS);
    expect(addedOf(tally).a).toEqual({
      hours: [
        { hour: HOUR, figures: givenFigures(0, { skipped: 1, cancelled: 1 }) },
        { hour: HOUR + 1, figures: givenFigures(0, { skipped: 1 }) },
      ],
      lastDeliveryAt: undefined,
      lastSuccessAt: undefined,
    });
    expect([tally.skipped(), tally.attempts()]).toEqual([2, []]);
    expect(successesOf(tally)).toEqual([[], undefined]);
  });

  test('notes a success of before without counting it', () => {
    const tally = createTally();
    tally.noteSuccess('a', START + 5, first);
    tally.countAttempt(given('a', 3), second);
    expect(addedOf(tally)).toEqual({
      a: {
        hours: [{ hour: HOUR, figures: givenFigures(1) }],
        lastDeliveryAt: START + 3,
        lastSuccessAt: START + 5,
      },
    });
    expect(successesOf(tally)).toEqual([[first, second], undefined]);
  });
});
