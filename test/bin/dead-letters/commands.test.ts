import { describe, expect, test } from 'vitest';
import { discard } from '../../../bin/dead-letters/discard.ts';
import { list } from '../../../bin/dead-letters/list.ts';
import { redrive } from '../../../bin/dead-letters/redrive.ts';
import { AT, givenLetter, givenSession, NOW } from './given-session.ts';

const many = (count: number, prefix = 'm') =>
  Array.from({ length: count }, (_, i) => givenLetter(`${prefix}-${i}`));

/** A session whose queue `events` hands out three messages of five, and fails. */
const givenFailingQueue = () => {
  let receives = 0;
  return givenSession(
    { events: many(5), deliveries: many(5, 'd') },
    {},
    (operation, { QueueUrl }) =>
      operation === 'ReceiveMessageCommand' && QueueUrl.endsWith('events') && ++receives > 1,
  );
};

const idsOf = (printed: readonly string[]): string[] => printed.map((line) => JSON.parse(line).id);

describe('list', () => {
  test('shows every dead letter once, and leaves them visible where they are', async () => {
    const letters = { events: many(250), deliveries: many(4, 'd'), rule: [] };
    const { session, printed, told, left, hidden } = givenSession(letters, { json: true });
    await list(session);
    expect(new Set(idsOf(printed)).size).toBe(254);
    expect(printed).toHaveLength(254);
    expect(left().events).toHaveLength(250);
    expect(hidden()).toBe(0);
    expect(told).toEqual(['events: 102 messages so far', 'events: 201 messages so far']);
  });

  test('counts them by queue, for a person', async () => {
    const { session, printed } = givenSession({ events: many(2), rule: [], deliveries: many(1, 'd') });
    await list(session);
    expect(printed.at(-1)).toBe('dead letters: 3 (events 2, deliveries 1)');
    const nothing = givenSession({ events: [] });
    await list(nothing.session);
    expect(nothing.printed).toEqual(['dead letters: 0']);
  });

  test('shows one alone, and leaves the others as they were', async () => {
    const { session, printed, hidden } = givenSession({ events: many(9) }, { json: true, id: 'm-4' });
    await list(session);
    expect(idsOf(printed)).toEqual(['m-4']);
    expect(hidden()).toBe(0);
  });

  test('says so where the one is not there', async () => {
    const { session, hidden } = givenSession({ events: many(2) }, { id: 'm-9' });
    await expect(list(session)).rejects.toThrow('there is no dead letter m-9');
    expect(hidden()).toBe(0);
  });

  test('shows a message once that is received twice', async () => {
    const { session, printed, hidden, lying } = givenSession({ events: many(4) }, { json: true });
    const shown = session.print;
    const [first] = lying.get('events') ?? [];
    const send = session.sqs.send.bind(session.sqs);
    let receives = 0;
    const sqs = {
      send: (command: object) => {
        // Its time is up while the others are looked at.
        if (command.constructor.name === 'ReceiveMessageCommand' && ++receives === 2 && first) {
          first.isHidden = false;
        }
        return send(command as never);
      },
    };
    await list({ ...session, sqs: sqs as never, print: shown });
    expect(idsOf(printed).toSorted()).toEqual(['m-0', 'm-1', 'm-2', 'm-3']);
    expect(first?.receives).toBe(2);
    expect(hidden()).toBe(0);
  });

  test('shows what it could read where a queue fails, all visible again', async () => {
    const { session, printed, hidden } = givenFailingQueue();
    await expect(list(session)).rejects.toThrow('ReceiveMessageCommand is refused');
    expect(printed.at(-1)).toBe('dead letters: 8 (events 3, deliveries 5)');
    expect(hidden()).toBe(0);
  });

  test('tells how many stay hidden', async () => {
    const { session, told } = givenSession(
      { events: many(5) },
      {},
      (operation, { ReceiptHandle }) =>
        operation === 'ChangeMessageVisibilityCommand' && ReceiptHandle.startsWith('m-1'),
    );
    await list(session);
    expect(told).toEqual(['stay hidden for up to ten minutes: 1']);
  });

  test('that is stopped says so, and hides nothing', async () => {
    const stop = new AbortController();
    const { session, hidden } = givenSession({ events: many(9) }, { signal: stop.signal });
    const send = session.sqs.send.bind(session.sqs);
    const sqs = {
      send: (command: object) => {
        stop.abort();
        return send(command as never);
      },
    };
    await expect(list({ ...session, sqs: sqs as never })).rejects.toThrow('it was stopped');
    expect(hidden()).toBe(0);
  });
});

