import { expect, inject, vi } from 'vitest';
import { admit } from '../../bin/admit.ts';
import { mintApiKey } from '../../core/api-key.ts';
import { SCOPES, type Scope } from '../../core/routes.ts';
import { type RuntimeOptions, start } from '../../local/runtime.ts';
import { checkExchange } from './api-check.ts';

/** An answer of the API, its body parsed. */
export type Answer = { status: number; headers: Headers; body: any };

/** A request that a local inbox received. */
export type Received = {
  method: string;
  headers: Record<string, string>;
  body: string;
  received_at: string;
};

export type Schedule = { name: string; when: string; input: { MessageBody: string } };

/** The whole system on this machine, and a customer's and an operator's hands on it. */
export type System = Awaited<ReturnType<typeof startSystem>>;

/** Starts the system on a port of its own; `stop` it when the tests are done. */
export async function startSystem(options: Partial<RuntimeOptions> = {}) {
  const runtime = await start({ assemblyDirectory: inject('assemblyDirectory'), port: 0, ...options });

  /** Calls the API, and holds its answer against the OpenAPI document. */
  async function call(
    method: string,
    path: string,
    { key, body, headers = {} }: CallOptions = {},
  ): Promise<Answer> {
    const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(runtime.url + path, {
      method,
      headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
      body: sent,
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const answer = {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
    if (!path.startsWith('/_local')) checkExchange({ method, path, sent, ...answer });
    return answer;
  }

  async function createKey(userId: string, scopes: readonly Scope[] = SCOPES) {
    const key = mintApiKey();
    await admit(runtime, key, { userId, scopes });
    return key;
  }

  const helper = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, `/_local${path}`, { body });
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };

  return {
    runtime,
    url: runtime.url,
    call,
    createKey,
    stop: () => runtime.stop(),
    inboxUrl: (name: string) => `${runtime.url}/_local/inbox/${name}`,
    setBehaviour: (
      name: string,
      behaviour: { status?: number; delay_ms?: number; headers?: Record<string, string> },
    ) => helper('PUT', `/inbox/${name}/behaviour`, behaviour),
    requests: (name: string): Promise<Received[]> => helper('GET', `/inbox/${name}/requests`),
    schedules: (): Promise<Schedule[]> => helper('GET', '/schedules'),
    advance: (seconds: number): Promise<{ fired: number }> => helper('POST', '/clock/advance', { seconds }),
    /** How many messages wait or are worked on, dead letters left out. */
    countMessages: async (): Promise<number> => {
      const queues: { name: string; visible: number; hidden: number }[] = await helper('GET', '/queues');
      const working = queues.filter(({ name }) => !name.includes('DeadLetters'));
      return working.reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
    },
    armFaults: (plan: { seed?: number; rules: object[] }) => helper('PUT', '/faults', plan),
    disarmFaults: () => helper('DELETE', '/faults'),
  };
}

type CallOptions = { key?: string; body?: unknown; headers?: Record<string, string> };

/** Waits until `check` holds: 20 s at most. */
export const eventually = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 25 });
