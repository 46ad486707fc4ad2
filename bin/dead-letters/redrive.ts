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

/** A queue of a session, and what became of its dead letters so far. */
type Redriven = Held & { readonly outcomes: Outcome[] };

/**
 * Puts dead letters back onto the queues that they belong on: each is sent first and deleted after, so that one that
 * meets trouble stays, and comes twice at worst, which every queue of this system must bear. Where a queue fails, what
 * was put back is told all the same.
 * @param now epoch ms
 * @throws Error where a queue failed, or some could not be put back
 */
export function redrive(session: Session, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  return withQueues(session, async (held) => {
    const queues = held.map((one): Redriven => ({ ...one, outcomes: [] }));
    try {
      await forEachQueue(queues, (one) => redriveQueue(session, one, at));
    } finally {
      printOutcomes(session, queues);
    }
    const left = queuesOf(queues, 'stays').length;
    if (left > 0) throw new Error(`${left} could not be put back, and stay`);
    assertFound(session, queues.flatMap(({ outcomes }) => outcomes).length);
  });
}

async function redriveQueue(session: Session, { outcomes, ...held }: Redriven, at: string): Promise<void> {
  for await (const messages of walk(session, held)) {
    outcomes.push(
      ...(await Promise.all(messages.map((message) => redriveMessage(session, held, message, at)))),
    );
  }
}

/** The names of the queues of those dead letters that came to `wanted`. */
const queuesOf = (queues: readonly Redriven[], wanted: Outcome): string[] =>
  queues.flatMap(({ queue, outcomes }) =>
    outcomes.filter((outcome) => outcome === wanted).map(() => queue.name),
  );

function printOutcomes({ print }: Session, queues: readonly Redriven[]): void {
  print(`put back: ${countByQueue(queuesOf(queues, 'put back'))}`);
  const cameBack = queuesOf(queues, 'came back');
  if (cameBack.length > 0) print(`came back meanwhile, and stay: ${countByQueue(cameBack)}`);
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
