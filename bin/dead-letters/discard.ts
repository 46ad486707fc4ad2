import { type Found, show } from './list.ts';
import { countByQueue, type Session, withQueues } from './session.ts';

/** How many are deleted at once. */
const MAX_PARALLEL = 10;
const NOTHING = 'nothing was discarded';

/**
 * Shows dead letters, asks, and deletes exactly those.
 * @throws Error where not all of them could be shown, and none is deleted; or some could not be deleted
 */
export function discard(session: Session): Promise<void> {
  return withQueues(session, async (held) => {
    const found = await show(session, held).catch((error) => {
      session.tell(NOTHING);
      throw error;
    });
    if (found.length === 0) return;
    if (session.yes || (await session.confirm(`Discard these ${found.length} for good? yes or no: `))) {
      await deleteAll(session, found);
    } else session.tell(NOTHING);
  });
}

/** @throws Error where some of them could not be deleted */
async function deleteAll(session: Session, found: readonly Found[]): Promise<void> {
  const waiting = [...found];
  const gone: string[] = [];
  while (waiting.length > 0) {
    await Promise.all(
      waiting.splice(0, MAX_PARALLEL).map(async ({ letter: { id, queue }, hold }) => {
        try {
          await hold.delete(id);
          gone.push(queue);
        } catch (error) {
          session.tell(`${queue}  ${id} stays: ${(error as Error).message}`);
        }
      }),
    );
  }
  session.tell(`discarded: ${countByQueue(gone)}`);
  const left = found.length - gone.length;
  if (left > 0) throw new Error(`${left} could not be discarded`);
}
