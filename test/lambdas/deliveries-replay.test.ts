import { describe, expect, test } from 'vitest';
import { deriveDeliveryId, showDeliveryId } from '../../core/ids.ts';
import type { DeliveryRow } from '../../lambdas/aws/delivery-store.ts';
import { deliveryMessageSchema } from '../../lambdas/delivery/message.ts';
import { DELIVERY_ID, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import { at, givenEndpoints } from './given-deliveries-api.ts';
import { AT, givenRow } from './given-delivery.ts';
import { givenRequest } from './http/given-api.ts';

const replay = 'POST /webhooks/{webhook_id}/replay/{delivery_id}';
const ANOTHER = deriveDeliveryId(NOW - 1, 'event-0', webhookIdOf(1));
const exhausted = givenRow(7, { status: 'exhausted' });
const large: DeliveryRow = { ...exhausted, payload: undefined };

const whenReplayed = async (row: DeliveryRow, changes: Parameters<typeof givenEndpoints>[1] = {}) => {
  const given = givenEndpoints([row], changes);
  const answered = await given.endpoints[replay](givenRequest(at(DELIVERY_ID))).catch(
    (error: unknown) => error,
  );
  return { ...given, answered };
};

describe('POST /webhooks/{webhook_id}/replay/{delivery_id}', () => {
  test('begins the next run of the same delivery, enqueued before it is recorded', async () => {
    const { answered, done, sent, recorded } = await whenReplayed(exhausted);
    expect(answered).toEqual({ status: 202, body: { delivery_id: showDeliveryId(DELIVERY_ID) } });
    expect(done).toEqual(['send', 'record']);
    expect(sent[0]).toMatchObject({ delivery_id: DELIVERY_ID, generation: 1, run: 2, attempt: 1 });
    expect(recorded[0]).toMatchObject({ status: 'pending', run: 2, attempt: 0, runStartedAt: NOW });
  });

  test('is of the generation that the webhook has now, whatever that of the run before', async () => {
    const { sent, recorded } = await whenReplayed(exhausted, {
      getWebhook: async () => givenWebhook({ generation: 5 }),
      now: () => AT,
    });
    expect(sent[0]).toMatchObject({ generation: 5, run: 2, event_id: 'event-1', run_started_at: AT });
    expect(recorded[0]).toMatchObject({ generation: 5, run: 2, runStartedAt: AT });
  });

  describe('of a delivery that a line may wait for', () => {
    const retrying = givenRow(2, { status: 'retrying', nextAttemptAt: AT });
    const begunBefore = givenRow(1, { run: 2, status: 'succeeded' });
    const turnOf = (holder: string): Parameters<typeof givenEndpoints>[1] => ({
      getTurn: async () => ({ holder, generation: 1, at: NOW, by: 'a' }),
    });

    test.each([
      ['whose retry it waits for', retrying],
      ['of which a replay before had no end', begunBefore],
    ])('has the line go on once the new run is recorded: one %s', async (_, row) => {
      const { done, sent } = await whenReplayed(row, turnOf(DELIVERY_ID));
      expect(done).toEqual(['send', 'record', 'send']);
      expect(deliveryMessageSchema.parse(sent[1])).toEqual({
        user_id: USER,
        webhook_id: webhookIdOf(1),
        generation: 1,
        delivery_id: DELIVERY_ID,
        event_id: 'event-1',
        run: 1,
        attempt: 1,
        ordered: 'next',
      });
    });

    test('asks nothing of a line that waits for another', async () => {
      const { sent } = await whenReplayed(retrying, turnOf(ANOTHER));
      expect(sent).toHaveLength(1);
    });

    test('asks nothing where there is no line', async () => {
      expect((await whenReplayed(retrying)).sent).toHaveLength(1);
    });
  });

  test('of a webhook that is off is a 409', async () => {
    const { answered, done } = await whenReplayed(exhausted, {
      getWebhook: async () => givenWebhook({ active: false }),
    });
    expect(answered).toMatchObject({ status: 409 });
    expect(done).toEqual([]);
  });

  test('of a test stays a test, and of another delivery is none', async () => {
    const ofTest = await whenReplayed(givenRow(1, { status: 'exhausted', isTest: true }));
    expect(deliveryMessageSchema.parse(ofTest.sent[0])).toMatchObject({ test: true, run: 2 });
    expect(ofTest.recorded[0]?.isTest).toBe(true);
    const ofAnother = await whenReplayed(exhausted);
    expect([ofAnother.sent[0]?.test, ofAnother.recorded[0]?.isTest]).toEqual([undefined, undefined]);
  });

  test('keeps a large payload for as long as the run that begins, before anything is enqueued', async () => {
    const { done, kept } = await whenReplayed(large, { now: () => AT });
    expect(done).toEqual(['keep', 'send', 'record']);
    expect(kept).toEqual([{ eventId: 'event-1', acceptedAt: NOW, since: AT }]);
  });

  test('whose large payload cannot be kept is enqueued no more than recorded', async () => {
    const { answered, done } = await whenReplayed(large, {
      keepPayload: () => Promise.reject(new Error('throttled')),
    });
    expect(answered).toMatchObject({ message: 'throttled' });
    expect(done).toEqual([]);
  });

  test('of a delivery whose payload has expired is a 404', async () => {
    const { answered, done } = await whenReplayed(large, { keepPayload: async () => false });
    expect(answered).toMatchObject({ status: 404, message: 'the payload of the delivery has expired' });
    expect(done).toEqual([]);
  });
});
