import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Message, toMessage } from '../../local/sqs/message.ts';
import { WaitingMessages } from '../../local/sqs/waiting-messages.ts';

const newMessage = (id: string, groupId?: string): Message =>
  toMessage({ id, body: id, groupId, senderId: 'test', sentAt: 0, visibleAt: 0 });

const takeAll = (waiting: WaitingMessages) => {
  const ids: string[] = [];
  for (let next = waiting.takeNext(); next; next = waiting.takeNext()) ids.push(next.id);
  return ids;
};

test('messages without a group come in the order in which they became visible', () => {
  const waiting = new WaitingMessages();
  for (const id of ['a', 'b', 'c']) waiting.add(newMessage(id));

  expect(takeAll(waiting)).toEqual(['a', 'b', 'c']);
});

test('tenants take turns, whatever the backlog of one of them', () => {
  const waiting = new WaitingMessages();
  for (const id of ['a1', 'a2', 'a3', 'a4']) waiting.add(newMessage(id, 'a'));
  for (const id of ['b1', 'b2']) waiting.add(newMessage(id, 'b'));

  expect(takeAll(waiting)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
});

test('a tenant that got its messages done is served as any other again', () => {
  const waiting = new WaitingMessages();
  waiting.add(newMessage('a1', 'a'));
  waiting.add(newMessage('a2', 'a'));
  const first = waiting.takeNext() as Message;
  waiting.add(newMessage('b1', 'b'));
  waiting.release(first);

  expect(takeAll(waiting)).toEqual(['a2', 'b1']);
});

test('a discarded message is not taken', () => {
  const waiting = new WaitingMessages();
  const messages = ['a', 'b', 'c'].map((id) => newMessage(id, 'g'));
  for (const message of messages) waiting.add(message);

  waiting.discard(messages[1] as Message);
  waiting.discard(messages[0] as Message);

  expect(waiting.size).toBe(1);
  expect(takeAll(waiting)).toEqual(['c']);
});

type Step = { act: 'add' | 'take' | 'release' | 'return' | 'discard'; group: string | undefined };
const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom('add', 'take', 'release', 'return', 'discard'),
    group: fc.constantFrom('a', 'b', 'c', undefined),
  }),
);

test('whatever happens, the next one is the oldest of a tenant with the fewest in flight', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const waiting = new WaitingMessages();
      const model = { waiting: [] as Message[], inFlight: [] as Message[] };
      for (const [index, step] of sequence.entries()) {
        play(step, String(index), waiting, model);
        expect(waiting.size).toBe(model.waiting.length);
        expect(waiting.next?.id).toBe(findNext(model)?.id);
      }
    }),
  );
});

type Model = { waiting: Message[]; inFlight: Message[] };

function play({ act, group }: Step, id: string, waiting: WaitingMessages, model: Model): void {
  const [waits, works] = [model.waiting[0], model.inFlight[0]];
  if (act === 'add') {
    const message = newMessage(id, group);
    waiting.add(message);
    model.waiting.push(message);
  }
  if (act === 'take' && waits) {
    const message = waiting.takeNext() as Message;
    model.waiting = model.waiting.filter((each) => each !== message);
    model.inFlight.push(message);
  }
  if (act === 'discard' && waits) {
    waiting.discard(waits);
    model.waiting.shift();
  }
  if ((act === 'release' || act === 'return') && works) {
    waiting.release(works);
    model.inFlight.shift();
    if (act === 'release') return;
    waiting.add(works);
    model.waiting.push(works);
  }
}

function findNext({ waiting, inFlight }: Model): Message | undefined {
  const loadOf = ({ groupId }: Message) =>
    groupId === undefined ? 0 : inFlight.filter((each) => each.groupId === groupId).length;
  return waiting.toSorted((a, b) => loadOf(a) - loadOf(b) || a.order - b.order)[0];
}
