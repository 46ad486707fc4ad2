import type { Clock, Timer } from '../clock.ts';
import type { LambdaFunction } from '../lambda/function.ts';
import type { Meter } from '../meter/meter.ts';
import type { Holder } from '../sqs/message.ts';
import type { Queue, Receipt } from '../sqs/queue.ts';
import { findDone } from './batch-result.ts';
import { toSqsEvent } from './event.ts';
import { DEFAULT_CONCURRENCY, type MappingSettings } from './settings.ts';

/** The most that Lambda puts into one invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/**
 * While messages wait, one more invocation may run side by side every so often: 300 more a minute ("Scaling and
 * concurrency for SQS event source mappings", Lambda Developer Guide).
 */
const GROWTH_MS = 200;

/** How long a move of the clock waits for the invocations that are under way. */
const ADVANCE_PATIENCE_MS = 5_000;

type MappingContext = {
  readonly queue: Queue;
  readonly lambda: LambdaFunction;
  readonly clock: Clock;
  readonly meter?: Meter | undefined;
};

/** The messages of one invocation, which holds them until it ends. */
type Batch = { readonly receipts: Receipt[]; readonly holder: Holder };

/**
 * Runs a function for the messages of a queue, as soon as there are any: a message that becomes visible wakes it, and
 * so does an invocation that ends. It deletes what was done; the rest is visible again when its timeout ends.
 */
export class Mapping {
  readonly #settings: MappingSettings;
  readonly #context: MappingContext;
  readonly #running = new Set<Promise<void>>();
  readonly #stopListening: readonly (() => void)[];
  #gathered = newBatch();
  #window: Timer | undefined;
  #concurrency: number;
  #growth: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(settings: MappingSettings, context: MappingContext) {
    this.#settings = settings;
    this.#context = context;
    this.#concurrency = startOf(settings);
    this.#stopListening = [
      context.queue.onVisible(() => this.#poll()),
      context.clock.onBeforeAdvance(() => this.#settle()),
    ];
    this.#poll();
  }

  /** Takes no more messages, and deletes none of those that are under way. */
  stop(): void {
    this.#stopped = true;
    for (const stopListening of this.#stopListening) stopListening();
    this.#window?.cancel();
    clearTimeout(this.#growth);
  }

  #poll(): void {
    while (!this.#stopped && this.#running.size < this.#concurrency) {
      this.#receive();
      if (this.#gathered.receipts.length === 0) return this.#rest();
      if (this.#mayWaitForMore()) return this.#openWindow();
      this.#invokeGathered();
    }
    this.#growLater();
  }

  /** Begins again as a mapping does, once nothing is left to do. How fast Lambda scales down is not documented. */
  #rest(): void {
    if (this.#running.size === 0) this.#concurrency = startOf(this.#settings);
  }

  #growLater(): void {
    if (this.#stopped || this.#growth || this.#concurrency >= this.#settings.concurrency) return;
    this.#growth = setTimeout(() => {
      this.#growth = undefined;
      if (this.#context.queue.counts.visible > 0) this.#concurrency += 1;
      this.#poll();
    }, GROWTH_MS / this.#settings.scale);
  }

  #receive(): void {
    const { receipts, holder } = this.#gathered;
    const maximum = this.#settings.batchSize - receipts.length;
    receipts.push(...this.#context.queue.receive({ maximum, maximumBytes: MAX_PAYLOAD_BYTES, holder }));
  }

  #mayWaitForMore(): boolean {
    return this.#settings.windowSeconds > 0 && this.#gathered.receipts.length < this.#settings.batchSize;
  }

  #openWindow(): void {
    const { clock } = this.#context;
    this.#window ??= clock.at(clock.now() + this.#settings.windowSeconds * 1000, () =>
      this.#invokeGathered(),
    );
  }

  #invokeGathered(): void {
    const batch = this.#gathered;
    this.#gathered = newBatch();
    this.#window?.cancel();
    this.#window = undefined;
    const run = this.#run(batch).finally(() => {
      this.#running.delete(run);
      this.#poll();
    });
    this.#running.add(run);
  }

  async #run({ receipts, holder }: Batch): Promise<void> {
    const { queue, lambda, meter } = this.#context;
    meter?.addReceive(receipts);
    const invocation = await lambda.invoke(toSqsEvent(receipts, queue.settings.arn));
    holder.active = false;
    if (this.#stopped) return;
    const ids = receipts.map(({ message }) => message.id);
    const done = new Set(findDone(ids, invocation, this.#settings.reportsBatchItemFailures));
    if (done.size > 0) meter?.addDelete();
    for (const { message, handle } of receipts) if (done.has(message.id)) queue.delete(handle);
  }

  /** What has been done is over before the clock is moved; what hangs is not waited for without end. */
  async #settle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ADVANCE_PATIENCE_MS);
    });
    await Promise.race([Promise.all(this.#running), patience]);
    clearTimeout(timer);
  }
}

function startOf({ concurrency, scale }: MappingSettings): number {
  return Math.min(concurrency, Math.ceil(DEFAULT_CONCURRENCY * scale));
}

function newBatch(): Batch {
  return { receipts: [], holder: { active: true } };
}
