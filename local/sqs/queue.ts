import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Fault, Faults } from '../faults/faults.ts';
import type { MESSAGE_FAULTS } from '../faults/plan.ts';
import type { Journal } from '../journal.ts';
import { type Holder, type Message, type NewMessage, sizeOf, toMessage, toStored } from './message.ts';
import { QueueJournal } from './queue-journal.ts';
import type { QueueSettings } from './settings.ts';
import { WaitingMessages } from './waiting-messages.ts';

type QueueContext = {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly findQueue: (arn: string) => Queue | undefined;
};

/** A message as one receiver got it. The handle is good until somebody else receives the message. */
export type Receipt = {
  readonly message: Message;
  readonly handle: string;
  readonly count: number;
  readonly firstAt: number;
};

type ReceiveOptions = {
  readonly maximum: number;
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** The bodies together hold no more than this, unless the first alone does. */
  readonly maximumBytes?: number;
  /** Who works on them. Moving the clock ends no visibility timeout under its hands. */
  readonly holder?: Holder;
};

/** A standard queue. */
export class Queue {
  readonly settings: QueueSettings;
  readonly #context: QueueContext;
  readonly #journal: QueueJournal;
  readonly #messages = new Map<string, Message>();
  readonly #waiting = new WaitingMessages();
  readonly #listeners = new Set<() => void>();
  #delayed = 0;
  #announced = false;

  constructor(settings: QueueSettings, context: QueueContext) {
    this.settings = settings;
    this.#context = context;
    this.#journal = new QueueJournal(context.journal, settings.name);
  }

