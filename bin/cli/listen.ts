import type { AttemptAnswer, DeliveryAnswer } from '../../core/answers.ts';
import { sliceMembers } from '../../core/json.ts';
import { type Api, webhookPath } from './api.ts';
import { walk } from './lists.ts';

/**
 * The log has an attempt by when it was begun, and has it once it is over: which may be behind newer ones, as a receiver
 * may take 30 s. So far back is looked each time.
 */
const LOOK_BACK_MS = 60_000;

/** A delivery as its webhook was sent it: the request byte for byte, and how the delivery stands. */
export type Sent = {
  readonly status: DeliveryAnswer['status'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const runOf = ({ delivery_id, run }: AttemptAnswer) => `${delivery_id} ${run}`;

/**
 * The runs of a webhook's deliveries that have begun since this was last asked, by their first attempts: also that of a
 * replay, however old its delivery is. Runs that were told are remembered for as long as the log is looked at for them.
 */
export class Follower {
  readonly #api: Api;
  readonly #webhookId: string;
  #told: ReadonlySet<string> = new Set();
  /** From when on the log is looked at, epoch ms: as the API tells the time, whatever this machine's clock says. */
  #since = Number.NEGATIVE_INFINITY;

  constructor(api: Api, webhookId: string) {
    this.#api = api;
    this.#webhookId = webhookId;
  }

  /** Passes over what was attempted already; of it, nothing begun at `since` (ISO 8601) or later. */
  async skip(since?: string): Promise<void> {
    if (since !== undefined) {
      this.#since = Date.parse(since);
      return;
    }
    for await (const newest of this.#log(1)) this.#lookBackFrom(newest);
    await this.next();
  }

  /** What is new, the oldest first. */
  async next(): Promise<AttemptAnswer[]> {
    const attempts: AttemptAnswer[] = [];
    for await (const made of this.#log()) {
      if (Date.parse(made.timestamp) < this.#since) break;
      attempts.push(made);
    }
    const begun = attempts.filter(({ attempt }) => attempt === 1);
    const fresh = begun.filter((made) => !this.#told.has(runOf(made))).toReversed();
    this.#told = new Set(begun.map(runOf));
    const [newest] = attempts;
    if (newest) this.#lookBackFrom(newest);
    return fresh;
  }

  /** What was sent to the webhook by this attempt; undefined where its payload has expired. */
  async readSent({ delivery_id, run, attempt }: AttemptAnswer): Promise<Sent | undefined> {
    const path = webhookPath(this.#webhookId, 'deliveries', delivery_id);
    const { text, body } = await this.#api<DeliveryAnswer & { attempts: AttemptAnswer[] }>('GET', path);
    const payload = sliceMembers(text).get('payload');
    const made = body.attempts.find((one) => one.run === run && one.attempt === attempt);
    if (!made || payload === undefined || payload === 'null') return undefined;
    return { status: body.status, headers: made.request.headers, body: payload };
  }

  #lookBackFrom({ timestamp }: AttemptAnswer): void {
    this.#since = Math.max(this.#since, Date.parse(timestamp) - LOOK_BACK_MS);
  }

  /** Attempts, the newest first, read page by page as far as they are taken. */
  #log(limit?: number): AsyncGenerator<AttemptAnswer> {
    const path = webhookPath(this.#webhookId, 'logs');
    return walk<AttemptAnswer>(this.#api, path, 'logs', { limit });
  }
}
