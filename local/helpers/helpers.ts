import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults/faults.ts';
import { readPlan } from '../faults/plan.ts';
import type { HttpAnswer } from '../gateway/answer.ts';
import { readBody } from '../http/read-body.ts';
import type { Schedules } from '../scheduler/schedules.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import { HelperError, jsonAnswer, NO_CONTENT, readMembers } from './answer.ts';
import { readBehaviour } from './inbox-behaviour.ts';
import type { Inboxes } from './inboxes.ts';
import { describeWaitingSchedules } from './schedules.ts';

type HelpersContext = {
  readonly clock: Clock;
  readonly queues: Queues;
  readonly schedules: Schedules;
  readonly inboxes: Inboxes;
  readonly faults: Faults;
  readonly outputs: Readonly<Record<string, string>>;
};

type Call = { readonly name: string; readonly request: IncomingMessage; readonly body: Buffer };
type Act = (context: HelpersContext, call: Call) => HttpAnswer | Promise<HttpAnswer>;

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A hundred years: past that, dates have no ISO form for long. */
const MAX_ADVANCE_SECONDS = 100 * 366 * 86_400;

/** What stands under `/_local`, by path and method; `{name}` is any one segment, `ANY` any other method. */
const HELPERS: readonly { readonly path: RegExp; readonly methods: Readonly<Record<string, Act>> }[] = [
  {
    path: /^\/_local\/health$/,
    methods: {
      GET: ({ clock, outputs }) =>
        jsonAnswer(200, { status: 'ready', now: new Date(clock.now()).toISOString(), outputs }),
    },
  },
  {
    path: /^\/_local\/queues$/,
    methods: { GET: ({ queues }) => jsonAnswer(200, queues.all().map(describeQueue)) },
  },
  {
    path: /^\/_local\/schedules$/,
    methods: {
      GET: ({ schedules }, { request }) =>
        jsonAnswer(200, describeWaitingSchedules(schedules, readLimit(request))),
    },
  },
  { path: /^\/_local\/clock\/advance$/, methods: { POST: advanceClock } },
  {
    path: /^\/_local\/faults$/,
    methods: {
      GET: ({ faults }) => jsonAnswer(200, { counts: faults.counts }),
      PUT: ({ faults }, { body }) => {
        faults.arm(readPlan(body));
        return NO_CONTENT;
      },
      DELETE: ({ faults }) => {
        faults.disarm();
        return NO_CONTENT;
      },
    },
  },
  {
    path: /^\/_local\/inbox\/(?<name>[^/]+)\/behaviour$/,
    methods: { PUT: setBehaviour },
  },
  {
    path: /^\/_local\/inbox\/(?<name>[^/]+)\/requests$/,
    methods: { GET: ({ inboxes }, { name }) => jsonAnswer(200, inboxes.requestsOf(name)) },
  },
  {
    path: /^\/_local\/inbox\/(?<name>[^/]+)$/,
    methods: {
      DELETE: ({ inboxes }, { name }) => {
        inboxes.forget(name);
        return NO_CONTENT;
      },
      ANY: ({ inboxes }, { name, request, body }) => inboxes.receive(name, request, body),
    },
  },
];

/** Answers the requests under `/_local`: what a laptop has and AWS has not. */
export async function answerHelper(context: HelpersContext, request: IncomingMessage): Promise<HttpAnswer> {
  const body = await readBody(request, MAX_BODY_BYTES);
  try {
    if (!body) throw new HelperError(413, `the body is longer than ${MAX_BODY_BYTES} bytes`);
    const { act, name } = findHelper(request);
    return await act(context, { name, request, body });
  } catch (error) {
    if (error instanceof HelperError) return jsonAnswer(error.status, { message: error.message });
    throw error;
  }
}

function findHelper({ method = '', url = '' }: IncomingMessage): { act: Act; name: string } {
  const path = url.split('?')[0] ?? '';
  for (const { path: pattern, methods } of HELPERS) {
    const match = pattern.exec(path);
    if (!match) continue;
    const act = methods[method] ?? methods.ANY;
    if (!act) throw new HelperError(405, `${path} takes ${Object.keys(methods).join(', ')}`);
    return { act, name: match.groups?.name ?? '' };
  }
  throw new HelperError(404, `there is no ${path}`);
}

/** The query parameter `limit`: how many are wanted at most; all where it is absent. */
function readLimit({ url = '' }: IncomingMessage): number {
  const limit = new URLSearchParams(url.split('?')[1]).get('limit');
  if (limit !== null && !/^\d{1,9}$/.test(limit)) throw new HelperError(400, 'limit is not a whole number');
  return limit === null ? Number.POSITIVE_INFINITY : Number(limit);
}

/** How many messages a queue holds: those that can be received, and those that are delayed or being worked on. */
function describeQueue({ settings, counts }: Queue): object {
  return { name: settings.name, visible: counts.visible, hidden: counts.delayed + counts.inFlight };
}

function setBehaviour({ inboxes }: HelpersContext, { name, body }: Call): HttpAnswer {
  inboxes.behave(name, readBehaviour(body));
  return NO_CONTENT;
}

/** What is due has happened when the answer goes out; `fired` counts the schedules. */
async function advanceClock({ clock, schedules }: HelpersContext, { body }: Call): Promise<HttpAnswer> {
  const { seconds } = readMembers(body, 'seconds');
  if (typeof seconds !== 'number' || seconds < 0 || seconds > MAX_ADVANCE_SECONDS) {
    throw new HelperError(400, `seconds is not a number from 0 to ${MAX_ADVANCE_SECONDS}`);
  }
  const firedBefore = schedules.firedCount;
  await clock.advance(seconds);
  return jsonAnswer(200, { fired: schedules.firedCount - firedBefore });
}
