import { showDeadLetter } from './dead-letter.ts';
import { countByQueue, type Found, gather, type Session, withQueues } from './session.ts';

/** Shows dead letters, and leaves them where and as they are. */
export function list(session: Session): Promise<void> {
  return withQueues(session, async (held) => printLetters(session, await gather(session, held)));
}

/** Prints dead letters, as JSON or for a person. */
export function printLetters({ json, print }: Session, found: readonly Found[]): void {
  for (const { letter } of found) print(json ? JSON.stringify(letter) : showDeadLetter(letter));
  if (!json) print(`dead letters: ${countByQueue(found.map(({ letter }) => letter.queue))}`);
}
