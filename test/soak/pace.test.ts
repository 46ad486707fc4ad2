import { describe, expect, test } from 'vitest';
import { findCrowd, findHaste } from '../../soak/pace.ts';
import type { Received } from '../../soak/receivers.ts';

const received = (at: number, begunAtSeconds = 0): Received => ({
  headers: { 'x-cathcr-delivery': 'one', 'webhook-timestamp': String(begunAtSeconds) },
  body: Buffer.alloc(0),
  at,
  number: 1,
  status: 503,
});

describe('a busy receiver, which asks for 1200 s', () => {
  const requests = [received(0, 1000), received(1, 1300)];
  const attempt = (number: number, atSeconds: number) => ({
    delivery_id: 'delivery_one',
    run: 1,
    attempt: number,
    timestamp: new Date(atSeconds * 1000).toISOString(),
  });

  test('is left alone for so long after the first request, and so long again after the second', () => {
    expect(findHaste([attempt(1, 1000), attempt(2, 2200), attempt(3, 3400)], requests)).toEqual([]);
  });

  test('may be sent the first attempt twice', () => {
    expect(findHaste([attempt(1, 1300), attempt(2, 2200)], requests)).toEqual([]);
  });

  test('has asked for nothing by an attempt that never came', () => {
    const unheard = attempt(1, 960);
    expect(findHaste([unheard, attempt(2, 1000), attempt(3, 2200)], requests)).toEqual([]);
    expect(findHaste([unheard, attempt(3, 2199)], requests)).toHaveLength(1);
  });

  test.each([
    [2, 2199],
    [3, 3399],
  ])('is not sent attempt %d a second too early', (number, atSeconds) => {
    expect(findHaste([attempt(number, atSeconds)], requests)).toEqual([
      `attempt ${number} of delivery_one was made before it was asked for`,
    ]);
  });
});

describe('a receiver that takes five a second', () => {
  const limit = { perSecond: 5, since: 0 };
  const burst = (count: number, at: number) => Array.from({ length: count }, () => received(at));

  test('may be sent those of two seconds at once, with those of the two before', () => {
    expect(findCrowd(burst(21, 1000), limit, [])).toEqual([]);
  });

  test('is sent no more than that', () => {
    expect(findCrowd(burst(22, 1000), limit, [])).toEqual([
      'was sent 22 requests in 2 s, where its limit allows 21',
    ]);
  });

  test('may be sent those of two seconds more where the clock is moved', () => {
    const moves = [{ from: 1500, to: 1600 }];
    expect(findCrowd(burst(32, 1000), limit, moves)).toEqual([]);
    expect(findCrowd(burst(33, 1000), limit, moves)).toHaveLength(1);
    expect(findCrowd(burst(32, 9000), limit, moves)).toHaveLength(1);
  });

  test('may be sent any number before it has its limit, and over a longer time', () => {
    const slowly = Array.from({ length: 100 }, (_, index) => received(1000 + index * 200));
    expect(findCrowd([...burst(100, 999), ...slowly], { ...limit, since: 1000 }, [])).toEqual([]);
  });
});
