/** What a heap holds carries its own place in it, so that it can be taken out or moved without a search. */
export type HeapItem = { heapIndex: number };

/** The place of an item that is in no heap. */
export const NOT_IN_HEAP = -1;

/** A binary heap: the item that comes before all others is first; adding, removing and moving cost O(log n). */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #comesBefore: (a: T, b: T) => boolean;

  constructor(comesBefore: (a: T, b: T) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    this.#place(item, this.#items.length);
    this.#rise(item);
  }

  /** Takes an item out; one that is not in the heap is left alone. */
  remove(item: T): void {
    if (item.heapIndex === NOT_IN_HEAP) return;
    const last = this.#items.pop() as T;
    if (last !== item) {
      this.#place(last, item.heapIndex);
      this.move(last);
    }
    item.heapIndex = NOT_IN_HEAP;
  }

  /** Puts an item, whose order has changed, where it belongs now. */
  move(item: T): void {
    this.#rise(item);
    this.#sink(item);
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #rise(item: T): void {
    while (item.heapIndex > 0) {
      const parent = this.#items[(item.heapIndex - 1) >> 1] as T;
      if (!this.#comesBefore(item, parent)) return;
      this.#swap(item, parent);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const child = this.#firstChild(item.heapIndex);
      if (!child || !this.#comesBefore(child, item)) return;
      this.#swap(item, child);
    }
  }

  #firstChild(index: number): T | undefined {
    const left = this.#items[2 * index + 1];
    const right = this.#items[2 * index + 2];
    return left && right && this.#comesBefore(right, left) ? right : left;
  }

  #swap(a: T, b: T): void {
    const index = a.heapIndex;
    this.#place(a, b.heapIndex);
    this.#place(b, index);
  }
}
