import { SENDER_ID as EVENT_BUS } from '../events/events.ts';
import type { InvocationTimes } from '../lambda/instance.ts';
import type { FunctionSettings } from '../lambda/settings.ts';
import { sizeOf } from '../sqs/message.ts';
import type { Receipt } from '../sqs/queue.ts';
import { type Billable, chunksOf, type Usage } from './usage.ts';

/** An invocation as Lambda bills it. */
export type BilledInvocation = InvocationTimes & {
  readonly functionName: string;
  readonly billedMs: number;
  readonly memoryMb: number;
};

/** The memory with which a function has one vCPU ("Configure Lambda function memory", Lambda Developer Guide). */
const ONE_VCPU_MB = 1769;

/** Without a rule of its own, X-Ray records every twentieth request (and the first of each second). */
const TRACED_SHARE = 0.05;

/** What CloudWatch Logs adds to each line ("PutLogEvents", CloudWatch Logs API Reference). */
const LOG_LINE_BYTES = 26;

/** A line of the access log, which is not written on a laptop, as the stack has it: about so long. */
const ACCESS_LOG_LINE_BYTES = 260;

/**
 * How long an invocation would have taken with `memoryMb`: it waits as long as here, and its CPU time is stretched by
 * the share of a vCPU that it is given. The CPU of this machine stands for one vCPU.
 * @returns ms, rounded up as Lambda does
 */
export function billedMsOf({ durationMs, cpuMs }: InvocationTimes, memoryMb: number): number {
  const waitedMs = Math.max(0, durationMs - cpuMs);
  return Math.ceil(waitedMs + cpuMs * Math.max(1, ONE_VCPU_MB / memoryMb));
}

/** Adds up what AWS would bill for what a runtime does. */
export class Meter {
  readonly #quantities = new Map<Billable, number>();
  readonly #invocations: BilledInvocation[] = [];

  /** What was used since the last reset. */
  get usage(): Usage {
    return Object.fromEntries(this.#quantities);
  }

  /** The invocations since the last reset. */
  get invocations(): readonly BilledInvocation[] {
    return this.#invocations;
  }

  reset(): void {
    this.#quantities.clear();
    this.#invocations.length = 0;
  }

  add(billable: Billable, quantity = 1): void {
    this.#quantities.set(billable, (this.#quantities.get(billable) ?? 0) + quantity);
  }

  addInvocation({ name, memoryMb, isTraced }: FunctionSettings, times: InvocationTimes): void {
    const billedMs = billedMsOf(times, memoryMb);
    this.#invocations.push({ functionName: name, ...times, billedMs, memoryMb });
    this.add('invocations');
    this.add('GB-seconds', (billedMs / 1000) * (memoryMb / 1024));
    if (isTraced) this.add('traces', TRACED_SHARE);
  }

  addLogLine(line: string): void {
    this.add('log bytes', Buffer.byteLength(line) + LOG_LINE_BYTES);
  }

  /** A request of the HTTP API, and its line in the access log. */
  addApiRequest(): void {
    this.add('API requests');
    this.add('log bytes', ACCESS_LOG_LINE_BYTES);
  }

  /** What a mapping receives in one request; and, of messages from a rule, what the bus was billed to send them. */
  addReceive(receipts: readonly Receipt[]): void {
    const sizes = receipts.map(({ message }) => sizeOf(message));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    this.add('SQS receives and deletes', chunksOf(bytes));
    const fromBus = receipts.filter(({ message, count }) => message.senderId === EVENT_BUS && count === 1);
    for (const { message } of fromBus) this.add('SQS sends', chunksOf(sizeOf(message)));
  }

  /** A mapping deletes what was done of a batch in one request. */
  addDelete(): void {
    this.add('SQS receives and deletes');
  }
}
