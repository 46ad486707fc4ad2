import { describe, expect, test } from 'vitest';
import { type Announcement, announceDisabled } from '../../../core/announcement.ts';
import type { Disablement, Webhook } from '../../../core/webhook.ts';
import { type Ending, type TurnOffServices, turnOff } from '../../../lambdas/delivery/turn-off.ts';
import { DELIVERY_ID, givenWebhook, USER, webhookIdOf } from '../given.ts';
import { AT, givenRow } from '../given-delivery.ts';

const DISABLED: Disablement = { at: AT, reason: 'as it was written', deliveryId: DELIVERY_ID };
const OFF = givenWebhook({ active: false, generation: 2, disabled: DISABLED });
const OFF_BY_ANOTHER = { ...OFF, disabled: { ...DISABLED, deliveryId: 'another' } };

const TOLD = announceDisabled({ id: webhookIdOf(1), userId: USER }, DISABLED);

const givenEnding = (why: Ending['why']): Ending => ({
  ref: { id: webhookIdOf(1), userId: USER, generation: 1, version: 1 },
  delivery: givenRow(7, { status: 'exhausted', nextAttemptAt: undefined }).delivery,
  why,
});

/** What follows from an ending, where the webhook is read as each of `reads`, in turn. */
async function whenTurnedOff(
  reads: readonly (Webhook | undefined)[],
  { why = 'dead', changes = {} }: { why?: Ending['why']; changes?: Partial<TurnOffServices> } = {},
) {
  const done: string[] = [];
  const announced: Announcement[] = [];
  const services: TurnOffServices = {
    getWebhook: async () => {
      done.push('read webhook');
      return reads[done.filter((one) => one === 'read webhook').length - 1];
    },
    getLastSuccessAt: async () => undefined,
    disableWebhook: async () => {
      done.push('disable');
      return true;
    },
    announce: async (announcement) => {
      done.push('announce');
      announced.push(announcement);
    },
    ...changes,
  };
  const isOff = await turnOff(services, givenEnding(why));
  return { done, announced, isOff };
}

const refusing = { disableWebhook: async () => false };

describe('a webhook whose delivery ended badly', () => {
  test('is read, then disabled, then the bus is told', async () => {
    const { done, isOff } = await whenTurnedOff([givenWebhook()]);
    expect(done).toEqual(['read webhook', 'disable', 'announce']);
    expect(isOff).toBe(true);
  });

  test.each(['dead', 'gone'] as const)(
    'and that was turned off by it (%s), though the answer to that was lost, is told of',
    async (why) => {
      const { announced } = await whenTurnedOff([givenWebhook(), OFF], { why, changes: refusing });
      expect(announced).toEqual([TOLD]);
    },
  );

  test.each([
    ['repaired', givenWebhook({ updatedAt: AT + 1 })],
    ['turned on', givenWebhook({ generation: 3 })],
    ['turned off by another delivery', OFF_BY_ANOTHER],
    ['deleted', undefined],
  ])('and that was %s in between is not told of', async (_, found) => {
    const { announced } = await whenTurnedOff([givenWebhook(), found], { changes: refusing });
    expect(announced).toEqual([]);
  });

  test('and that it had turned off before is told of again as it was then, and not disabled again', async () => {
    const { done, announced, isOff } = await whenTurnedOff([OFF], {
      changes: { getLastSuccessAt: async () => AT + 1 },
    });
    expect(isOff).toBe(false);
    expect(done).toEqual(['read webhook', 'announce']);
    expect(announced).toEqual([TOLD]);
  });
});
