import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Interruption, Interruptions } from '../faults/interruptions.ts';
import type { FunctionSettings } from './settings.ts';

/** As Lambda describes why an invocation failed. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
};

/** What came of an invocation: the JSON of what the handler returned, or why it failed. */
export type InvokeReply = ({ readonly result: string } | { readonly error: FunctionError }) & {
  /** What it took; absent where its instance did not live to tell. */
  readonly times?: InvocationTimes;
};

/** What an invocation took: ms from its event to its answer, and how much of that was CPU time of its own. */
export type InvocationTimes = { readonly durationMs: number; readonly cpuMs: number };

/** What an instance is told of an event; `event` is JSON. */
export type InvokeRequest = {
  readonly requestId: string;
  readonly event: string;
  readonly timeoutMs: number;
};

/** What an instance is told that is to end. */
export type ExitRequest = 'exit';

/** What an instance is told when it starts. */
export type InstanceData = {
  readonly assetPath: string;
  readonly handler: string;
  readonly clockOffset: SharedArrayBuffer;
  readonly context: Readonly<Record<string, string>>;
};

export type InstanceContext = {
  readonly settings: FunctionSettings;
  readonly clockOffset: SharedArrayBuffer;
  readonly onLog: (line: string) => void;
  readonly interruptions: Interruptions;
};

/** So long an instance has to end by itself: ms. One that is busy with its own does not hear of it. */
const EXIT_MS = 1000;

const BOOTSTRAP = new URL('./worker.js', import.meta.url);

/** One execution environment of a function: a thread with its own variables and clock, and one invocation at a time. */
export class Instance {
  /** Fulfilled when the handler is loaded, rejected with a `FunctionError` where it cannot be. */
  readonly ready: Promise<void>;
  /** Fulfilled when the thread has ended, whatever ended it. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #settings: FunctionSettings;
  readonly #interruptions: Interruptions;
  /** By which its calls of AWS are told from those of the function's other instances. */
  readonly #sessionToken = randomUUID();
  #settle: ((reply: InvokeReply) => void) | undefined;
  #usable = true;

  constructor({ settings, clockOffset, onLog, interruptions }: InstanceContext) {
    this.#settings = settings;
    this.#interruptions = interruptions;
    this.#worker = startWorker(settings, clockOffset, this.#sessionToken);
    readLines(this.#worker.stdout, onLog);
    readLines(this.#worker.stderr, onLog);
    this.ready = new Promise((resolve, reject) => {
      this.#settle = (reply) => ('error' in reply ? reject(reply.error) : resolve());
    });
    this.ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (reply: InvokeReply | 'ready') =>
      this.#end(reply === 'ready' ? { result: '' } : reply),
    );
    this.#worker.on('error', (error) => {
      // Between two invocations there is none whose failure would tell of it.
      if (!this.#settle) onLog(`Uncaught ${inspect(error)}`);
      this.#break(describeCrash(error));
    });
    this.#worker.on('exit', (code) => this.#break(describeExit(code)));
  }

  /** Whether it can take another event: not once it has timed out or crashed. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Runs the handler once; never rejects. */
  async invoke(requestId: string, event: string): Promise<InvokeReply> {
    const timeoutMs = this.#settings.timeoutSeconds * 1000;
    const timer = setTimeout(() => this.#timeOut(requestId), timeoutMs);
    const finish = this.#interruptions.begin({
      sessionToken: this.#sessionToken,
      functionName: this.#settings.name,
      end: (how) => this.#interrupt(how, requestId),
    });
    const reply = new Promise<InvokeReply>((resolve) => {
      this.#settle = resolve;
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a thread has none
    this.#worker.postMessage({ requestId, event, timeoutMs } satisfies InvokeRequest);
    try {
      return await reply;
    } finally {
      clearTimeout(timer);
      finish();
    }
  }

  /**
   * Ends the thread, between two turns of its event loop if it can: Node 20 does not survive one that is cut off while it
   * makes a compressor (`node_zlib.cc`: close before init).
   */
  async stop(): Promise<void> {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a thread has none
    this.#worker.postMessage('exit' satisfies ExitRequest);
    await Promise.race([this.ended, wait(EXIT_MS, undefined, { ref: false })]);
    await this.#worker.terminate();
  }

  #interrupt(how: Interruption, requestId: string): void {
    if (how === 'timed-out') return this.#timeOut(requestId);
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
    this.#break({ errorType: 'Runtime.ExitError', errorMessage, trace: [] });
    void this.stop();
  }

  #timeOut(requestId: string): void {
    const seconds = this.#settings.timeoutSeconds.toFixed(2);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    this.#break({ errorType: 'Sandbox.Timedout', errorMessage, trace: [] });
    void this.stop();
  }

  #break(error: FunctionError): void {
    this.#usable = false;
    this.#end({ error });
  }

  #end(reply: InvokeReply): void {
    this.#settle?.(reply);
    this.#settle = undefined;
  }
}

function startWorker(
  settings: FunctionSettings,
  clockOffset: SharedArrayBuffer,
  sessionToken: string,
): Worker {
  const { assetPath, handler, name, arn, memoryMb, environment } = settings;
  const context = {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
  };
  return new Worker(BOOTSTRAP, {
    name,
    env: { ...environment, AWS_SESSION_TOKEN: sessionToken },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 4 },
    workerData: { assetPath, handler, clockOffset, context } satisfies InstanceData,
  });
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

function describeCrash(error: unknown): FunctionError {
  const { name = 'Error', message = String(error), stack = '' } = error as Partial<Error>;
  return { errorType: name, errorMessage: message, trace: stack.split('\n') };
}

function describeExit(code: number): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `Runtime exited with error: exit status ${code}`,
    trace: [],
  };
}
