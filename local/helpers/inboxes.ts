import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { HttpAnswer } from '../gateway/answer.ts';
import { type Behaviour, DEFAULT_BEHAVIOUR } from './inbox-behaviour.ts';

/** A request that an inbox got, as it is told. */
export type ReceivedRequest = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly as it was sent. */
  readonly body: string;
  /** The runtime's time, ISO 8601. */
  readonly received_at: string;
};

type Inbox = { behaviour: Behaviour; readonly requests: ReceivedRequest[] };

/** Receivers to point webhooks at, each made by its first use. */
export class Inboxes {
  readonly #inboxes = new Map<string, Inbox>();
  readonly #delays = new Set<NodeJS.Timeout>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps a request, and answers it as the inbox is told to. */
  async receive(name: string, request: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const inbox = this.#find(name);
    inbox.requests.push({
      method: request.method ?? '',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
      ),
      body: body.toString(),
      received_at: new Date(this.#clock.now()).toISOString(),
    });
    const { status, delayMs, headers, body: answer } = inbox.behaviour;
    if (delayMs > 0) await this.#delay(delayMs);
    return { status, headers, body: answer };
  }

  behave(name: string, behaviour: Behaviour): void {
    this.#find(name).behaviour = behaviour;
  }

  /** What an inbox got, newest last. */
  requestsOf(name: string): readonly ReceivedRequest[] {
    return this.#inboxes.get(name)?.requests ?? [];
  }

  /** Forgets what an inbox got and how it was to answer. */
  forget(name: string): void {
    this.#inboxes.delete(name);
  }

  /** Leaves those unanswered that still wait. */
  stop(): void {
    for (const delay of this.#delays) clearTimeout(delay);
  }

  #find(name: string): Inbox {
    const known = this.#inboxes.get(name);
    if (known) return known;
    const inbox = { behaviour: DEFAULT_BEHAVIOUR, requests: [] };
    this.#inboxes.set(name, inbox);
    return inbox;
  }

  #delay(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const delay = setTimeout(() => {
        this.#delays.delete(delay);
        resolve();
      }, delayMs);
      this.#delays.add(delay);
    });
  }
}
