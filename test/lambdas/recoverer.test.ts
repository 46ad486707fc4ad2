import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Measures } from '../../core/metrics.ts';
import { recover, type Services } from '../../lambdas/recoverer.ts';
import { givenRecord } from './given.ts';
import { givenRecovery, givenRowAt, givenStep, givenWorld } from './recovery/given-recovery.ts';

function given(changes: Partial<Services> = {}) {
  const world = givenWorld({ rows: [givenRowAt(0)], recoveries: [givenRecovery()] });
  const deadLetters: { body: string; reason: string }[] = [];
  const measured: Measures[] = [];
  const services: Services = {
    ...world.services,
    deadLetter: async ({ body }, reason) => void deadLetters.push({ body, reason }),
    publishMeasures: (measures) => void measured.push(measures),
    ...changes,
  };
  return { ...world, services, deadLetters, measured };
}

describe('a message of the recoveries queue', () => {
  test('has its step taken', async () => {
    const { services, deliveries, measured } = given();
    expect(await recover(services, [givenRecord(givenStep(1))])).toEqual({ batchItemFailures: [] });
    expect(deliveries).toHaveLength(1);
    expect(measured).toEqual([{}]);
  });

  test('is worked off before the next: each is much work', async () => {
    let atWork = 0;
    const { services, world } = given({
      getWebhook: async () => {
        atWork += 1;
        expect(atWork).toBe(1);
        await setTimeout(5);
        atWork -= 1;
        return world.webhook;
      },
    });
    const records = [1, 1, 2].map((step, n) => givenRecord(givenStep(step), { messageId: `message-${n}` }));
    expect(await recover(services, records)).toEqual({ batchItemFailures: [] });
  });

  test.each([
    ['received before', { receiveCount: 2 }],
    ['put back from among the dead letters', { putBackAt: '2026-01-16T00:00:00Z' }],
  ])('that was %s goes on from where it may have died', async (_, options) => {
    const { services, stored, steps } = given();
    stored.set(1, givenRecovery({}, { step: 2 }));
    await recover(services, [givenRecord(givenStep(1), options)]);
    expect(steps).toMatchObject([{ message: { step: 2 } }]);
  });

  test.each([
    ['nonsense', /^body is not JSON/],
    [JSON.stringify(givenStep(0)), /^step /],
    [JSON.stringify(givenStep(1, { recovery: 1.5 })), /^recovery /],
    [JSON.stringify(givenStep(1, { webhook_id: 'webhook_1' })), /^webhook_id /],
    ['{}', /^user_id .* webhook_id .* recovery .* step /],
  ])('as it is %s ends as a dead letter, while its neighbours go on', async (body, reason) => {
    const { services, deadLetters, deliveries } = given();
    const records = [givenRecord(body, { messageId: 'poison' }), givenRecord(givenStep(1))];
    expect(await recover(services, records)).toEqual({ batchItemFailures: [] });
    expect(deadLetters).toEqual([{ body, reason: expect.stringMatching(reason) }]);
    expect(deliveries).toHaveLength(1);
  });

  test('goes back where it meets trouble of ours, and is counted', async () => {
    const { services, measured } = given({
      findUndelivered: async () => {
        throw new Error('throttled');
      },
    });
    const { batchItemFailures } = await recover(services, [givenRecord(givenStep(1))]);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }]);
    expect(measured).toEqual([{ SentBack: [1] }]);
  });
});
