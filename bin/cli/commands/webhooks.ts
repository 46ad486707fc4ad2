import type { WebhookAnswer } from '../../../core/answers.ts';
import { UsageError } from '../../command-line.ts';
import { webhookPath } from '../api.ts';
import { defineCommand, type Session } from '../command.ts';
import { IDEMPOTENCY_OPTION, readIdempotencyKey, readText } from '../input.ts';
import { LIST_OPTIONS, printList, walk } from '../lists.ts';
import { showObject } from '../show.ts';
import { CLEARABLE, composeWebhook, readCleared, WEBHOOK_FIELDS } from '../webhook-fields.ts';
import { testFilter } from './filter.ts';

/** Makes a request whose answer alone has the secret in full. */
async function printSecret(
  session: Session,
  path: string,
  request: object,
  idempotencyKey: string | undefined,
): Promise<void> {
  const sent = { body: JSON.stringify(request), idempotencyKey: readIdempotencyKey(idempotencyKey) };
  const { text, body } = await session.api()<WebhookAnswer>('POST', path, sent);
  session.print(session.json ? text : showObject(body));
  session.tell('This is the only time that the secret is shown.');
}

/** Changes a webhook, and shows what it is now. */
async function change(
  session: Session,
  [method, path]: readonly ['PATCH' | 'POST', string],
  request: object,
): Promise<void> {
  const { text, body } = await session.api()<WebhookAnswer>(method, path, { body: JSON.stringify(request) });
  session.print(session.json ? text : showObject(body));
}

/** @throws UsageError where nobody can be asked, and nobody has said yes before */
async function assertWanted({ confirm }: Session, question: string): Promise<void> {
  if (!confirm) throw new UsageError('delete asks before it deletes: without a terminal it takes --yes');
  if (!(await confirm(question))) throw new Error('it was not confirmed');
}

const list = defineCommand({
  summary: 'shows your webhooks, the newest first',
  takes: [],
  options: LIST_OPTIONS,
  examples: [
    ['cathcr-webhooks webhooks list', 'the newest 20'],
    [
      `cathcr-webhooks webhooks list --all --json | jq -r 'select(.active | not) | .id'`,
      'those that are off',
    ],
  ],
  run: (session, _args, values) =>
    printList(
      session,
      {
        rows: (limit) => walk<WebhookAnswer>(session.api(), '/webhooks', 'webhooks', { limit }),
        head: ['ID', 'ACTIVE', 'EVENTS', 'URL'],
        row: ({ id, active, events, url }) => [id, active ? 'yes' : 'no', events.join(','), url],
      },
      values,
    ),
});

const get = defineCommand({
  summary: 'shows a webhook; its secret is masked',
  takes: ['WEBHOOK_ID'],
  options: {},
  examples: [['cathcr-webhooks webhooks get webhook_018d…', 'all there is of one']],
  run: async ({ api, json, print }, [id = '']) => {
    const { text, body } = await api()<WebhookAnswer>('GET', webhookPath(id));
    print(json ? text : showObject(body));
  },
});

const create = defineCommand({
  summary: 'makes a webhook, and shows its secret: in full only now',
  takes: [],
  options: {
    ...WEBHOOK_FIELDS,
    inactive: { help: 'nothing is posted to it until it is enabled' },
    ...IDEMPOTENCY_OPTION,
  },
  examples: [
    [
      'cathcr-webhooks webhooks create --url https://your-app.com/webhooks/cathcr --events thought.created,reminder.*',
      'a secret is made for it',
    ],
    [
      'openssl rand -hex 32 | cathcr-webhooks webhooks create --url https://… --events "*" --secret - --json | jq -r .id',
      'a secret of your own, which no history of a shell keeps',
    ],
    [
      `cathcr-webhooks webhooks create --url https://… --events "thought.*" --filter '{"thought":{"tags":["work"]}}' --rate-limit 5 --header X-Api-Key=@key.txt --keep-while-inactive`,
      'some events alone, not too fast, with a header of your own, and kept while you turn it off',
    ],
  ],
  run: async (session, _args, { inactive, 'idempotency-key': key, ...fields }) => {
    const request = await composeWebhook(session, fields);
    await printSecret(session, '/webhooks', inactive ? { ...request, active: false } : request, key);
  },
});