describe('redrive', () => {
  test('puts each onto the queue that it belongs on, with its group, and leaves nothing', async () => {
    const letters = {
      rule: [givenLetter('r', { texts: { ERROR_CODE: 'THROTTLED' } })],
      deliveries: [givenLetter('d', { body: '{"a":1}', system: { MessageGroupId: 'group' } })],
    };
    const { session, sent, printed, left } = givenSession(letters);
    await redrive(session, NOW);
    expect(sent).toEqual([
      { queueUrl: 'https://sqs/home-of-rule', body: 'nonsense', groupId: undefined, putBackAt: AT },
      { queueUrl: 'https://sqs/home-of-deliveries', body: '{"a":1}', groupId: 'group', putBackAt: AT },
    ]);
    expect(left()).toEqual({ rule: [], deliveries: [] });
    expect(printed).toEqual(['put back: 2 (rule 1, deliveries 1)']);
  });

  test('unwraps what a schedule could not send', async () => {
    const input = { QueueUrl: 'https://sqs/gone', MessageBody: '{"attempt":3}', MessageGroupId: 'group' };
    const texts = { SCHEDULE_ARN: 'arn', ERROR_CODE: 'QueueDoesNotExist' };
    const { session, sent } = givenSession({
      schedules: [givenLetter('s', { body: JSON.stringify(input), texts })],
    });
    await redrive(session, NOW);
    expect(sent).toEqual([
      {
        queueUrl: 'https://sqs/home-of-schedules',
        body: '{"attempt":3}',
        groupId: 'group',
        putBackAt: AT,
      },
    ]);
  });

  test.each(['nonsense', '{"MessageBody":7}', '"{}"'])('leaves a schedule’s that is %s', async (body) => {
    const letter = givenLetter('s', { body, texts: { SCHEDULE_ARN: 'arn' } });
    const { session, sent, told, left, hidden } = givenSession({ schedules: [letter] });
    await expect(redrive(session, NOW)).rejects.toThrow('1 could not be put back, and stay');
    expect(told).toEqual(['schedules  s stays: the input of its schedule cannot be read']);
    expect([sent, left(), hidden()]).toEqual([[], { schedules: ['s'] }, 0]);
  });

  test('sends first and deletes after: one that cannot be sent stays, and stops no other', async () => {
    const { session, printed, told, left, hidden } = givenSession(
      { events: [...many(5), givenLetter('bad', { body: 'bad' }), ...many(5, 'n')] },
      {},
      (operation, { MessageBody }) => operation === 'SendMessageCommand' && MessageBody === 'bad',
    );
    await expect(redrive(session, NOW)).rejects.toThrow('1 could not be put back, and stay');
    expect(left()).toEqual({ events: ['bad'] });
    expect(hidden()).toBe(0);
    expect(told).toEqual(['events  bad stays: SendMessageCommand is refused']);
    expect(printed).toEqual(['put back: 10 (events 10)']);
  });

  test('tells of one that was sent and not deleted', async () => {
    const { session, sent, told, left } = givenSession(
      { events: many(1) },
      {},
      (operation) => operation === 'DeleteMessageCommand',
    );
    await expect(redrive(session, NOW)).rejects.toThrow('1 could not be put back');
    expect(sent).toHaveLength(1);
    expect(left()).toEqual({ events: ['m-0'] });
    expect(told).toEqual(['events  m-0 was put back, and stays too: DeleteMessageCommand is refused']);
  });

  test('goes round once where all come back at once', async () => {
    const { session, sent, printed, lying, hidden } = givenSession({ events: many(4) });
    const send = session.sqs.send.bind(session.sqs);
    const sqs = {
      send: (command: { input: { MessageBody: string } }) => {
        if (command.constructor.name === 'SendMessageCommand') {
          const back = givenLetter(`back-${sent.length}`, { texts: { put_back_at: AT } });
          const MessageId = back.MessageId ?? '';
          lying.get('events')?.push({ ...back, MessageId, isHidden: false, receives: 0 });
        }
        return send(command as never);
      },
    };
    await redrive({ ...session, sqs: sqs as never }, NOW);
    expect(sent).toHaveLength(4);
    expect(printed).toEqual(['put back: 4 (events 4)', 'came back meanwhile, and stay: 4 (events 4)']);
    expect(hidden()).toBe(0);
  });

  test('puts back again what an earlier one has put back', async () => {
    const texts = { put_back_at: new Date(NOW - 1).toISOString() };
    const { session, sent } = givenSession({ events: [givenLetter('m', { texts })] });
    await redrive(session, NOW);
    expect(sent).toHaveLength(1);
  });

  test('puts back one alone', async () => {
    const { session, sent, left, hidden } = givenSession({ events: many(9) }, { id: 'm-7' });
    await redrive(session, NOW);
    expect(sent).toHaveLength(1);
    expect(left().events).toHaveLength(8);
    expect(hidden()).toBe(0);
  });

  test('says so where the one is not there', async () => {
    const { session } = givenSession({ events: many(1) }, { id: 'm-9' });
    await expect(redrive(session, NOW)).rejects.toThrow('there is no dead letter m-9');
  });

  test('of one queue goes on where another fails, and tells what was put back of both', async () => {
    const { session, printed, left } = givenFailingQueue();
    await expect(redrive(session, NOW)).rejects.toThrow('ReceiveMessageCommand is refused');
    expect(left()).toEqual({ events: ['m-3', 'm-4'], deliveries: [] });
    expect(printed).toEqual(['put back: 8 (events 3, deliveries 5)']);
  });
});

