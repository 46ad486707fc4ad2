import { randomUUID } from 'node:crypto';
import {
  type FunctionError,
  Instance,
  type InstanceContext,
  type InvocationTimes,
  type InvokeReply,
} from './instance.ts';
import type { FunctionSettings } from './settings.ts';

/** What came of an invocation: what the handler returned, as its JSON parses, or why it failed. */
export type Invocation = { readonly payload: unknown } | { readonly error: FunctionError };

type FunctionOptions = InstanceContext & {
  /** How many invocations may run side by side; more than that wait. */
  readonly maximumInstances: number;
  readonly onInvoked?: ((times: InvocationTimes) => void) | undefined;
};

type Pending = {
  readonly event: string;
  readonly since: number;
  readonly resolve: (invocation: Invocation) => void;
};

/** Why an invocation fails that waited when the runtime stopped. */
const STOPPED: FunctionError = {
  errorType: 'Runtime.Stopped',
  errorMessage: 'The runtime has stopped.',
  trace: [],
};

/** The most that a function may return. */
const MAX_RESULT_BYTES = 6 * 1024 * 1024;

/** An instance that nobody has needed for so long is let go, unless it is the last. */
const IDLE_MS = 60_000;

/** How long an event waits for an instance that is busy before another one is started. */
const PATIENCE_MS = 100;

/**
 * A function and its instances. The first is started by the first event, others one by one while events wait in vain:
 * a burst of short work is done sooner by the instances that are there than by as many threads on a laptop's cores.
 */
export class LambdaFunction {
  readonly settings: FunctionSettings;
  readonly #options: FunctionOptions;
  readonly #instances = new Set<Instance>();
  /** The one that was used last is last. */
  readonly #idle: { instance: Instance; since: number }[] = [];
  readonly #pending: Pending[] = [];
  readonly #retirement: NodeJS.Timeout;
  #growth: NodeJS.Timeout | undefined;
  #starting = false;
  #stopped = false;

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.#retirement = setInterval(() => this.#retireIdle(), IDLE_MS / 2).unref();
  }

  /** Runs the handler with an event, as soon as an instance is free; never rejects. */
  invoke(event: unknown): Promise<Invocation> {
    return new Promise((resolve) => {
      this.#pending.push({ event: JSON.stringify(event), since: performance.now(), resolve });
      this.#assign();
    });
  }

  /** Ends everything, whatever is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#retirement);
    clearTimeout(this.#growth);
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
    for (const { resolve } of this.#pending.splice(0)) resolve({ error: STOPPED });
  }

  #assign(): void {
    if (this.#stopped) return;
    while (this.#pending.length > 0) {
      const free = this.#idle.pop();
      if (!free) break;
      void this.#run(free.instance, this.#pending.shift() as Pending);
    }
    this.#grow();
  }

  #grow(): void {
    const [oldest] = this.#pending;
    if (!oldest || this.#starting || this.#instances.size >= this.#options.maximumInstances) return;
    clearTimeout(this.#growth);
    const patienceLeftMs = this.#instances.size === 0 ? 0 : oldest.since + PATIENCE_MS - performance.now();
    if (patienceLeftMs <= 0) void this.#start();
    else this.#growth = setTimeout(() => this.#grow(), patienceLeftMs);
  }

  async #start(): Promise<void> {
    this.#starting = true;
    const instance = new Instance(this.#options);
    this.#instances.add(instance);
    void instance.ended.then(() => this.#remove(instance));
    try {
      await instance.ready;
      this.#idle.push({ instance, since: Date.now() });
    } catch (error) {
      this.#instances.delete(instance);
      this.#finish(this.#pending.shift(), { error: error as FunctionError });
    }
    this.#starting = false;
    this.#assign();
  }

  async #run(instance: Instance, pending: Pending): Promise<void> {
    const startedAt = performance.now();
    const reply = await instance.invoke(randomUUID(), pending.event);
    const { times = { durationMs: performance.now() - startedAt, cpuMs: 0 } } = reply;
    this.#options.onInvoked?.(times);
    this.#finish(pending, reply);
    if (instance.usable) this.#idle.push({ instance, since: Date.now() });
    this.#assign();
  }

  #finish(pending: Pending | undefined, reply: InvokeReply): void {
    const invocation = toInvocation(reply);
    if ('error' in invocation && !this.#stopped) this.#logFailure(invocation.error);
    pending?.resolve(invocation);
  }

  #logFailure({ errorType, errorMessage, trace }: FunctionError): void {
    this.#options.onLog(
      JSON.stringify({ level: 'ERROR', message: 'Invoke Error', errorType, errorMessage, trace }),
    );
  }

  #remove(instance: Instance): void {
    this.#instances.delete(instance);
    const index = this.#idle.findIndex((idle) => idle.instance === instance);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#assign();
  }

  #retireIdle(): void {
    const oldest = this.#idle[0];
    if (!oldest || this.#instances.size < 2 || Date.now() - oldest.since < IDLE_MS) return;
    this.#idle.shift();
    this.#instances.delete(oldest.instance);
    void oldest.instance.stop();
    this.#retireIdle();
  }
}

function toInvocation(reply: InvokeReply): Invocation {
  if ('error' in reply) return reply;
  if (Buffer.byteLength(reply.result) <= MAX_RESULT_BYTES) return { payload: JSON.parse(reply.result) };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESULT_BYTES} bytes).`;
  return { error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage, trace: [] } };
}
