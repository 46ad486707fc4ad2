import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Clock } from '../../local/clock.ts';

const givenClock = (options: ConstructorParameters<typeof Clock>[0] = {}) => {
  const clock = new Clock(options);
  onTestFinished(() => clock.stop());
  return clock;
};

test('what is due happens in order of time when the clock is moved, and nothing else does', async () => {
  const clock = givenClock();
  const happened: number[] = [];
  for (const seconds of [300, 100, 200, 301]) {
    clock.at(clock.now() + seconds * 1000, () => void happened.push(seconds));
  }

  await clock.advance(300);

  expect(happened).toEqual([100, 200, 300]);
});

test('what takes a while is over before what is due next, and before the move is', async () => {
  const clock = givenClock();
  const happened: string[] = [];
  clock.at(clock.now() + 1000, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    happened.push('first');
  });
  clock.at(clock.now() + 2000, () => void happened.push('second'));

  await clock.advance(10);

  expect(happened).toEqual(['first', 'second']);
});

test('what becomes due by what happens, happens in the same move', async () => {
  const clock = givenClock();
  const happened: string[] = [];
  clock.at(clock.now() + 1000, () => {
    clock.at(clock.now() - 1, () => void happened.push('at once'));
  });

  await clock.advance(10);

  expect(happened).toEqual(['at once']);
});

test('real time passes too', async () => {
  const clock = givenClock();

  await new Promise<void>((resolve) => {
    clock.at(clock.now() + 5, resolve);
  });
});

test('what was cancelled does not happen', async () => {
  const clock = givenClock();
  const happened: string[] = [];
  const timer = clock.at(clock.now() + 1000, () => void happened.push('never'));

  timer.cancel();
  timer.cancel();
  await clock.advance(10);

  expect(happened).toEqual([]);
});

test('the offset goes on from where it was, and is kept', async () => {
  const kept: number[] = [];
  const clock = givenClock({ offsetMs: 60_000, saveOffset: async (offsetMs) => void kept.push(offsetMs) });

  expect(clock.now()).toBeGreaterThanOrEqual(Date.now() + 59_999);
  await clock.advance(1.5);

  expect(kept).toEqual([61_500]);
});

test('any timers, some of them cancelled, happen in order of time', async () => {
  const timers = fc.array(fc.record({ seconds: fc.integer({ min: 0, max: 50 }), isCancelled: fc.boolean() }));
  await fc.assert(
    fc.asyncProperty(timers, async (given) => {
      const clock = new Clock();
      const start = clock.now() + 1000;
      const happened: number[] = [];
      const set = given.map(({ seconds }) =>
        clock.at(start + seconds * 1000, () => void happened.push(seconds)),
      );
      for (const [index, { isCancelled }] of given.entries()) if (isCancelled) set[index]?.cancel();
      await clock.advance(100);
      const expected = given.filter(({ isCancelled }) => !isCancelled).map(({ seconds }) => seconds);
      expect(happened).toEqual(expected.toSorted((a, b) => a - b));
      await clock.stop();
    }),
  );
});
