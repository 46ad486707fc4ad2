import { setTimeout as sleep } from 'node:timers/promises';
import type { PaginationAnswer, RecoveryAnswer } from '../../../core/answers.ts';
import { RECOVERED, STATUSES_RECOVERED } from '../../../core/recovery.ts';
import { UsageError } from '../../command-line.ts';
import { webhookPath } from '../api.ts';
import { defineCommand, type Session, Unsuccessful } from '../command.ts';
import { readTime } from '../input.ts';
import { LIST_OPTIONS, printList, walk } from '../lists.ts';
import { describeProgress } from '../progress.ts';
import { plain, showObject } from '../show.ts';

/** A recovery takes a step a second at most. */
const LOOK_EVERY_MS = 1000;

const pathOf = (webhookId: string, ...parts: string[]) => webhookPath(webhookId, 'recoveries', ...parts);

type Answer = { readonly text: string; readonly body: RecoveryAnswer };
type Expected = { readonly count: number; readonly isExact: boolean };

const show = ({ json, print }: Session, { text, body }: Answer) => print(json ? text : showObject(body));

/** How many deliveries there are to recover in a range: the API counts up to 10,000 of each kind. */
async function countMissed(
  { api }: Session,
  { webhook_id, since, until, status }: Pick<RecoveryAnswer, 'webhook_id' | 'since' | 'until' | 'status'>,
): Promise<Expected> {
  const path = webhookPath(webhook_id, 'deliveries');
  const totals = await Promise.all(
    STATUSES_RECOVERED[status].map(async (each) => {
      const query = { status: each, since, until, limit: 1 };
      const { body } = await api()<{ pagination: PaginationAnswer }>('GET', path, { query });
      return body.pagination;
    }),
  );
  return {
    count: totals.reduce((sum, { total = 0 }) => sum + total, 0),
    isExact: totals.every(({ total_relation }) => total_relation === undefined),
  };
}

/** Tells how far it has come: in one line of a terminal, else a line whenever something has changed. Scripts read the end. */
function createTeller({ json, redraw, tell }: Session): (line: string) => void {
  let told = '';
  return (line) => {
    if (json || line === told) return;
    told = line;
    if (redraw) redraw(line);
    else tell(line);
  };
}

/**
 * Watches a recovery until it is over, or until Ctrl-C, which ends the watching alone.
 * @throws Unsuccessful where it was cancelled
 */
async function watch(session: Session, begun: Answer): Promise<void> {
  const { webhook_id, id } = begun.body;
  const left = await countMissed(session, begun.body);
  const expected = { ...left, count: left.count + begun.body.replayed };
  const teller = createTeller(session);
  let answer = begun;
  while (true) {
    teller(describeProgress(answer.body, expected));
    if (answer.body.state !== 'running' || session.signal.aborted) break;
    await sleep(LOOK_EVERY_MS, undefined, { signal: session.signal }).catch(() => undefined);
    if (!session.signal.aborted) answer = await session.api()('GET', pathOf(webhook_id, id));
  }
  if (session.redraw && !session.json) session.tell('');
  if (answer.body.state === 'running') return tellHowToGoOn(session, answer.body);
  show(session, answer);
  if (answer.body.state === 'cancelled')
    throw new Unsuccessful(plain(`${id} was cancelled: ${answer.body.cancelled_reason}`));
}

function tellHowToGoOn({ tell }: Session, { webhook_id, id }: RecoveryAnswer): void {
  const command = (name: string) => `cathcr-webhooks recoveries ${name} ${webhook_id} ${id}`;
  tell(`${id} goes on by itself. To watch it: ${command('show')} --wait\nTo end it: ${command('cancel')}`);
}

const start = defineCommand({
  summary: 'replays all that a webhook has missed in a time, each delivery once, and shows how far it is',
  takes: ['WEBHOOK_ID'],
  options: {
    since: { value: 'TIME', help: 'what was accepted then or later: ISO 8601, or so long ago: 15m, 2h, 3d' },
    until: { value: 'TIME', help: 'accepted before then; else until now' },
    status: {
      value: 'STATUS',
      help: `${RECOVERED.join(', ')} (both, where it is absent): given up, or kept and not sent`,
    },
    'no-wait': { help: 'begin it, and do not watch' },
  },
  about: `It goes on by itself, no faster than the webhook takes it: Ctrl-C ends the watching, and not the recovery. To ask for
the same range again while it runs shows the one that there is, where --since is a time: 2d is
another one a moment later, which is refused. Exit code 1 where it was cancelled.`,
  examples: [
    ['cathcr-webhooks recoveries start webhook_018d… --since 2d', 'after two days of trouble'],
    [
      'cathcr-webhooks recoveries start webhook_018d… --since 2024-01-15T10:00:00Z --status skipped --no-wait --json | jq -r .id',
      'what was kept while it was off, by a script',
    ],
  ],
  run: async (session, [id = ''], { since, until, status, 'no-wait': noWait }) => {
    if (since === undefined) throw new UsageError('--since is missing');
    const [from, to] = [since, until].map((time) => readTime(time, session.now()));
    const body = JSON.stringify({ since: from, until: to, status });
    const begun = await session.api()<RecoveryAnswer>('POST', pathOf(id), { body });
    if (noWait) return show(session, begun);
    await watch(session, begun);
  },
});

const showOne = defineCommand({
  summary: 'shows a recovery: how it stands, and how far it has come',
  takes: ['WEBHOOK_ID', 'RECOVERY_ID'],
  options: { wait: { help: 'watch it until it is over; exit code 1 where it was cancelled' } },
  examples: [['cathcr-webhooks recoveries show webhook_018d… recovery_1 --wait', 'goes on watching it']],
  run: async (session, [webhookId = '', id = ''], { wait }) => {
    const answer = await session.api()<RecoveryAnswer>('GET', pathOf(webhookId, id));
    if (wait) await watch(session, answer);
    else show(session, answer);
  },
});

const list = defineCommand({
  summary: 'shows the recoveries of a webhook, the newest first',
  takes: ['WEBHOOK_ID'],
  options: LIST_OPTIONS,
  examples: [['cathcr-webhooks recoveries list webhook_018d…', 'those of late']],
  run: (session, [id = ''], values) =>
    printList(
      session,
      {
        rows: (limit) => walk<RecoveryAnswer>(session.api(), pathOf(id), 'recoveries', { limit }),
        head: ['ID', 'STATE', 'SINCE', 'UNTIL', 'STATUS', 'REPLAYED', 'DELIVERED'],
        row: ({ state, since, until, status, replayed, delivered, ...recovery }) => [
          recovery.id,
          state,
          since,
          until,
          status,
          String(replayed),
          String(delivered),
        ],
      },
      values,
    ),
});

const cancel = defineCommand({
  summary: 'ends a recovery where it stands; what it has replayed is sent',
  takes: ['WEBHOOK_ID', 'RECOVERY_ID'],
  options: {},
  examples: [['cathcr-webhooks recoveries cancel webhook_018d… recovery_1', 'enough of it']],
  run: async (session, [webhookId = '', id = '']) =>
    show(session, await session.api()('POST', pathOf(webhookId, id, 'cancel'))),
});

export const RECOVERY_COMMANDS = {
  'recoveries start': start,
  'recoveries list': list,
  'recoveries show': showOne,
  'recoveries cancel': cancel,
};
