import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttemptResult,
  DELIVERY_STATUSES,
  type Delivery,
  type DeliveryStatus,
  decideOutcome,
  isAccepted,
  isFinished,
  isSuperseded,
  showDelivery,
} from '../../core/delivery.ts';
import { deriveDeliveryId } from '../../core/ids.ts';
import { CONTRACT_DELAYS_SECONDS } from '../contract-schedule.ts';

const ACCEPTED_AT = Date.UTC(2026, 0, 15, 10, 30);

const givenResponse = (statusCode: number | null): AttemptResult => ({
  at: ACCEPTED_AT,
  responseTimeMs: 12,
  statusCode,
  error:
    statusCode !== null && isAccepted(statusCode) ? undefined : `Response ${statusCode ?? 'that never came'}`,
});

const givenRow = (changes: Partial<Delivery> = {}): Delivery => ({
  id: deriveDeliveryId(ACCEPTED_AT, 'event-1', 'webhook-1'),
  webhookId: 'webhook-1',
  eventId: 'event-1',
  eventType: 'thought.created',
  timestamp: '2024-01-15T10:30:00Z',
  status: 'retrying',
  run: 1,
  runStartedAt: ACCEPTED_AT,
  generation: 1,
  attempt: 1,
  ...changes,
});

const retryAfter = (seconds: number) => ({ status: 'retrying', nextDelayMs: seconds * 1000 });

describe('a response', () => {
  test.each([200, 201, 204, 299])('of %i is accepted', (statusCode) => {
    expect(isAccepted(statusCode)).toBe(true);
  });
  test.each([0, 100, 101, 199, 300, 301, 302, 304, 307, 308, 400, 410, 429, 500, 503, 599])(
    'of %i is not',
    (statusCode) => {
      expect(isAccepted(statusCode)).toBe(false);
    },
  );
});

describe('what follows from an attempt', () => {
  const succeeded = { status: 'succeeded' };
  const gone = { status: 'exhausted', disable: 'gone' };
  const dead = { status: 'exhausted', disable: 'dead' };
  const over = { status: 'exhausted' };

  test.each([
    { attempt: 1, statusCode: 200, follows: succeeded },
    { attempt: 7, statusCode: 204, follows: succeeded },
    { attempt: 1, statusCode: 500, follows: retryAfter(0) },
    { attempt: 1, statusCode: null, follows: retryAfter(0) },
    { attempt: 1, statusCode: 301, follows: retryAfter(0) },
    { attempt: 2, statusCode: 500, follows: retryAfter(300) },
    { attempt: 3, statusCode: 404, follows: retryAfter(900) },
    { attempt: 4, statusCode: null, follows: retryAfter(3600) },
    { attempt: 5, statusCode: 429, follows: retryAfter(21_600) },
    { attempt: 6, statusCode: 500, follows: retryAfter(86_400) },
    { attempt: 7, statusCode: 500, follows: dead },
    { attempt: 7, statusCode: null, follows: dead },
    { attempt: 8, statusCode: 500, follows: dead },
    { attempt: 1, statusCode: 410, follows: gone },
    { attempt: 7, statusCode: 410, follows: gone },
  ])('$attempt answered $statusCode is $follows.status', ({ attempt, statusCode, follows }) => {
    expect(decideOutcome({ attempt }, givenResponse(statusCode), CONTRACT_DELAYS_SECONDS)).toEqual(follows);
  });

  test.each([
    { statusCode: 200, follows: succeeded },
    { statusCode: 500, follows: over },
    { statusCode: null, follows: over },
    { statusCode: 410, follows: over },
  ])('that was a test answered $statusCode never retries and never disables', ({ statusCode, follows }) => {
    expect(
      decideOutcome({ attempt: 1, isTest: true }, givenResponse(statusCode), CONTRACT_DELAYS_SECONDS),
    ).toEqual(follows);
  });
});

describe('a receiver that asks for a pause', () => {
  test.each([
    { attempt: 1, statusCode: 429, pause: '600', follows: retryAfter(600) },
    { attempt: 2, statusCode: 503, pause: '600', follows: retryAfter(600) },
    { attempt: 3, statusCode: 503, pause: '600', follows: retryAfter(900) },
    { attempt: 1, statusCode: 500, pause: '600', follows: retryAfter(0) },
    { attempt: 6, statusCode: 429, pause: '999999', follows: retryAfter(86_400) },
    { attempt: 7, statusCode: 429, pause: '600', follows: { status: 'exhausted', disable: 'dead' } },
  ])('after attempt $attempt ($statusCode) by $pause', ({ attempt, statusCode, pause, follows }) => {
    const result = { ...givenResponse(statusCode), responseTimeMs: 0 };
    expect(decideOutcome({ attempt }, result, CONTRACT_DELAYS_SECONDS, pause)).toEqual(follows);
  });

  test('gets none for a test, which is not retried', () => {
    const outcome = decideOutcome(
      { attempt: 1, isTest: true },
      givenResponse(429),
      CONTRACT_DELAYS_SECONDS,
      '600',
    );
    expect(outcome).toEqual({ status: 'exhausted' });
  });
});