describe('discard', () => {
  test('shows what it would delete, asks, and deletes it', async () => {
    const { session, printed, told, asked, left } = givenSession({ events: many(14) });
    await discard(session);
    expect(printed).toHaveLength(15);
    expect(asked).toEqual(['Discard these 14 for good? yes or no: ']);
    expect(told).toEqual(['discarded: 14 (events 14)']);
    expect(left()).toEqual({ events: [] });
  });

  test('deletes nothing where the answer is no', async () => {
    const { session, told, left, hidden } = givenSession({ events: many(4) }, { confirm: async () => false });
    await discard(session);
    expect(told).toEqual(['nothing was discarded']);
    expect(left().events).toHaveLength(4);
    expect(hidden()).toBe(0);
  });

  test('deletes what it has shown, and nothing that came while it asked', async () => {
    const given = givenSession({ events: many(2) });
    const confirm = async () => {
      given.lying.get('events')?.push({ MessageId: 'late', isHidden: false, receives: 0 });
      return true;
    };
    await discard({ ...given.session, confirm });
    expect(given.left()).toEqual({ events: ['late'] });
  });

  test('shows what it could read where a queue fails, asks nothing and deletes nothing', async () => {
    const { session, printed, told, asked, left, hidden } = givenFailingQueue();
    await expect(discard({ ...session, yes: true })).rejects.toThrow('ReceiveMessageCommand is refused');
    expect(printed.at(-1)).toBe('dead letters: 8 (events 3, deliveries 5)');
    expect([told, asked]).toEqual([['nothing was discarded'], []]);
    expect(Object.values(left()).flat()).toHaveLength(10);
    expect(hidden()).toBe(0);
  });

  test('asks nothing where it is told yes, or has nothing', async () => {
    const told = givenSession({ events: many(1) }, { yes: true });
    await discard(told.session);
    expect([told.asked, told.left()]).toEqual([[], { events: [] }]);
    const nothing = givenSession({ events: [] });
    await discard(nothing.session);
    expect(nothing.asked).toEqual([]);
  });

  test('deletes one alone', async () => {
    const { session, left, hidden } = givenSession({ events: many(5) }, { id: 'm-3' });
    await discard(session);
    expect(left().events).toEqual(['m-0', 'm-1', 'm-2', 'm-4']);
    expect(hidden()).toBe(0);
  });

  test('tells of each that could not be deleted, and goes on', async () => {
    const { session, told, left } = givenSession(
      { events: many(4) },
      {},
      (operation, { ReceiptHandle }) =>
        operation === 'DeleteMessageCommand' && ReceiptHandle.startsWith('m-1'),
    );
    await expect(discard(session)).rejects.toThrow('1 could not be discarded');
    expect(told).toEqual(['events  m-1 stays: DeleteMessageCommand is refused', 'discarded: 3 (events 3)']);
    expect(left()).toEqual({ events: ['m-1'] });
  });
});
