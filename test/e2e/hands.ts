import type { Scope } from '../../core/routes.ts';
import { checkExchange } from './api-check.ts';

/** An answer of the API, its body parsed. */
export type Answer = { status: number; headers: Headers; body: any };

type CallOptions = { key?: string; body?: unknown; headers?: Record<string, string> };

/** How an inbox answers. */
export type Behaviour = {
  status?: number;
  delay_ms?: number;
  headers?: Record<string, string>;
  body?: string;
};

/** A request that an inbox received. */
export type Received = {
  method: string;
  headers: Record<string, string>;
  body: string;
  received_at: string;
};

type Schedule = { name: string; when: string; input: { MessageBody: string } };

/** How a client of an AWS SDK finds what a stack is made of: by the environment, where it says nothing. */
type SdkConfig = {
  endpoint?: string | undefined;
  region?: string | undefined;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

/** What a laptop alone can do. */
export type LaptopHelpers = {
  /** The retries that wait. */
  readonly schedules: () => Promise<Schedule[]>;
  /** How many messages wait or are worked on, dead letters left out. */
  readonly countMessages: () => Promise<number>;
  readonly armFaults: (plan: { seed?: number; rules: object[] }) => Promise<void>;
  readonly disarmFaults: () => Promise<void>;
};

/** The whole system, and a customer's and an operator's hands on it. */
export type System = LaptopHelpers & {
  readonly url: string;
  /** The outputs of its stack, as far as they are known. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly sdkConfig: SdkConfig;
  /** The waits before attempts 3, 4, … */
  readonly retryDelaysSeconds: readonly number[];
  /** Calls the API, and holds its answer against the OpenAPI document. */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** An API key of this user, of all scopes unless told otherwise. */
  readonly createKey: (userId: string, scopes?: readonly Scope[]) => Promise<string>;
  readonly inboxUrl: (name: string) => string;
  readonly setBehaviour: (inbox: string, behaviour: Behaviour) => Promise<void>;
  /** What an inbox received, newest last. */
  readonly requests: (inbox: string) => Promise<Received[]>;
  /** Forgets what an inbox received, and how it was to answer. */
  readonly forget: (inbox: string) => Promise<void>;
  /** Has the retries happen that are due within this time: where no clock can be moved, they come by themselves. */
  readonly advance: (seconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A way to call the API at `url`. */
export const createCall =
  (url: string): System['call'] =>
  async (method, path, { key, body, headers = {} } = {}) => {
    const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method,
      headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
      body: sent,
    });
    const text = await response.text();
    // Some gateways give even the answer without a body a type.
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    const answer = {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
    if (!path.startsWith('/_local')) checkExchange({ method, path, sent, ...answer });
    return answer;
  };
