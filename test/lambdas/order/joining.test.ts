import { describe, expect, test } from 'vitest';
import { deriveDeliveryId } from '../../../core/ids.ts';
import type { HeldTurn } from '../../../core/order.ts';
import type { Waiting } from '../../../lambdas/aws/line-store.ts';
import type { Services } from '../../../lambdas/deliverer.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/message.ts';
import { dispatch } from '../../../lambdas/dispatcher.ts';
import { DELIVERY_ID, givenRecord, givenWebhook, NOW, webhookIdOf } from '../given.ts';
import {
  AT,
  givenEvent,
  givenMessage,
  givenRow,
  givenScheduledMessage,
  SLOW_LANE,
  whenDelivered,
} from '../given-delivery.ts';
import { givenServices as givenDispatcher, givenEnvelope } from '../given-dispatch.ts';

const HOUR_MS = 3_600_000;
const ordered = givenWebhook({ ordered: true });
const joins = givenMessage({ ordered: 'joins' });
const next = givenMessage({ ordered: 'next', called_by: 'a' });
const ANOTHER = deriveDeliveryId(NOW - 1, 'event-0', webhookIdOf(1));
const waiting: Waiting = {
  deliveryId: DELIVERY_ID,
  generation: 1,
  event: { ...givenEvent(), payload: Buffer.from(givenEvent().payload ?? '', 'base64') },
};
const givenTurn = (changes: Partial<HeldTurn> = {}): HeldTurn => ({
  holder: ANOTHER,
  generation: 1,
  at: AT,
  by: 'a',
  hands: 'a',
  ...changes,
});

/** A line with one delivery in it, and the turn as it is. */
function givenLine(turn?: HeldTurn, inLine = [waiting]): Partial<Services> {
  const line = [...inLine];
  return {
    getTurn: async () => turn,
    getFirstWaiting: async () => line[0],
    getWaiting: async (_, id) => ({ ...waiting, deliveryId: id }),
    leaveLine: async (_, id) => {
      const at = line.findIndex(({ deliveryId }) => deliveryId === id);
      if (at >= 0) line.splice(at, 1);
    },
  };
}

const idsOf = (posted: { headers: Record<string, string> }[]) =>
  posted.map(({ headers }) => headers['X-Cathcr-Delivery']);

describe('the Dispatcher says who is delivered in order', () => {
  test.each([
    ['an ordered webhook', { ordered: true }, 'joins'],
    ['any other', {}, undefined],
    [
      'one that is off, and is kept for',
      { ordered: true, active: false, keepWhileInactive: true },
      undefined,
    ],
  ] as const)('%s', async (_, changes, expected) => {
    const given = givenDispatcher([givenWebhook({ ...changes, events: ['*'] })]);
    await dispatch(given.services, [givenRecord(givenEnvelope())]);
    expect(given.sent.map((message) => message.ordered)).toEqual([expected]);
  });
});

test('a plain delivery asks nothing of any line', async () => {
  const { done } = await whenDelivered(givenMessage());
  expect(done).toEqual(['post', 'record', 'add up']);
});

