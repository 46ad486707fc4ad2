import { expect, test } from 'vitest';
import { deriveDeliveryId } from '../../../core/ids.ts';
import type { HeldTurn } from '../../../core/order.ts';
import {
  getFirstWaiting,
  getTurn,
  getWaiting,
  giveBackTurn,
  giveTurn,
  joinLine,
  leaveLine,
  type Waiting,
} from '../../../lambdas/aws/line-store.ts';
import { NOW, webhookIdOf } from '../given.ts';
import { givenTable } from './given-table.ts';

const WEBHOOK = webhookIdOf(1);
const RETENTION_DAYS = 30;

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
const givenTurn = (holder: string, by = holder): HeldTurn => ({ holder, generation: 1, at: NOW, by });

test('a line is of one webhook, and its first is who was accepted first, whoever came first', async () => {
  const table = await givenTable();
  const join = joinLine(table, RETENTION_DAYS);
  const [early, late] = [givenWaiting(NOW), givenWaiting(NOW + 1)];
  await join(WEBHOOK, late, NOW);
  await join(WEBHOOK, early, NOW);
  await join(WEBHOOK, early, NOW);
  await join(webhookIdOf(2), givenWaiting(NOW - 1), NOW);
  expect(await getFirstWaiting(table)(WEBHOOK)).toEqual(early);
  await leaveLine(table)(WEBHOOK, early.deliveryId);
  await leaveLine(table)(WEBHOOK, early.deliveryId);
  expect(await getWaiting(table)(WEBHOOK, early.deliveryId)).toBeUndefined();
  expect(await getFirstWaiting(table)(WEBHOOK)).toEqual(late);
  expect(await getWaiting(table)(WEBHOOK, late.deliveryId)).toEqual(late);
});

test('the turn is given from where it was read, once', async () => {
  const table = await givenTable();
  const give = giveTurn(table, RETENTION_DAYS);
  const [first, second, third] = [givenTurn('a'), givenTurn('b'), givenTurn('c')];
  expect(await getTurn(table)(WEBHOOK)).toBeUndefined();
  expect(await give(WEBHOOK, first, second)).toBe(false);
  expect(await give(WEBHOOK, undefined, first)).toBe(true);
  expect(await give(WEBHOOK, undefined, second)).toBe(false);
  expect(await give(WEBHOOK, first, second)).toBe(true);
  expect(await give(WEBHOOK, first, third)).toBe(false);
  expect(await getTurn(table)(WEBHOOK)).toEqual(second);
});

test('a turn that was given by a write whose answer was lost is known when it is given again', async () => {
  const table = await givenTable();
  const give = giveTurn(table, RETENTION_DAYS);
  await give(WEBHOOK, undefined, givenTurn('a', 'one'));
  expect(await give(WEBHOOK, undefined, givenTurn('a', 'one'))).toBe(true);
  expect(await give(WEBHOOK, undefined, givenTurn('a', 'another'))).toBe(false);
});

test('the turn is given back by who has it alone', async () => {
  const table = await givenTable();
  await giveTurn(table, RETENTION_DAYS)(WEBHOOK, undefined, givenTurn('a'));
  await giveBackTurn(table)(WEBHOOK, givenTurn('b'));
  expect(await getTurn(table)(WEBHOOK)).toEqual(givenTurn('a'));
  await giveBackTurn(table)(WEBHOOK, givenTurn('a'));
  await giveBackTurn(table)(WEBHOOK, givenTurn('a'));
  expect(await getTurn(table)(WEBHOOK)).toBeUndefined();
});
