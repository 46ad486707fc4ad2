import { PUT_BACK_AT } from '../../lambdas/aws/dead-letters.ts';
import type { Received } from './hold.ts';
import { putBack } from './put-back.ts';
import {
  assertFound,
  countByQueue,
  forEachQueue,
  type Held,
  type Session,
  walk,
  withQueues,
} from './session.ts';

/** What became of a dead letter that was to be put back. */
type Outcome = 'put back' | 'came back' | 'stays';

/**
 * Puts dead letters back onto the queues that they belong on: each is sent first and deleted after, so that one that
 * meets trouble stays, and comes twice at worst, which every queue of this system must bear.
 * @param now epoch ms
 * @throws Error where some could not be put back
 */
export function redrive(session: Session, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  return withQueues(session, async (held) => {
    const outcomes = (await forEachQueue(held, (one) => redriveQueue(session, one, at))).flat();
    const queuesOf = (wanted: Outcome) =>
      outcomes.filter(({ outcome }) => outcome === wanted).map(({ queue }) => queue);
    session.print(`put back: ${countByQueue(queuesOf('put back'))}`);
    const cameBack = queuesOf('came back');
    if (cameBack.length > 0) session.print(`came back meanwhile, and stay: ${countByQueue(cameBack)}`);
    const left = queuesOf('stays').length;
    if (left > 0) throw new Error(`${left} could not be put back, and stay`);
    assertFound(session, outcomes.length);
  });
}

async function redriveQueue(session: Session, held: Held, at: string) {
  const outcomes: { queue: string; outcome: Outcome }[] = [];
  for await (const messages of walk(session, held)) {
    const made = await Promise.all(messages.map((message) => redriveMessage(session, held, message, at)));
    outcomes.push(...made.map((outcome) => ({ queue: held.queue.name, outcome })));
  }
  return outcomes;
}

/** One that this very command has put back before is left: it would go round for ever. */
async function redriveMessage(
  { sqs, tell }: Session,
  { queue, hold }: Held,
  message: Received,
  at: string,
): Promise<Outcome> {
  if (message.texts[PUT_BACK_AT] === at) return 'came back';
  const stays = (why: string, error: unknown): Outcome => {
    tell(`${queue.name}  ${message.id} ${why}: ${(error as Error).message}`);
    return 'stays';
  };
  try {
    await putBack(sqs, at)(message, queue.belongsOn);
  } catch (error) {
    return stays('stays', error);
  }
  try {
    await hold.delete(message.id);
  } catch (error) {
    return stays('was put back, and stays too', error);
  }
  return 'put back';
}