describe('a delivery that joins', () => {
  const world = { webhooks: [ordered] };

  test('is let go where somebody has the turn', async () => {
    const joined: string[] = [];
    const { posted, delayed, failed, done } = await whenDelivered(joins, world, {
      ...givenLine(givenTurn()),
      joinLine: async (_, { deliveryId }) => void joined.push(deliveryId),
    });
    expect(joined).toEqual([DELIVERY_ID]);
    expect({ posted, delayed, failed, done }).toEqual({ posted: [], delayed: [], failed: [], done: [] });
  });

  test('takes a turn that is nobody’s, and calls the first for when it has settled', async () => {
    const { posted, delayed } = await whenDelivered(joins, world, givenLine());
    expect(posted).toEqual([]);
    expect(delayed).toMatchObject([
      { message: { delivery_id: DELIVERY_ID, ordered: 'next', run_started_at: AT }, delaySeconds: 1 },
    ]);
  });

  test('goes back where the queue does not take the call', async () => {
    const { failed } = await whenDelivered(joins, world, {
      ...givenLine(),
      sendDeliveries: async (messages) => [...messages],
    });
    expect(failed).toEqual(['message-1']);
  });

  test('does not wait behind the retries of an older generation, nor behind who is lost', async () => {
    const behind = async (generation: number, now = AT) =>
      whenDelivered(
        givenMessage({ ordered: 'joins', generation: 2 }),
        { webhooks: [givenWebhook({ ordered: true, generation: 2 })] },
        {
          ...givenLine(givenTurn({ generation, at: AT + 1000 }), [{ ...waiting, generation: 2 }]),
          getWaiting: async () => ({ ...waiting, deliveryId: ANOTHER, generation }),
          getDelivery: async (_, id) => (id === ANOTHER ? givenRow(2, { id, generation }) : undefined),
          now: () => now,
        },
      );
    expect((await behind(1)).delayed).toMatchObject([{ message: { delivery_id: DELIVERY_ID } }]);
    expect((await behind(2)).delayed).toEqual([]);
    const lost = await behind(2, AT + 2 * HOUR_MS);
    expect(lost.recorded.map(({ delivery: { id, attempt } }) => [id, attempt])).toContainEqual([ANOTHER, 3]);
  });

  test('of a slow webhook takes no place in the slow lane, and calls the first there', async () => {
    const slow = { webhooks: [givenWebhook({ ordered: true, slowSince: AT })] };
    const { passedOn, posted } = await whenDelivered(joins, slow, givenLine());
    expect(passedOn).toMatchObject([{ delivery_id: DELIVERY_ID, ordered: 'next' }]);
    expect(posted).toEqual([]);
  });
});

describe('a delivery that has the turn', () => {
  const own = givenTurn({ holder: DELIVERY_ID });
  const world = { webhooks: [ordered] };

  test('is attempted, and gives the turn back where nobody waits', async () => {
    const { posted, recorded, done } = await whenDelivered(next, world, givenLine(own));
    expect(posted).toHaveLength(1);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'succeeded', runStartedAt: AT });
    expect(done.filter((what) => what.startsWith('give'))).toEqual(['give back']);
  });

  test('looks at the line once more when it has given the turn back: who joined meanwhile has seen it taken', async () => {
    const line = [waiting];
    const late = [{ ...waiting, deliveryId: ANOTHER }];
    const { posted } = await whenDelivered(next, world, {
      ...givenLine(own),
      getFirstWaiting: async () => line[0],
      leaveLine: async () => void line.pop(),
      giveTurn: async (_, __, { holder }) => holder !== undefined || line.push(...late.splice(0)) >= 0,
    });
    expect(idsOf(posted)).toEqual([DELIVERY_ID, ANOTHER]);
  });

  test('keeps it while its retry waits, which goes on', async () => {
    const failing = await whenDelivered(next, { ...world, answers: 500 }, givenLine(own));
    expect(failing.sent).toMatchObject([{ attempt: 2, ordered: 'next', run_started_at: AT }]);
    expect(failing.done).not.toContain('give back');
    const retried = await whenDelivered(
      givenScheduledMessage(3, { ordered: 'next' }),
      { ...world, rows: [givenRow(2)] },
      givenLine(own),
    );
    expect(retried.posted).toHaveLength(1);
    expect(retried.done).toContain('give back');
  });

  test('is retried with the event that is in line, where the attempt before has left no row', async () => {
    const retry = givenScheduledMessage(2, { ordered: 'next' });
    const { posted, recorded, failed } = await whenDelivered(retry, world, givenLine(own));
    expect(posted).toHaveLength(1);
    expect(recorded[0]).toMatchObject({
      delivery: { status: 'succeeded', attempt: 2, eventId: 'event-1' },
      payload: waiting.event.payload,
    });
    expect(failed).toEqual([]);
  });

  test('is called by a message where time is up, which goes on in the place of the first', async () => {
    let now = AT;
    const services = () => ({ ...givenLine(givenTurn()), now: () => (now += 6000) });
    const { posted, delayed } = await whenDelivered(
      givenMessage({ ordered: 'next', attempt: 2, called_by: 'another' }),
      world,
      services(),
    );
    expect(posted).toEqual([]);
    expect(delayed).toMatchObject([{ message: { in_place_of: 'message-1', called_by: 'another' } }]);
    const [again] = delayed;
    const { delayed: once } = await whenDelivered(again?.message ?? next, world, services());
    expect(once).toMatchObject([{ message: { in_place_of: 'message-1' } }]);
  });

  test('has its webhook turned off before the next is called', async () => {
    const { done, delayed } = await whenDelivered(
      next,
      { ...world, answers: 410 },
      givenLine(own, [waiting, { ...waiting, deliveryId: ANOTHER }]),
    );
    expect(delayed).toMatchObject([{ message: { delivery_id: ANOTHER, called_by: 'message-1' } }]);
    expect(done.indexOf('disable')).toBeGreaterThan(0);
    expect(done.indexOf('disable')).toBeLessThan(done.indexOf('put back 1'));
  });

  test('that can never be processed is put aside, and the line goes on', async () => {
    const event = { ...waiting.event, payload: new Uint8Array([1]) };
    const { deadLetters, failed, done } = await whenDelivered(
      next,
      world,
      givenLine(own, [{ ...waiting, event }]),
    );
    expect(deadLetters).toMatchObject([{ reason: expect.stringContaining('payload') }]);
    expect(JSON.parse(deadLetters[0]?.body ?? '')).toMatchObject({
      delivery_id: DELIVERY_ID,
      ordered: 'joins',
    });
    expect(failed).toEqual([]);
    expect(done).toContain('give back');
  });

  test('is cancelled where it has waited longer than rows are kept', async () => {
    const old = deriveDeliveryId(NOW - 31 * 24 * HOUR_MS, 'event-1', webhookIdOf(1));
    const { posted, recorded, statistics } = await whenDelivered(
      { ...next, delivery_id: old },
      world,
      givenLine(givenTurn({ holder: old }), [{ ...waiting, deliveryId: old }]),
    );
    expect(posted).toEqual([]);
    expect(recorded[0]?.delivery).toMatchObject({ id: old, status: 'cancelled', attempt: 0 });
    expect(statistics).toMatchObject([
      [webhookIdOf(1), { hours: [{ figures: { cancelled: 1, attempts: 0 } }] }],
    ]);
  });

  test('asks for a slot where its webhook has a rate limit, and comes again where there is none', async () => {
    const limited = { webhooks: [givenWebhook({ ordered: true, rateLimit: 1 })] };
    const full = { getCounters: async () => ({ gate: (AT + 60_000) * 1000 }) };
    const { posted, delayed } = await whenDelivered(next, limited, { ...givenLine(own), ...full });
    expect(posted).toEqual([]);
    expect(delayed).toMatchObject([{ message: { ordered: 'next', rate: { rest_seconds: 0 } } }]);
  });

  test('of a webhook that is slow goes to the slow lane, and is attempted there', async () => {
    const slow = { webhooks: [givenWebhook({ ordered: true, slowSince: AT })] };
    expect((await whenDelivered(next, slow, givenLine(own))).passedOn).toHaveLength(1);
    const there = await whenDelivered(next, { ...slow, queueArn: SLOW_LANE }, givenLine(own));
    expect(there.posted).toHaveLength(1);
  });
});

