import { expect, test } from 'vitest';
import { deriveDeliveryId } from '../../../core/ids.ts';
import type { HeldTurn, Turn } from '../../../core/order.ts';
import { openLineStore, type Waiting } from '../../../lambdas/aws/line-store.ts';
import { NOW, webhookIdOf } from '../given.ts';
import { givenTable } from './given-table.ts';

const WEBHOOK = webhookIdOf(1);

const givenWaiting = (acceptedAt: number): Waiting => ({
  deliveryId: deriveDeliveryId(acceptedAt, 'event-1', WEBHOOK),
  generation: 1,
  event: {
    id: 'event-1',
    type: 'thought.deleted',
    timestamp: '2024-01-15T10:30:00Z',
    payload: new Uint8Array([1, 2]),
  },
});
const givenStore = async () => openLineStore(await givenTable(), 30);
const givenTurn = (holder: string, by = holder): HeldTurn => ({ holder, generation: 1, at: NOW, by });

test('a line is of one webhook, and its first is who was accepted first, whoever came first', async () => {
  const { joinLine, getFirstWaiting, getWaiting, leaveLine } = await givenStore();
  const [early, late] = [givenWaiting(NOW), givenWaiting(NOW + 1)];
  await joinLine(WEBHOOK, late, NOW);
  await joinLine(WEBHOOK, early, NOW);
  await joinLine(WEBHOOK, early, NOW);
  await joinLine(webhookIdOf(2), givenWaiting(NOW - 1), NOW);
  expect(await getFirstWaiting(WEBHOOK)).toEqual(early);
  await leaveLine(WEBHOOK, early.deliveryId);
  await leaveLine(WEBHOOK, early.deliveryId);
  expect(await getWaiting(WEBHOOK, early.deliveryId)).toBeUndefined();
  expect(await getFirstWaiting(WEBHOOK)).toEqual(late);
  expect(await getWaiting(WEBHOOK, late.deliveryId)).toEqual(late);
});

test('the turn is given from where it was read, once', async () => {
  const { getTurn, giveTurn } = await givenStore();
  const [first, second, third] = [givenTurn('a'), givenTurn('b'), givenTurn('c')];
  expect(await getTurn(WEBHOOK)).toBeUndefined();
  expect(await giveTurn(WEBHOOK, first, second)).toBe(false);
  expect(await giveTurn(WEBHOOK, undefined, first)).toBe(true);
  expect(await giveTurn(WEBHOOK, undefined, second)).toBe(false);
  expect(await giveTurn(WEBHOOK, first, second)).toBe(true);
  expect(await giveTurn(WEBHOOK, first, third)).toBe(false);
  expect(await getTurn(WEBHOOK)).toEqual(second);
});

test('a turn that was given by a write whose answer was lost is known when it is given again', async () => {
  const { giveTurn } = await givenStore();
  await giveTurn(WEBHOOK, undefined, givenTurn('a', 'one'));
  expect(await giveTurn(WEBHOOK, undefined, givenTurn('a', 'one'))).toBe(true);
  expect(await giveTurn(WEBHOOK, undefined, givenTurn('a', 'another'))).toBe(false);
});

test('a turn that is nobody’s again is not given by a write that comes late', async () => {
  const { getTurn, giveTurn } = await givenStore();
  const nobodys: Turn = { at: NOW, by: 'b' };
  expect(await giveTurn(WEBHOOK, undefined, givenTurn('a'))).toBe(true);
  expect(await giveTurn(WEBHOOK, givenTurn('another'), nobodys)).toBe(false);
  expect(await giveTurn(WEBHOOK, givenTurn('a'), nobodys)).toBe(true);
  expect(await getTurn(WEBHOOK)).toEqual(nobodys);
  expect(await giveTurn(WEBHOOK, undefined, givenTurn('c'))).toBe(false);
  expect(await giveTurn(WEBHOOK, nobodys, givenTurn('c'))).toBe(true);
});
