import { Heap, type HeapItem, NOT_IN_HEAP } from './heap.ts';
import { reportFault } from './report-fault.ts';

/** The longest wait that `setTimeout` can count. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** What is to happen at a time. It reports its own failures: one that it throws ends nothing but itself. */
type Action = () => void | Promise<void>;

/** Something that waits for its time. */
export type Timer = { cancel(): void };

type Entry = HeapItem & { readonly dueAt: number; readonly order: number; readonly action: Action };

/** What the clock's owner may keep of it: how far it has been moved, in ms. */
type ClockOptions = { readonly offsetMs?: number; readonly saveOffset?: (offsetMs: number) => Promise<void> };

/**
 * The one clock of a runtime: real time plus an offset, which can be moved forward. Schedules, delays, visibility and
 * retention wait on it. The offset is shared memory, so that the functions' threads see the same time.
 */
export class Clock {
  readonly sharedOffset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  readonly #offset = new BigInt64Array(this.sharedOffset);
  readonly #waiting = new Heap<Entry>(
    (a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order),
  );
  readonly #saveOffset: (offsetMs: number) => Promise<void>;
  #lastOrder = 0;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;
  #firing: Promise<void> = Promise.resolve();
  readonly #beforeAdvance = new Set<() => Promise<void>>();
  #stopped = false;

  constructor({ offsetMs = 0, saveOffset = async () => {} }: ClockOptions = {}) {
    this.#setOffset(offsetMs);
    this.#saveOffset = saveOffset;
  }

  /** The runtime's time, in epoch ms. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Does something at a time (epoch ms); at once, though never before this returns, where that has passed. */
  at(dueAt: number, action: Action): Timer {
    const entry = { dueAt, order: ++this.#lastOrder, action, heapIndex: NOT_IN_HEAP };
    this.#waiting.add(entry);
    if (dueAt < this.#alarmAt) this.#setAlarm();
    return { cancel: () => this.#waiting.remove(entry) };
  }

  /** Has the clock wait for something before it is moved. @returns what ends that */
  onBeforeAdvance(listener: () => Promise<void>): () => void {
    this.#beforeAdvance.add(listener);
    return () => this.#beforeAdvance.delete(listener);
  }

  /** Moves the clock forward and does what is due then, in order of time; done when all of it is. */
  async advance(seconds: number): Promise<void> {
    await Promise.all([...this.#beforeAdvance].map((listener) => listener()));
    this.#setOffset(this.#offsetMs + seconds * 1000);
    await this.#saveOffset(this.#offsetMs);
    await this.#fireDue();
  }

  /** Nothing happens on this clock any more, once what is happening has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#alarm);
    await this.#firing;
  }

  get #offsetMs(): number {
    return Number(this.#offset[0]);
  }

  #setOffset(offsetMs: number): void {
    Atomics.store(this.#offset, 0, BigInt(Math.round(offsetMs)));
  }

  /** One pass at a time, so that what is due later never overtakes what was due before. */
  #fireDue(): Promise<void> {
    this.#firing = this.#firing.then(() => this.#fire());
    return this.#firing;
  }

  async #fire(): Promise<void> {
    for (let entry = this.#nextDue(); entry; entry = this.#nextDue()) {
      this.#waiting.remove(entry);
      try {
        const done = entry.action();
        // No pause without need: messages that come back in one moment are to be received as one batch.
        if (done) await done;
      } catch (error) {
        reportFault('what was due failed', error);
      }
    }
    this.#setAlarm();
  }

  #nextDue(): Entry | undefined {
    const first = this.#waiting.first;
    return first && !this.#stopped && first.dueAt <= this.now() ? first : undefined;
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    const first = this.#waiting.first;
    this.#alarmAt = first?.dueAt ?? Number.POSITIVE_INFINITY;
    if (!first || this.#stopped) return;
    const waitMs = Math.min(Math.max(0, first.dueAt - this.now()), MAX_TIMEOUT_MS);
    this.#alarm = setTimeout(() => void this.#fireDue(), waitMs);
  }
}