describe('of messages that are not those of who has the turn', () => {
  const world = { webhooks: [ordered] };
  const own = givenTurn({ holder: DELIVERY_ID });
  const inHands = (hands: string, now: number) => ({
    ...givenLine(givenTurn({ hands }), [{ ...waiting, deliveryId: ANOTHER }]),
    now: () => now,
  });
  const MINUTE_LATER = AT + 60_000;

  test.each([
    ['one that has given it itself', joins, 'message-1', [ANOTHER]],
    ['one that goes on for who has', { ...next, in_place_of: 'first' }, 'first', [ANOTHER]],
    ['one that was called by who has', { ...next, called_by: 'caller' }, 'caller', [ANOTHER]],
    ['no other', joins, 'another', []],
  ])('%s goes on with it, when whoever gave it lives no more', async (_, message, hands, expected) => {
    const later = await whenDelivered(message, world, inHands(hands, MINUTE_LATER));
    expect(idsOf(later.posted)).toEqual(expected);
    const atOnce = await whenDelivered(message, world, inHands(hands, MINUTE_LATER - 1));
    expect(atOnce.posted).toEqual([]);
    expect(atOnce.sent).toHaveLength(expected.length);
  });

  test('one that comes again asks after the line alone, in the place of who has given the turn', async () => {
    const message = { ...next, attempt: 1, rate: { rest_seconds: 500 }, called_by: 'caller' };
    const sent: [DeliveryMessage, number?][] = [];
    await whenDelivered(message, world, {
      ...inHands('caller', AT),
      sendDelivery: async (...one) => void sent.push(one),
    });
    const { user_id, webhook_id, generation, delivery_id } = message;
    const ids = { user_id, webhook_id, generation, delivery_id, event_id: 'event-1', run: 1, attempt: 1 };
    expect(sent).toEqual([[{ ...ids, ordered: 'next', in_place_of: 'caller', called_by: 'message-1' }, 60]]);
  });

  test('one that was put back goes on, in whosever hands the turn is', async () => {
    const putBack = { ...world, putBackAt: new Date(AT).toISOString() };
    const { posted } = await whenDelivered(joins, putBack, inHands('another', MINUTE_LATER));
    expect(idsOf(posted)).toEqual([ANOTHER]);
  });

  test.each([
    ['itself, as another receive', 'message-1', 'a'],
    ['another', 'another', 'message-1'],
  ])('one that was too late to give it comes again, where %s has', async (_, hands, called_by) => {
    let turn = own;
    const { sent, posted, done } = await whenDelivered(next, world, {
      ...givenLine(own, [waiting, { ...waiting, deliveryId: ANOTHER }]),
      getTurn: async () => turn,
      giveTurn: async () => {
        turn = givenTurn({ hands });
        return false;
      },
    });
    expect(idsOf(posted)).toEqual([DELIVERY_ID]);
    expect(sent).toMatchObject([{ delivery_id: DELIVERY_ID, in_place_of: hands, called_by }]);
    expect(done).not.toContain('give back');
  });

  test.each([
    ['let go', 'another', [waiting], 0],
    ['not let go where its other receive has it', 'message-1', [waiting], 1],
    ['not let go where that one has it, and nobody waits any more', 'message-1', [], 1],
  ])('one that was too late to take what was nobody’s is %s', async (_, hands, inLine, expected) => {
    const turns = [undefined, givenTurn({ hands })];
    const { sent, posted, failed } = await whenDelivered(joins, world, {
      ...givenLine(undefined, inLine),
      getTurn: async () => turns.shift(),
      giveTurn: async () => false,
    });
    expect(sent).toHaveLength(expected);
    expect({ posted, failed }).toEqual({ posted: [], failed: [] });
  });

  test('one that takes it out of another’s hands sends before what comes again in its place', async () => {
    const { done, sent, delayed } = await whenDelivered(
      givenMessage({ ordered: 'joins', generation: 2 }),
      { webhooks: [givenWebhook({ ordered: true, generation: 2 })] },
      {
        ...givenLine(givenTurn({ hands: 'another' }), [{ ...waiting, generation: 2 }]),
        getWaiting: async () => undefined,
      },
    );
    expect(sent).toMatchObject([{ ordered: 'next', in_place_of: 'another', called_by: 'message-1' }]);
    expect(delayed).toMatchObject([{ message: { delivery_id: DELIVERY_ID, in_place_of: 'message-1' } }]);
    expect(done).toEqual(['join', 'send', 'give turn', 'put back 1']);
  });

  test('one that was too late to give it back comes again, to have a look at the line', async () => {
    const turns = [own, undefined];
    const { sent, posted } = await whenDelivered(next, world, {
      ...givenLine(own),
      getTurn: async () => turns.shift(),
      giveTurn: async () => false,
    });
    expect(idsOf(posted)).toEqual([DELIVERY_ID]);
    expect(sent).toMatchObject([{ ordered: 'next', in_place_of: 'message-1', called_by: 'a' }]);
  });

  test('one that has joined once more when it had ended leaves, and takes no turn', async () => {
    const ended = { ...world, rows: [givenRow(1, { status: 'succeeded' })] };
    const { done, posted, sent } = await whenDelivered(joins, ended, givenLine());
    expect(posted).toEqual([]);
    expect(done.filter((what) => what.startsWith('give'))).toEqual([]);
    expect(sent, 'what comes again, as its own message may be gone').toMatchObject([
      { ordered: 'next', in_place_of: 'message-1' },
    ]);
  });

  test('one that finds itself ended gives back the turn that its other receive has taken and died', async () => {
    const ended = { ...world, rows: [givenRow(1, { status: 'succeeded' })] };
    const turns = [undefined, givenTurn({ holder: DELIVERY_ID, hands: 'message-1' })];
    const { done, posted } = await whenDelivered(joins, ended, {
      ...givenLine(),
      getTurn: async () => turns.shift(),
      getWaiting: async () => undefined,
    });
    expect(posted).toEqual([]);
    expect(done.filter((what) => what.startsWith('give'))).toEqual(['give back']);
  });
});
