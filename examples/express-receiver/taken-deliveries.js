/** How many ids are remembered: the newest. */
const MAX_REMEMBERED = 10_000;

/**
 * The ids of the deliveries that were taken, in this process's memory. A receiver of several processes keeps them
 * in a database instead, in a table whose key is the id.
 */
export class TakenDeliveries {
  #ids = /** @type {Set<string>} */ (new Set());

  /**
   * Takes a delivery; false where it was taken before.
   * @param {string} id
   */
  take(id) {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= MAX_REMEMBERED) break;
      this.#ids.delete(oldest);
    }
    return true;
  }

  /**
   * Gives a delivery back whose work failed, so that a replay of it is not dropped as a duplicate.
   * @param {string} id
   */
  giveBack(id) {
    this.#ids.delete(id);
  }
}
