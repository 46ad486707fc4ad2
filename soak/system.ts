import { setTimeout } from 'node:timers/promises';
import type { FaultPlan } from '../local/faults/plan.ts';
import type { Host } from './hosts.ts';

export type Answer = { readonly status: number; readonly body: any };

/** How many messages a queue holds, by whether they can be received now. */
export type QueueCount = {
  readonly name: string;
  readonly visible: number;
  readonly hidden: number;
};

export type WaitingSchedule = { readonly name: string; readonly when: string };

/** How often a request is made that meets a runtime which fails, or is not there for the moment. */
const MAX_TRIES = 480;
const PAUSE_MS = 250;

/** A move of the clock, from when it was asked for until it was done, by the clock of this process: ms. */
export type Move = { readonly from: number; to: number };

export type System = ReturnType<typeof connect>;

/** A system's API, as customers call it, and its helpers: through failures and restarts. */
export function connect(host: Host) {
  /** One request; undefined where no answer came, or one that tells of trouble on the system's side. */
  const tryOnce = async (method: string, path: string, options: CallOptions): Promise<Answer | undefined> => {
    const { key, body } = options;
    try {
      const response = await fetch(host.account().url + path, {
        method,
        headers: key ? { authorization: `Bearer ${key}`, ...options.headers } : {},
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status >= 500 || response.status === 429) return undefined;
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    } catch {
      return undefined;
    }
  };

  /** As a well-behaved client: asks again until it is answered. */
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await tryOnce(method, path, options);
      if (answer) return answer;
      await setTimeout(PAUSE_MS);
    }
    throw new Error(`${method} ${path} was not answered in ${MAX_TRIES} tries`);
  };

  const helper = async (method: string, path: string, body?: unknown) =>
    (await call(method, `/_local${path}`, { body })).body;

  const moves: Move[] = [];
  const advance = async (seconds: number) => {
    const move = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    moves.push(move);
    await helper('POST', '/clock/advance', { seconds });
    move.to = performance.now();
  };

  return {
    tryOnce,
    call,
    countQueues: (): Promise<QueueCount[]> => helper('GET', '/queues'),
    /** The time that the system goes by: epoch ms. */
    now: async (): Promise<number> => Date.parse((await helper('GET', '/health')).now),
    /** The first schedules that wait, the next one first; all where there is no limit. */
    schedules: (limit?: number): Promise<WaitingSchedule[]> =>
      helper('GET', limit === undefined ? '/schedules' : `/schedules?limit=${limit}`),
    advance,
    /** All moves of the clock so far. */
    moves: moves as readonly Move[],
    armFaults: (plan: FaultPlan | { seed: number; rules: readonly object[] }) =>
      helper('PUT', '/faults', plan),
    disarmFaults: () => helper('DELETE', '/faults'),
    faultCounts: async (): Promise<Record<string, number>> => (await helper('GET', '/faults')).counts,
  };
}

type CallOptions = {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};
