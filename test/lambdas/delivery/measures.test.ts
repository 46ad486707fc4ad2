import { describe, expect, test } from 'vitest';
import type { AttemptResult, Delivery } from '../../../core/delivery.ts';
import { measureDeliveries } from '../../../lambdas/delivery/measures.ts';
import { NOW } from '../given.ts';
import { AT, givenResult, givenRow, RESPONSE_TIME_MS } from '../given-delivery.ts';

const given = (result: AttemptResult, changes: Partial<Delivery> = {}) => ({
  delivery: givenRow(1, { runStartedAt: NOW, ...changes }).delivery,
  result,
});
const NOTHING_ELSE = { skipped: 0, disabled: 0, sentBack: 0 };

describe('a batch in numbers', () => {
  test('tells attempts by how they ended, and failures by their kind', () => {
    const attempts = [200, 204, 500, 503, 404, null].map((status) => given(givenResult(status)));
    expect(measureDeliveries(attempts, NOTHING_ELSE)).toEqual({
      Delivered: [2],
      Failed: [4],
      Failed5xx: [2],
      Failed4xx: [1],
      FailedTimeout: [1],
      TimeToDelivery: [expect.any(Number), expect.any(Number)],
    });
  });

  test('tells zero of nothing but of how attempts ended, as an alarm takes the ratio', () => {
    const [accepted, failed] = [200, 500].map((status) => given(givenResult(status), { attempt: 1 }));
    expect(measureDeliveries(accepted ? [accepted] : [], NOTHING_ELSE)).toMatchObject({ Failed: [0] });
    expect(measureDeliveries(failed ? [failed] : [], NOTHING_ELSE)).toMatchObject({ Delivered: [0] });
    expect(measureDeliveries([], NOTHING_ELSE)).toEqual({ TimeToDelivery: [] });
  });

  test('takes no time from clocks that are apart', () => {
    const ahead = given(givenResult(200), { attempt: 1, runStartedAt: AT + 60_000 });
    expect(measureDeliveries([ahead], NOTHING_ELSE).TimeToDelivery).toEqual([0]);
  });

  test('takes the time that customers wait from first attempts alone, from when their run began', () => {
    const first = given(givenResult(200), { attempt: 1 });
    const replayed = given(givenResult(200), { attempt: 1, run: 2, runStartedAt: AT });
    const retried = given(givenResult(200), { attempt: 2 });
    const failed = given(givenResult(500), { attempt: 1 });
    expect(measureDeliveries([first, replayed, retried, failed], NOTHING_ELSE)).toMatchObject({
      TimeToDelivery: [AT + RESPONSE_TIME_MS - NOW, RESPONSE_TIME_MS],
      Retried: [1],
    });
  });

  test('counts what is given up, but for tests', () => {
    const exhausted = given(givenResult(500), { status: 'exhausted', attempt: 7 });
    const ofTest = given(givenResult(500), { status: 'exhausted', isTest: true });
    expect(measureDeliveries([exhausted, ofTest], NOTHING_ELSE).Exhausted).toEqual([1]);
  });

  test('tells of deliveries kept, webhooks turned off and messages sent back', () => {
    expect(measureDeliveries([], { skipped: 2, disabled: 1, sentBack: 3 })).toEqual({
      TimeToDelivery: [],
      Skipped: [2],
      Disabled: [1],
      SentBack: [3],
    });
  });
});
