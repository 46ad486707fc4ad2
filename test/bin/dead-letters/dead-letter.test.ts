import { describe, expect, test } from 'vitest';
import { readDeadLetter, showDeadLetter } from '../../../bin/dead-letters/dead-letter.ts';
import type { Received } from '../../../bin/dead-letters/hold.ts';
import { readSubject } from '../../../bin/dead-letters/subject.ts';
import { givenMessage, givenScheduledMessage } from '../../lambdas/given-delivery.ts';
import { givenEnvelope } from '../../lambdas/given-dispatch.ts';
import { AT, NOW } from './given-session.ts';

const given = (changes: Partial<Received> = {}): Received => ({
  id: 'message-1',
  body: 'nonsense',
  system: { SentTimestamp: String(NOW), ApproximateReceiveCount: '3' },
  texts: {},
  ...changes,
});

const { webhook_id, delivery_id } = givenMessage();
const delivery = { webhook_id, delivery_id, run: 1 };

describe('a dead letter is about', () => {
  test.each([
    ['the event of an envelope', givenEnvelope(), { event: 'thought.deleted', event_id: 'event-1' }],
    [
      'a delivery and its event',
      JSON.stringify(givenMessage()),
      { ...delivery, attempt: 1, event: 'thought.deleted', event_id: 'event-1' },
    ],
    [
      'a delivery and the id of its event',
      JSON.stringify(givenScheduledMessage(3)),
      { ...delivery, attempt: 3, event_id: 'event-1' },
    ],
    [
      'a delivery that a schedule was to send',
      JSON.stringify({ QueueUrl: 'u', MessageBody: JSON.stringify(givenScheduledMessage(4)) }),
      { ...delivery, attempt: 4, event_id: 'event-1' },
    ],
    ['nothing that can be read', 'nonsense', {}],
    ['nothing in a list', '[1]', {}],
    ['nothing in null', 'null', {}],
    ['nothing in a schedule of nonsense', '{"MessageBody":"nonsense"}', {}],
    ['what can be read of it', '{"webhook_id":7,"delivery_id":"x","attempt":3}', { attempt: 3 }],
    ['no id of another form', '{"detail":{"id":"private words","event":"thought.eaten"}}', {}],
    ['no id of an event of another form', '{"event_id":"private words"}', {}],
  ])('%s', (_, body, subject) => {
    expect(readSubject(body)).toEqual(subject);
  });
});

describe('a dead letter is there', () => {
  const reasonOf = (changes: Partial<Received>) => readDeadLetter('events', given(changes)).reason;

  test('for the reason that a function gave', () => {
    expect(reasonOf({ texts: { reason: 'data.user_id takes a string' } })).toBe(
      'data.user_id takes a string',
    );
  });

  test('for what EventBridge or Scheduler met', () => {
    const texts = { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'not allowed', RULE_ARN: 'arn' };
    expect(reasonOf({ texts })).toBe('NO_PERMISSIONS: not allowed');
    expect(reasonOf({ texts: { ERROR_CODE: 'SDK_CLIENT_ERROR' } })).toBe('SDK_CLIENT_ERROR');
  });

  test('for having been received too often', () => {
    const system = { SentTimestamp: String(NOW), DeadLetterQueueSourceArn: 'arn' };
    expect(reasonOf({ system })).toMatch(/^was received too often/);
  });

  test('without a reason where there was no room for one', () => {
    expect(reasonOf({})).toMatch(/no room/);
  });

  test('and shows nothing that a terminal would obey', () => {
    expect(reasonOf({ texts: { reason: 'a\u001b[2Jb\nc' } })).toBe('a [2Jb c');
  });
});

test('a dead letter is shown with all that is known, and no word of its payload', () => {
  const body = givenEnvelope();
  const letter = readDeadLetter('events', given({ body, texts: { reason: 'why', put_back_at: AT } }));
  expect(letter).toEqual({
    queue: 'events',
    id: 'message-1',
    since: AT,
    received: 3,
    reason: 'why',
    put_back_at: AT,
    event: 'thought.deleted',
    event_id: 'event-1',
  });
  expect(showDeadLetter(letter)).toBe(
    `events  message-1  since ${AT}, received 3×, put back ${AT}\n` +
      '    thought.deleted, event event-1\n    why',
  );
});

test('a dead letter of which little is known is shown in two lines', () => {
  const letter = readDeadLetter('events', given({ texts: { reason: 'why' } }));
  expect(showDeadLetter(letter)).toBe(`events  message-1  since ${AT}, received 3×\n    why`);
});
