import { PUT_BACK_AT, REASON } from '../../lambdas/aws/dead-letters.ts';
import type { Received } from './hold.ts';
import { readSubject, type Subject } from './subject.ts';

/** A dead letter as it is shown, and as `--json` prints it. Times are ISO 8601. */
export type DeadLetter = Subject & {
  readonly queue: string;
  readonly id: string;
  /** When it was put aside; of one that was received too often: when it was queued first. */
  readonly since: string;
  /** How often it was received, by whoever looked at it too. */
  readonly received: number;
  readonly reason: string;
  /** When it was last put back from among the dead letters. */
  readonly put_back_at?: string | undefined;
};

/** Why a message is here, by whoever put it here: our functions; EventBridge or Scheduler; the queue itself. */
function reasonOf({ texts, system }: Received): string {
  if (texts[REASON]) return texts[REASON];
  if (texts.ERROR_CODE) return [texts.ERROR_CODE, texts.ERROR_MESSAGE].filter(Boolean).join(': ');
  return system.DeadLetterQueueSourceArn
    ? 'was received too often, and never processed: the logs of that time say what it met'
    : 'no reason is given: it was put here by hand, or its body left no room for one';
}

/** A text as a terminal may show it. */
const clean = (text: string) => text.replace(/\p{C}/gu, ' ').slice(0, 1024);

/** What there is to say of a message in the dead-letter queue called `queue`. */
export function readDeadLetter(queue: string, message: Received): DeadLetter {
  const { id, body, system, texts } = message;
  return {
    queue,
    id,
    since: new Date(Number(system.SentTimestamp)).toISOString(),
    received: Number(system.ApproximateReceiveCount),
    reason: clean(reasonOf(message)),
    put_back_at: texts[PUT_BACK_AT] && clean(texts[PUT_BACK_AT]),
    ...readSubject(body),
  };
}

const showSubject = ({ event, event_id, webhook_id, delivery_id, run, attempt }: Subject): string =>
  [
    event,
    event_id && `event ${event_id}`,
    webhook_id,
    delivery_id && `delivery_${delivery_id}`,
    run && `run ${run}`,
    attempt && `attempt ${attempt}`,
  ]
    .filter(Boolean)
    .join(', ');

/** A dead letter in two or three lines. */
export function showDeadLetter(letter: DeadLetter): string {
  const { queue, id, since, received, reason, put_back_at: putBackAt } = letter;
  const putBack = putBackAt ? `, put back ${putBackAt}` : '';
  const lines = [`${queue}  ${id}  since ${since}, received ${received}×${putBack}`];
  return [...lines, showSubject(letter), reason].filter(Boolean).join('\n    ');
}
