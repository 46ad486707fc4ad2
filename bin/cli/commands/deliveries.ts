import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { AttemptAnswer, DeliveryAnswer, deliveryDetailAnswer } from '../../../core/answers.ts';
import { DELIVERY_STATUSES, UNDELIVERED } from '../../../core/delivery.ts';
import { webhookPath } from '../api.ts';
import { defineCommand, type Session, Unsuccessful } from '../command.ts';
import { composeWithData, readTime, SAMPLE_OPTIONS } from '../input.ts';
import { LIST_OPTIONS, printList, walk } from '../lists.ts';
import { plain, showObject, showTable } from '../show.ts';

type DeliveryDetail = z.output<typeof deliveryDetailAnswer>;

/** How long `--wait` looks for an outcome, and how often. */
const WAIT_MS = 90_000;
const LOOK_EVERY_MS = 250;

const WAIT_OPTION = {
  wait: { help: 'wait for the outcome of the attempt; exit code 1 where it failed' },
} as const;

const outcomeOf = ({ status_code, error }: { status_code: number | null; error?: string | undefined }) =>
  error ?? (status_code === null ? '' : String(status_code));

const list = defineCommand({
  summary: 'shows the deliveries of a webhook, the newest first',
  takes: ['WEBHOOK_ID'],
  options: {
    status: {
      value: 'STATUS',
      help: `only those that stand so: ${[...DELIVERY_STATUSES, UNDELIVERED].join(', ')}`,
    },
    event: { value: 'EVENT', help: 'only those of this event' },
    since: { value: 'TIME', help: 'accepted then or later: ISO 8601, or so long ago: 90s, 15m, 2h, 3d' },
    until: { value: 'TIME', help: 'accepted before then' },
    ...LIST_OPTIONS,
  },
  examples: [
    [
      'cathcr-webhooks deliveries list webhook_018d… --status exhausted --since 2d',
      'what was given up since',
    ],
    ['cathcr-webhooks deliveries list webhook_018d… --all --json | jq -s length', 'how many there are'],
  ],
  run: (session, [id = ''], { since, until, status, event, ...values }) => {
    const path = webhookPath(id, 'deliveries');
    const [from, to] = [since, until].map((time) => readTime(time, session.now()));
    const query = { status, event, since: from, until: to };
    return printList(
      session,
      {
        rows: (limit) => walk<DeliveryAnswer>(session.api(), path, 'deliveries', { limit, query }),
        head: ['ID', 'ACCEPTED', 'EVENT', 'STATUS', 'ATTEMPT', 'LATEST'],
        row: (delivery) => [
          delivery.id,
          delivery.accepted_at,
          delivery.event,
          delivery.status,
          `${delivery.run}.${delivery.attempt}`,
          outcomeOf(delivery),
        ],
      },
      values,
    );
  },
});

function showDetail({ payload, attempts, ...fields }: DeliveryDetail): string {
  const rows = attempts.map((attempt) => [
    `${attempt.run}.${attempt.attempt}`,
    attempt.timestamp,
    `${attempt.response_time} ms`,
    outcomeOf(attempt),
  ]);
  return [
    showObject(fields),
    showTable([['ATTEMPT', 'BEGUN', 'TOOK', 'OUTCOME'], ...rows]),
    plain(JSON.stringify(payload, null, 2)),
  ].join('\n\n');
}

const get = defineCommand({
  summary: 'shows a delivery: its attempts, and what is sent',
  takes: ['WEBHOOK_ID', 'DELIVERY_ID'],
  options: {},
  examples: [
    ['cathcr-webhooks deliveries get webhook_018d… delivery_018d…', 'all there is of one'],
    [
      'cathcr-webhooks deliveries get webhook_018d… 018d… --json | jq .payload',
      'by the id in X-Cathcr-Delivery',
    ],
  ],
  run: async ({ api, json, print }, [webhookId = '', deliveryId = '']) => {
    const { text, body } = await api()<DeliveryDetail>(
      'GET',
      webhookPath(webhookId, 'deliveries', deliveryId),
    );
    print(json ? text : showDetail(body));
  },
});

