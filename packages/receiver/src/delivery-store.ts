/**
 * What a receiver remembers of deliveries, so that each is taken once. A store that several processes share must
 * claim in one step, such as a conditional write; and since a process may die at work, a claim in it should run out
 * after some minutes.
 */
export type DeliveryStore = {
  /**
   * Takes a delivery on.
   * @returns `claimed` where it is yours now, `busy` where somebody is at work on it, `taken` where it is done
   */
  claim(id: string): Claim | Promise<Claim>;
  /** The work is done: from now on the delivery is `taken`. */
  complete(id: string): void | Promise<void>;
  /** The work failed: the delivery may be claimed again. */
  release(id: string): void | Promise<void>;
};

export type Claim = 'claimed' | 'busy' | 'taken';

/** The deliveries that this process took, the newest of them: it remembers so many ids, and forgets the oldest. */
export class MemoryStore implements DeliveryStore {
  readonly #maxTaken: number;
  readonly #busy = new Set<string>();
  /** The oldest first. */
  readonly #taken = new Set<string>();

  constructor(maxTaken = 10_000) {
    this.#maxTaken = maxTaken;
  }

  claim(id: string): Claim {
    if (this.#taken.has(id)) return 'taken';
    if (this.#busy.has(id)) return 'busy';
    this.#busy.add(id);
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

  release(id: string): void {
    this.#busy.delete(id);
  }
}
