import type { AttemptAnswer, DeliveryAnswer } from '../../core/answers.ts';
import { sliceMembers } from '../../core/json.ts';
import type { Api } from './api.ts';
import { pathOfDelivery } from './commands/deliveries.ts';
import { walk } from './lists.ts';

/** A row is written with its first outcome, and so may appear behind newer ones: so far back is looked. */
const LOOK_BACK_MS = 15 * 60_000;

/** A request as it was sent to a webhook. */
export type SentRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/**
 * The deliveries of a webhook whose first attempt of a run was made since this was last asked. Ids and runs that were
 * told are remembered for as long as their rows are looked at.
 */
export class Follower {
  readonly #api: Api;
  readonly #webhookId: string;
  /** The run of each delivery that was told of. */
  #told = new Map<string, number>();
  /** From when on rows are looked at: as the API tells the time, whatever this machine's clock says. */
  #since: string | undefined;

  constructor(api: Api, webhookId: string) {
    this.#api = api;
    this.#webhookId = webhookId;
  }

  /** Passes over what was attempted already; of it, nothing accepted at `since` or later. */
  async skip(since?: string): Promise<void> {
    this.#since = since;
    if (since !== undefined) return;
    const [newest] = await this.#list(1);
    if (!newest) return;
    this.#lookBackFrom(newest.accepted_at);
    await this.next();
  }

  /** What is new, the oldest first. */
  async next(): Promise<DeliveryAnswer[]> {
    const rows = (await this.#list()).filter(({ attempt }) => attempt > 0);
    const isNew = ({ id, run }: DeliveryAnswer) => this.#told.get(id) !== run;
    const fresh = rows.filter(isNew).toReversed();
    this.#told = new Map(rows.map(({ id, run }) => [id, run]));
    const newest = rows[0]?.accepted_at;
    if (newest !== undefined) this.#lookBackFrom(newest);
    return fresh;
  }

  /** The request of a delivery's latest attempt, byte for byte; undefined where its payload has expired. */
  async readRequest({ id, run }: DeliveryAnswer): Promise<SentRequest | undefined> {
    const path = pathOfDelivery(this.#webhookId, id);
    const { text, body } = await this.#api<{ attempts: AttemptAnswer[] }>('GET', path);
    const payload = sliceMembers(text).get('payload');
    const attempt = body.attempts.findLast((made) => made.run === run);
    if (!attempt || payload === undefined || payload === 'null') return undefined;
    return { headers: attempt.request.headers, body: payload };
  }

  #lookBackFrom(time: string): void {
    const since = new Date(Date.parse(time) - LOOK_BACK_MS).toISOString();
    if (this.#since === undefined || since > this.#since) this.#since = since;
  }

  async #list(limit?: number): Promise<DeliveryAnswer[]> {
    const path = `/webhooks/${encodeURIComponent(this.#webhookId)}/deliveries`;
    const query = { since: this.#since };
    const rows: DeliveryAnswer[] = [];
    for await (const row of walk<DeliveryAnswer>(this.#api, path, 'deliveries', { limit, query }))
      rows.push(row);
    return rows;
  }
}
