/**
 * What a receiver remembers of deliveries, so that each is taken once. A store that several processes share must
 * claim in one step, such as a conditional write; and since a process may die at work, a claim in it should run out
 * after some minutes.
 */
export type DeliveryStore = {
  /**
   * Takes a delivery on.
   * @param token names this claim, and no other
   * @returns `claimed` where it is yours now, `busy` where somebody is at work on it, `taken` where it is done
   */
  claim(id: string, token: string): Claim | Promise<Claim>;
  /** The work is done: from now on the delivery is `taken`. */
  complete(id: string): void | Promise<void>;
  /** The work of this claim failed: the delivery may be claimed again, unless the claim ran out and another has done so. */
  release(id: string, token: string): void | Promise<void>;
};

/**
 * After so long a claim has run out: ms. Cathcr waits 30 s for an answer, and a handler that never ends would keep its
 * delivery from every retry.
 */
const CLAIM_MS = 5 * 60_000;

export type Claim = 'claimed' | 'busy' | 'taken';

/**
 * The deliveries that this process took, the newest of them: it remembers so many ids, and forgets the oldest. A claim
 * runs out after five minutes.
 */
export class MemoryStore implements DeliveryStore {
  readonly #maxTaken: number;
  /** Who claimed each delivery, and until when: ms of a clock that nobody sets. */
  readonly #busy = new Map<string, { readonly token: string; readonly until: number }>();
  /** The oldest first. */
  readonly #taken = new Set<string>();

  constructor(maxTaken = 10_000) {
    this.#maxTaken = maxTaken;
  }

  claim(id: string, token: string): Claim {
    if (this.#taken.has(id)) return 'taken';
    const now = performance.now();
    if (now < (this.#busy.get(id)?.until ?? 0)) return 'busy';
    this.#busy.set(id, { token, until: now + CLAIM_MS });
    return 'claimed';
  }

  complete(id: string): void {
    this.#busy.delete(id);
    this.#taken.add(id);
    for (const oldest of this.#taken) {
      if (this.#taken.size <= this.#maxTaken) break;
      this.#taken.delete(oldest);
    }
  }

  release(id: string, token: string): void {
    if (this.#busy.get(id)?.token === token) this.#busy.delete(id);
  }
}
