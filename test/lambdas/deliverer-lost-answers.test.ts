import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../core/delivery.ts';
import { hourOf } from '../../core/figures.ts';
import type { DeliveryRow } from '../../lambdas/aws/delivery-store.ts';
import type { DeliveryMessage } from '../../lambdas/delivery/message.ts';
import { DELIVERY_ID, webhookIdOf } from './given.ts';
import {
  AT,
  givenFigures,
  givenMessage,
  givenResult,
  givenRow,
  givenScheduledMessage,
  whenDelivered,
} from './given-delivery.ts';

/** The row as each read of it finds it, where the write of the attempt says that it was not made. */
const whenUnanswered = (
  message: DeliveryMessage,
  found: readonly (DeliveryRow | undefined)[],
  answers = 500,
) => {
  const reads = [...found];
  return whenDelivered(
    message,
    { answers },
    { recordAttempt: async () => false, getDelivery: async () => reads.shift() },
  );
};

const givenExhausted = (changes: Partial<Delivery> = {}) =>
  givenRow(7, { status: 'exhausted', nextAttemptAt: undefined, webhookVersion: 1, ...changes });

describe('an attempt whose write was made, and the answer to it lost,', () => {
  test('turns off the webhook where it was the last', async () => {
    const found = [givenRow(6), givenExhausted()];
    const { posted, disabled, announced, failed } = await whenUnanswered(givenScheduledMessage(7), found);
    expect(posted).toHaveLength(1);
    expect(disabled).toMatchObject([{ ref: { id: webhookIdOf(1) }, disabled: { deliveryId: DELIVERY_ID } }]);
    expect(announced.map(({ event }) => event.type)).toEqual(['webhook.disabled', 'delivery.exhausted']);
    expect(failed).toEqual([]);
  });

  test('turns off the webhook where it was answered 410 Gone', async () => {
    const gone = givenRow(1, { status: 'exhausted', lastAttempt: givenResult(410), webhookVersion: 1 });
    const { disabled } = await whenUnanswered(givenMessage(), [gone], 410);
    expect(disabled).toMatchObject([{ disabled: { reason: /was answered 410 Gone$/ } }]);
  });

  test('is counted once where it succeeded', async () => {
    const succeeded = givenRow(1, { status: 'succeeded', lastAttempt: givenResult(200) });
    const { statistics } = await whenUnanswered(givenMessage(), [succeeded], 200);
    expect(statistics).toEqual([
      [
        webhookIdOf(1),
        { hours: [{ hour: hourOf(AT), figures: givenFigures(1) }], lastDeliveryAt: AT, lastSuccessAt: AT },
      ],
    ]);
  });
});

describe('an attempt before whose write another was made', () => {
  test.each([
    ['succeeded', givenRow(7, { status: 'succeeded', lastAttempt: givenResult(200) })],
    ['was replayed', givenRow(0, { status: 'pending', run: 2, lastAttempt: undefined })],
    ['was exhausted in the next run', givenExhausted({ run: 2 })],
    ['was exhausted by a later attempt', givenExhausted({ attempt: 8 })],
    ['has expired', undefined],
  ])('turns off nothing where the delivery %s', async (_, row) => {
    const { disabled, announced, failed } = await whenUnanswered(givenScheduledMessage(7), [
      givenRow(6),
      row,
    ]);
    expect([disabled, announced, failed]).toEqual([[], [], []]);
  });

  test('goes back where that cannot be read', async () => {
    let reads = 0;
    const { disabled, failed } = await whenDelivered(
      givenScheduledMessage(7),
      { answers: 500 },
      {
        recordAttempt: async () => false,
        getDelivery: async () => {
          reads += 1;
          if (reads > 1) throw new Error('throttled');
          return givenRow(6);
        },
      },
    );
    expect([disabled, failed]).toEqual([[], ['message-1']]);
  });
});