const update = defineCommand({
  summary: 'changes what is given, and nothing else',
  takes: ['WEBHOOK_ID'],
  options: {
    ...WEBHOOK_FIELDS,
    clear: { value: 'FIELD,…', help: `what to take away: ${CLEARABLE.join(', ')}` },
  },
  about: 'With --header, the headers that are given take the place of all that there were.',
  examples: [
    ['cathcr-webhooks webhooks update webhook_018d… --events thought.created', 'other events'],
    [
      'cathcr-webhooks webhooks update webhook_018d… --rate-limit 20 --clear filter,headers',
      'all events, a bit faster',
    ],
  ],
  run: async (session, [id = ''], { clear, ...fields }) => {
    const changes = { ...readCleared(clear), ...(await composeWebhook(session, fields)) };
    if (JSON.stringify(changes) === '{}') throw new UsageError('there is nothing to change: give an option');
    await change(session, ['PATCH', webhookPath(id)], changes);
  },
});

const rotate = defineCommand({
  summary: 'gives a webhook a new secret, beside which the old one signs for a while',
  takes: ['WEBHOOK_ID'],
  options: {
    secret: WEBHOOK_FIELDS.secret,
    'overlap-hours': { value: 'HOURS', help: '0 to 168, for how long both sign; 24 where it is absent' },
    ...IDEMPOTENCY_OPTION,
  },
  about: 'docs/webhooks.md, "Rotating the secret", tells when your receiver has to switch.',
  examples: [
    ['cathcr-webhooks webhooks rotate-secret webhook_018d… --overlap-hours 48', 'a secret is made for it'],
    ['cathcr-webhooks webhooks rotate-secret webhook_018d… --overlap-hours 0', 'when the old one has leaked'],
    [
      'cathcr-webhooks webhooks rotate-secret webhook_018d… --idempotency-key rotation-of-january',
      'safe to repeat, should the answer get lost',
    ],
  ],
  run: async (session, [id = ''], { secret, 'overlap-hours': hours, 'idempotency-key': key }) => {
    const overlap_hours = hours === undefined ? undefined : Number(hours);
    if (Number.isNaN(overlap_hours)) throw new UsageError('--overlap-hours takes a number of hours');
    const given = secret === undefined ? undefined : await readText(session, secret);
    await printSecret(session, webhookPath(id, 'secret', 'rotate'), { secret: given, overlap_hours }, key);
  },
});

const endRotation = defineCommand({
  summary: 'ends the rotation of a secret before its time',
  takes: ['WEBHOOK_ID'],
  options: { keep: { value: 'SECRET', help: 'which one signs alone: new, which finishes it, or old' } },
  examples: [
    ['cathcr-webhooks webhooks end-rotation webhook_018d… --keep new', 'your receiver has the new one'],
    ['cathcr-webhooks webhooks end-rotation webhook_018d… --keep old', 'calls it off'],
  ],
  run: async (session, [id = ''], { keep }) => {
    if (keep === undefined) throw new UsageError('--keep is needed: new or old');
    await change(session, ['POST', webhookPath(id, 'secret', 'rotate', 'end')], { keep });
  },
});

const enable = defineCommand({
  summary: 'turns a webhook on, whoever turned it off',
  takes: ['WEBHOOK_ID'],
  options: {},
  about: 'What was kept for it while it was off is sent by recoveries start.',
  examples: [['cathcr-webhooks webhooks enable webhook_018d…', 'it is sent what happens from now on']],
  run: (session, [id = '']) => change(session, ['PATCH', webhookPath(id)], { active: true }),
});

const disable = defineCommand({
  summary: 'turns a webhook off; what waits for a retry is cancelled',
  takes: ['WEBHOOK_ID'],
  options: {},
  examples: [['cathcr-webhooks webhooks disable webhook_018d…', 'nothing is sent to it any more']],
  run: (session, [id = '']) => change(session, ['PATCH', webhookPath(id)], { active: false }),
});

const remove = defineCommand({
  summary: 'deletes a webhook, its deliveries and logs, for good',
  takes: ['WEBHOOK_ID'],
  options: { yes: { help: 'do not ask' } },
  examples: [['cathcr-webhooks webhooks delete webhook_018d… --yes', 'without a question, as scripts do']],
  run: async (session, [id = ''], { yes }) => {
    if (!yes) await assertWanted(session, `Delete ${id}, its deliveries and logs? (yes) `);
    await session.api()('DELETE', webhookPath(id));
    session.tell(`${id} is deleted`);
  },
});

export const WEBHOOK_COMMANDS = {
  'webhooks list': list,
  'webhooks get': get,
  'webhooks create': create,
  'webhooks update': update,
  'webhooks rotate-secret': rotate,
  'webhooks end-rotation': endRotation,
  'webhooks test-filter': testFilter,
  'webhooks enable': enable,
  'webhooks disable': disable,
  'webhooks delete': remove,
};
