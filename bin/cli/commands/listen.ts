import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptAnswer } from '../../../core/answers.ts';
import { need, UsageError } from '../../command-line.ts';
import { defineCommand, type Session } from '../command.ts';
import { readCount, readTime } from '../input.ts';
import { Follower, type Sent } from '../listen.ts';
import { plain } from '../show.ts';

/** As long as Cathcr itself waits for an answer. */
const TIMEOUT_MS = 30_000;

/** What a receiver on this machine said to a delivery. */
type Forwarded = {
  readonly status_code: number | null;
  readonly error?: string;
  readonly response_time: number;
};

/** Posts a request anew, headers and body as they were sent. */
async function forward(to: string, { headers, body }: Sent): Promise<Forwarded> {
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(to, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel();
    return { status_code: response.status, response_time: took() };
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    return { status_code: null, error: code ?? message, response_time: took() };
  }
}

function report(
  { json, print }: Session,
  { delivery_id, event }: AttemptAnswer,
  { status }: Sent,
  { response_time, ...answer }: Forwarded,
) {
  if (json) return print(JSON.stringify({ delivery_id, event, status, local: { ...answer, response_time } }));
  print(
    plain(
      `${event}  ${delivery_id}  ${status}  ->  ${answer.error ?? answer.status_code} in ${response_time} ms`,
    ),
  );
}

function readTarget(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new UsageError('--to takes an http or https URL');
  return text;
}

export const listen = defineCommand({
  summary: 'posts the deliveries of a webhook to a URL on your machine, too',
  takes: ['WEBHOOK_ID'],
  options: {
    to: { value: 'URL', help: 'where your receiver listens, such as http://localhost:3001/webhooks/cathcr' },
    since: {
      value: 'TIME',
      help: 'begin with what was sent first then: ISO 8601, or so long ago: 15m, 2h; else now',
    },
    'every-ms': { value: 'MS', help: 'how often to look: 1000 where it is absent' },
    count: { value: 'N', help: 'end after so many deliveries; else with Ctrl-C' },
  },
  about: `It reads what was sent to the webhook's own URL from the API, and posts it to yours as it was sent: the very bytes,
the headers with their signatures. So your receiver verifies it as it will when it is deployed, and nothing has to
reach your machine from outside. The delivery itself is as its own URL answered, whatever yours says. Each run of a
delivery is posted once, when its first attempt is over: replay one, however old, to have it again. With --since,
signatures by Standard Webhooks may be older than the five minutes that receivers tolerate; values of your own headers
are masked by the API, and come masked.`,
  examples: [
    [
      'cathcr-webhooks listen webhook_018d… --to http://localhost:3001/webhooks/cathcr',
      'what happens from now on',
    ],
    [
      'cathcr-webhooks listen webhook_018d… --to http://localhost:3001/ --since 1h --count 1',
      'the first of an hour',
    ],
  ],
  run: async (session, [id = ''], values) => {
    const to = readTarget(need(values, 'to'));
    const intervalMs = readCount('every-ms', values['every-ms'], 1000);
    let left = values.count === undefined ? Number.POSITIVE_INFINITY : readCount('count', values.count, 1);
    const follower = new Follower(session.api(), id);
    await follower.skip(readTime(values.since, session.now()));
    session.tell(`deliveries of ${id} are posted to ${to}`);
    while (left > 0 && !session.signal.aborted) {
      for (const made of (await follower.next()).slice(0, left)) {
        const sent = await follower.readSent(made);
        if (sent) report(session, made, sent, await forward(to, sent));
        else session.tell(`${made.delivery_id}: its payload has expired`);
        left -= 1;
      }
      if (left > 0) await sleep(intervalMs, undefined, { signal: session.signal }).catch(() => undefined);
    }
  },
});