const logs = defineCommand({
  summary: 'shows every attempt of a webhook, the newest first',
  takes: ['WEBHOOK_ID'],
  options: LIST_OPTIONS,
  about: 'With --json each has its request and response, bodies to their first 4 KiB.',
  examples: [
    ['cathcr-webhooks logs webhook_018d… --limit 50', 'the latest 50'],
    [
      `cathcr-webhooks logs webhook_018d… --json | jq -r 'select(.success | not) | .response.body'`,
      'what was answered',
    ],
  ],
  run: (session, [id = ''], values) =>
    printList(
      session,
      {
        rows: (limit) => walk<AttemptAnswer>(session.api(), webhookPath(id, 'logs'), 'logs', { limit }),
        head: ['BEGUN', 'DELIVERY', 'EVENT', 'ATTEMPT', 'TOOK', 'OUTCOME'],
        row: (attempt) => [
          attempt.timestamp,
          attempt.delivery_id,
          attempt.event,
          `${attempt.run}.${attempt.attempt}`,
          `${attempt.response_time} ms`,
          outcomeOf(attempt),
        ],
      },
      values,
    ),
});

/** Sends something, and says under which delivery; with `wait`, what became of its attempt. */
async function send(
  session: Session,
  webhookId: string,
  { path, body, wait }: { path: string; body?: string; wait?: boolean | undefined },
): Promise<void> {
  const { api, json, print } = session;
  const answer = await api()<{ delivery_id: string }>('POST', path, { body });
  const { delivery_id } = answer.body;
  if (!wait) return print(json ? answer.text : delivery_id);
  const { text, body: delivery } = await whenAttempted(session, webhookId, delivery_id);
  print(json ? text : showDetail(delivery));
  if (!delivery.success) throw new Unsuccessful(`${delivery_id}: ${outcomeOf(delivery)}`);
}

/** @throws Error where no attempt is made in time */
async function whenAttempted({ api, signal, now }: Session, webhookId: string, deliveryId: string) {
  const end = now() + WAIT_MS;
  while (now() < end && !signal.aborted) {
    const answer = await api()<DeliveryDetail>('GET', webhookPath(webhookId, 'deliveries', deliveryId));
    if (answer.body.status !== 'pending') return answer;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  throw new Error(`${deliveryId} was sent, and there is no outcome yet`);
}

const test = defineCommand({
  summary: 'sends an event to a webhook, once: a sample, or data of your own',
  takes: ['WEBHOOK_ID'],
  options: { ...SAMPLE_OPTIONS, ...WAIT_OPTION },
  examples: [
    ['cathcr-webhooks test webhook_018d… --event reminder.due --wait', 'does my receiver take it?'],
    ['cathcr-webhooks test webhook_018d… --event thought.created --data @data.json', 'with data of your own'],
  ],
  run: async (session, [id = ''], { event, data, wait }) => {
    const body = await composeWithData(session, { event }, data);
    await send(session, id, { path: webhookPath(id, 'test'), body, wait });
  },
});

const replay = defineCommand({
  summary: 'sends a delivery again, under its id, with the whole schedule',
  takes: ['WEBHOOK_ID', 'DELIVERY_ID'],
  options: WAIT_OPTION,
  about: 'All that has not arrived is sent again by recoveries start.',
  examples: [['cathcr-webhooks replay webhook_018d… delivery_018d… --wait', 'is it taken now?']],
  run: (session, [webhookId = '', deliveryId = ''], { wait }) =>
    send(session, webhookId, {
      path: webhookPath(webhookId, 'replay', deliveryId),
      wait,
    }),
});

export const DELIVERY_COMMANDS = { 'deliveries list': list, 'deliveries get': get, logs, test, replay };
