import { type DeadLetter, readDeadLetter, showDeadLetter } from './dead-letter.ts';
import type { Hold } from './hold.ts';
import {
  assertFound,
  countByQueue,
  forEachQueue,
  type Held,
  type Session,
  walk,
  withQueues,
} from './session.ts';

/** A dead letter that is held. */
export type Found = { readonly letter: DeadLetter; readonly hold: Hold };

/** Shows dead letters, and leaves them where and as they are. */
export async function list(session: Session): Promise<void> {
  await withQueues(session, (held) => show(session, held));
}

/**
 * Shows every dead letter that a session is about: by queue, the oldest first. Where a queue fails, those that were
 * received are shown all the same.
 * @throws Error where a queue failed, the session was stopped, or there is none of the id that is looked for
 */
export async function show(session: Session, held: readonly Held[]): Promise<Found[]> {
  const queues = held.map((one) => ({ ...one, letters: new Array<DeadLetter>() }));
  const gather = () =>
    queues.flatMap(({ letters, hold }) =>
      letters.toSorted((a, b) => (a.since < b.since ? -1 : 1)).map((letter) => ({ letter, hold })),
    );
  try {
    await forEachQueue(queues, async (one) => {
      for await (const messages of walk(session, one)) {
        one.letters.push(...messages.map((message) => readDeadLetter(one.queue.name, message)));
      }
    });
  } finally {
    printLetters(session, gather());
  }
  const found = gather();
  assertFound(session, found.length);
  return found;
}

/** Prints dead letters, as JSON or for a person. */
function printLetters({ json, print }: Session, found: readonly Found[]): void {
  for (const { letter } of found) print(json ? JSON.stringify(letter) : showDeadLetter(letter));
  if (!json) print(`dead letters: ${countByQueue(found.map(({ letter }) => letter.queue))}`);
}