  /** Takes back what the journal kept; what was in flight then is visible again, as nobody works on it any more. */
  async restore(): Promise<void> {
    for (const message of await this.#journal.read()) this.#enter(message);
  }

  /** Adds messages; done when they would survive a crash. */
  async send(newMessages: readonly NewMessage[]): Promise<Message[]> {
    const messages = newMessages.map((message) => this.#make(message));
    const twins = messages.filter(() => this.#befalls('sent-twice'));
    const all = [
      ...messages,
      ...twins.map((message) => toMessage({ ...toStored(message), id: randomUUID() })),
    ];
    await Promise.all(all.map((message) => this.#journal.keep(message)));
    for (const message of all) this.#enter(message);
    return messages;
  }

  /** Hands out messages that wait. One that was received too often becomes a dead letter instead. */
  receive(options: ReceiveOptions): Receipt[] {
    const { maximum, maximumBytes = Number.POSITIVE_INFINITY } = options;
    const receipts: Receipt[] = [];
    let bytes = 0;
    for (let next = this.#waiting.next; next && receipts.length < maximum; next = this.#waiting.next) {
      if (this.#redrive(next)) continue;
      bytes += sizeOf(next);
      if (bytes > maximumBytes && receipts.length > 0) break;
      receipts.push(this.#handOut(options));
    }
    return receipts;
  }

  /** Deletes the message of a receipt, unless it is gone or has been received again since. */
  delete(handle: string): void {
    const message = this.#findReceived(handle);
    if (message?.state === 'in flight' && this.#befalls('not-deleted')) this.#showAgain(message);
    else if (message) this.#forget(message);
  }

  /**
   * Has a message wait another while, counted from now, before it is visible again.
   * @returns false where the message is not in flight
   */
  changeVisibility(handle: string, timeoutSeconds: number): boolean {
    const message = this.#findReceived(handle);
    if (message?.state !== 'in flight') return false;
    this.#hideFor(message, timeoutSeconds);
    return true;
  }

  purge(): void {
    for (const message of this.#messages.values()) this.#forget(message);
  }

  /** Calls a listener when messages have become visible. @returns what ends that */
  onVisible(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get counts(): { visible: number; delayed: number; inFlight: number } {
    const visible = this.#waiting.size;
    return { visible, delayed: this.#delayed, inFlight: this.#messages.size - visible - this.#delayed };
  }

  #make({ delaySeconds = this.settings.delaySeconds, ...rest }: NewMessage): Message {
    const sentAt = this.#context.clock.now();
    const delayMs = delaySeconds * 1000 + (this.#befalls('late')?.ms ?? 0);
    return toMessage({ ...rest, id: randomUUID(), sentAt, visibleAt: sentAt + delayMs });
  }

  /** The fault of a kind that is to happen here and now, if any. */
  #befalls(kind: (typeof MESSAGE_FAULTS)[number]): Fault | undefined {
    const { faults } = this.#context;
    const fault = faults.draw([kind], this.settings.name);
    if (fault) faults.count(kind);
    return fault;
  }

  #enter(message: Message): void {
    const { clock } = this.#context;
    this.#messages.set(message.id, message);
    const expiresAt = message.sentAt + this.settings.retentionSeconds * 1000;
    message.expiry = clock.at(expiresAt, () => this.#forget(message));
    if (message.visibleAt <= clock.now()) return this.#show(message);
    message.state = 'delayed';
    this.#delayed += 1;
    message.timer = clock.at(message.visibleAt, () => {
      this.#delayed -= 1;
      this.#show(message);
    });
  }

  #show(message: Message): void {
    if (this.#befalls('overtaking')) this.#waiting.addFirst(message);
    else this.#waiting.add(message);
    this.#announce();
  }

  #showAgain(message: Message): void {
    message.timer?.cancel();
    this.#waiting.release(message);
    this.#show(message);
  }

  /** Once for all messages that become visible in one go, so that a batch is received as one. */
  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      for (const listener of this.#listeners) listener();
    });
  }

  #handOut(options: ReceiveOptions): Receipt {
    const { visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds, holder } = options;
    const message = this.#waiting.takeNext() as Message;
    message.holder = holder;
    const { receipts } = message;
    receipts.count += 1;
    receipts.firstAt ??= this.#context.clock.now();
    this.#journal.keepReceipts(message);
    const early = this.#befalls('shown-early');
    this.#hideFor(message, early ? early.ms / 1000 : visibilityTimeoutSeconds);
    return { message, handle: handleOf(message), count: receipts.count, firstAt: receipts.firstAt };
  }

  #hideFor(message: Message, seconds: number): void {
    const { clock } = this.#context;
    const hiddenAt = performance.now();
    message.timer?.cancel();
    message.timer = clock.at(clock.now() + seconds * 1000, () => {
      const secondsLeft = seconds - (performance.now() - hiddenAt) / 1000;
      // Only a move of the clock can be ahead of real time. An invocation, which takes real time, has not had its own.
      if (message.holder?.active && secondsLeft > 0) return this.#hideFor(message, secondsLeft);
      this.#showAgain(message);
    });
  }

  #findReceived(handle: string): Message | undefined {
    const message = this.#messages.get(messageIdOf(handle));
    return message && handleOf(message) === handle ? message : undefined;
  }

  /** Both queues' journal entries change in one write. */
  #redrive(message: Message): boolean {
    const { redrive, arn } = this.settings;
    if (!redrive || message.receipts.count < redrive.maxReceiveCount) return false;
    const target = this.#context.findQueue(redrive.deadLetterTargetArn);
    if (!target) return false;
    this.#forget(message);
    target.#adopt(toMessage({ ...toStored(message), deadLetterSourceArn: arn }, message.receipts));
    return true;
  }

  #adopt(message: Message): void {
    void this.#journal.keep(message);
    this.#journal.keepReceipts(message);
    this.#enter(message);
  }

  #forget(message: Message): void {
    message.timer?.cancel();
    message.expiry?.cancel();
    if (message.state === 'waiting') this.#waiting.discard(message);
    if (message.state === 'in flight') this.#waiting.release(message);
    if (message.state === 'delayed') this.#delayed -= 1;
    message.state = 'gone';
    this.#messages.delete(message.id);
    this.#journal.forget(message);
  }
}

function handleOf({ id, receipts }: Message): string {
  return Buffer.from(`${id}:${receipts.count}`).toString('base64');
}

function messageIdOf(handle: string): string {
  return Buffer.from(handle, 'base64').toString().split(':')[0] ?? '';
}