describe('an attempt that a message asks for', () => {
  const open: DeliveryStatus[] = ['pending', 'retrying'];
  const final: DeliveryStatus[] = ['succeeded', 'exhausted', 'cancelled'];

  test.each([
    ...open.map((status) => ({ status, row: [1, 1], message: [1, 1], superseded: true })),
    ...open.map((status) => ({ status, row: [1, 2], message: [1, 1], superseded: true })),
    ...open.map((status) => ({ status, row: [1, 1], message: [1, 2], superseded: false })),
    ...open.map((status) => ({ status, row: [1, 1], message: [1, 7], superseded: false })),
    ...open.map((status) => ({ status, row: [1, 0], message: [1, 1], superseded: false })),
    ...open.map((status) => ({ status, row: [2, 0], message: [1, 7], superseded: true })),
    ...open.map((status) => ({ status, row: [1, 7], message: [2, 1], superseded: false })),
    ...final.map((status) => ({ status, row: [1, 1], message: [1, 1], superseded: true })),
    ...final.map((status) => ({ status, row: [1, 1], message: [1, 2], superseded: true })),
    ...final.map((status) => ({ status, row: [2, 1], message: [1, 2], superseded: true })),
    ...final.map((status) => ({ status, row: [1, 7], message: [2, 1], superseded: false })),
  ])(
    '(run and attempt $message) of a row that is $status at $row: superseded $superseded',
    ({ status, row: [run, attempt], message: [itsRun = 0, itsAttempt = 0], superseded }) => {
      const row = givenRow({ status, run, attempt });
      expect(isSuperseded(row, { run: itsRun, generation: 1, attempt: itsAttempt })).toBe(superseded);
    },
  );

  const kept: DeliveryStatus[] = ['succeeded', 'exhausted'];
  const left: DeliveryStatus[] = ['pending', 'retrying', 'cancelled'];

  test.each([
    ...left.map((status) => ({ status, row: [1, 1], message: [1, 3], superseded: false })),
    ...left.map((status) => ({ status, row: [1, 3], message: [1, 1], superseded: true })),
    ...kept.map((status) => ({ status, row: [1, 1], message: [1, 3], superseded: true })),
    ...kept.map((status) => ({ status, row: [1, 3], message: [1, 1], superseded: true })),
    ...DELIVERY_STATUSES.map((status) => ({ status, row: [1, 3], message: [2, 1], superseded: false })),
    ...DELIVERY_STATUSES.map((status) => ({ status, row: [2, 1], message: [1, 3], superseded: true })),
  ])(
    '(run and generation $message) of a row that is $status at $row: superseded $superseded',
    ({ status, row: [run, generation], message: [itsRun = 0, itsGeneration = 0], superseded }) => {
      const row = givenRow({ status, run, generation, attempt: 4 });
      const message = { run: itsRun, generation: itsGeneration };
      expect(isSuperseded(row, { ...message, attempt: 1 })).toBe(superseded);
      expect(isSuperseded(row, { ...message, attempt: 7 })).toBe(superseded);
    },
  );

  test('is superseded once it was made, whatever came of it', () => {
    const small = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(small, small, fc.constantFrom(...DELIVERY_STATUSES), (run, attempt, status) => {
        expect(isSuperseded(givenRow({ run, attempt, status }), { run, generation: 1, attempt })).toBe(true);
      }),
    );
  });

  test('belongs to a run that is over once it has succeeded, or is exhausted, cancelled or skipped', () => {
    const finished = DELIVERY_STATUSES.filter((status) => isFinished({ status }));
    expect(finished).toEqual(['succeeded', 'exhausted', 'cancelled', 'skipped']);
  });
});

describe('a delivery as it is listed', () => {
  test('has the fields of the contract, by its latest attempt', () => {
    const row = givenRow({ status: 'succeeded', attempt: 3, lastAttempt: givenResponse(200) });
    expect(showDelivery(row)).toEqual({
      id: `delivery_${row.id}`,
      timestamp: '2024-01-15T10:30:00Z',
      event: 'thought.created',
      event_id: 'event-1',
      accepted_at: '2026-01-15T10:30:00.000Z',
      status: 'succeeded',
      status_code: 200,
      response_time: 12,
      run: 1,
      attempt: 3,
      success: true,
      next_attempt_at: null,
    });
  });

  test('that goes on tells its error and when it is tried next', () => {
    const nextAttemptAt = ACCEPTED_AT + 300_000;
    const row = givenRow({ attempt: 2, lastAttempt: givenResponse(500), nextAttemptAt });
    expect(showDelivery(row)).toMatchObject({
      status: 'retrying',
      status_code: 500,
      attempt: 2,
      success: false,
      error: 'Response 500',
      next_attempt_at: '2026-01-15T10:35:00.000Z',
    });
  });

  test('that was answered nothing, or not attempted at all, has null figures', () => {
    expect(showDelivery(givenRow({ lastAttempt: givenResponse(null) }))).toMatchObject({ status_code: null });
    expect(showDelivery(givenRow({ status: 'cancelled', attempt: 0 }))).toMatchObject({
      status: 'cancelled',
      status_code: null,
      response_time: null,
      attempt: 0,
      success: false,
    });
  });
});
