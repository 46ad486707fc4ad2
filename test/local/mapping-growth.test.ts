import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Clock } from '../../local/clock.ts';
import { Faults } from '../../local/faults/faults.ts';
import { memoryJournal } from '../../local/journal.ts';
import type { Invocation, LambdaFunction } from '../../local/lambda/function.ts';
import { Mapping } from '../../local/mapping/mapping.ts';
import { Queue } from '../../local/sqs/queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A mapping of at most eight invocations, of a function that hangs until it is let go. */
function givenMapping(scale = 1) {
  const clock = new Clock();
  const settings = {
    name: 'work',
    arn: 'arn:aws:sqs:us-east-1:000000000000:work',
    url: 'http://localhost/work',
    delaySeconds: 0,
    visibilityTimeoutSeconds: 3600,
    retentionSeconds: 86_400,
    receiveWaitSeconds: 0,
  };
  const queue = new Queue(settings as never, {
    clock,
    journal: memoryJournal,
    faults: new Faults(),
    findQueue: () => undefined,
  });
  const hanging: ((invocation: Invocation) => void)[] = [];
  const lambda = {
    invoke: () => new Promise<Invocation>((resolve) => hanging.push(resolve)),
  } as unknown as LambdaFunction;
  const mapping = new Mapping(
    {
      logicalId: 'Mapping',
      queueArn: settings.arn,
      functionName: 'worker',
      batchSize: 1,
      windowSeconds: 0,
      concurrency: 8,
      scale,
      reportsBatchItemFailures: true,
    },
    { queue, lambda, clock },
  );
  onTestFinished(async () => {
    mapping.stop();
    await clock.stop();
  });
  return {
    /** How many invocations hang `ms` later. */
    hangingAfter: async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return hanging.length;
    },
    send: (count: number) =>
      queue.send(Array.from({ length: count }, () => ({ body: '', senderId: 'test' }))),
    letGo: async () => {
      while (hanging.length > 0) {
        for (const end of hanging.splice(0)) end({ payload: null });
        await vi.advanceTimersByTimeAsync(0);
      }
    },
  };
}

test('five invocations run side by side at first; every 200 ms that messages wait there is one more', async () => {
  const { send, hangingAfter } = givenMapping();
  await send(12);
  expect(await hangingAfter(0)).toBe(5);
  expect(await hangingAfter(199)).toBe(5);
  expect(await hangingAfter(1)).toBe(6);
  expect(await hangingAfter(400)).toBe(8);
  expect(await hangingAfter(10_000)).toBe(8);
});

test('there are no more than five where none waits, or all that waited is done', async () => {
  const { send, letGo, hangingAfter } = givenMapping();
  await send(5);
  expect(await hangingAfter(10_000)).toBe(5);
  await send(7);
  expect(await hangingAfter(10_000)).toBe(8);
  await letGo();
  await send(12);
  expect(await hangingAfter(0)).toBe(5);
});

test('a laptop that has room for a fifth begins with a fifth, and gets to more as slowly', async () => {
  const { send, hangingAfter } = givenMapping(0.2);
  await send(12);
  expect(await hangingAfter(0)).toBe(1);
  expect(await hangingAfter(999)).toBe(1);
  expect(await hangingAfter(1)).toBe(2);
  expect(await hangingAfter(10_000)).toBe(8);
});
