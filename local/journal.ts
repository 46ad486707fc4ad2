import { mkdir } from 'node:fs/promises';
import { Level } from 'level';

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

/**
 * What must survive the death of the process: messages, schedules, the clock's offset, as JSON under keys. A promise
 * is fulfilled once the operating system has the write, so a kill cannot lose it. Operations asked for in one go,
 * with nothing awaited in between, are written together or not at all.
 */
export type Journal = {
  /** The values whose keys begin with `prefix`, in order of their keys. */
  read(prefix: string): Promise<unknown[]>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
};

/** The journal of a runtime that forgets everything. */
export const memoryJournal: Journal = {
  read: async () => [],
  put: async () => {},
  delete: async () => {},
  close: async () => {},
};

/**
 * Opens the journal in a folder, which is made where there is none.
 * @throws Error naming the folder where another runtime has it open
 */
export async function openJournal(directory: string): Promise<Journal> {
  await mkdir(directory, { recursive: true });
  const database = new Level(directory);
  try {
    await database.open();
  } catch (error) {
    throw explainOpenFailure(directory, error);
  }
  return new LevelJournal(database);
}

function explainOpenFailure(directory: string, error: unknown): Error {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code === 'LEVEL_LOCKED'
    ? new Error(`another runtime is using the data in ${directory}`, { cause: error })
    : new Error(`the data in ${directory} cannot be opened`, { cause: error });
}

/** Collects what is asked for while a write is under way, and writes it as one batch after that. */
class LevelJournal implements Journal {
  readonly #database: Level;
  #collected: Operation[] = [];
  #nextWrite: Promise<void> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(database: Level) {
    this.#database = database;
  }

  async read(prefix: string): Promise<unknown[]> {
    const values = await this.#database.values({ gte: prefix, lt: `${prefix}\uffff` }).all();
    return values.map((value) => JSON.parse(value));
  }

  put(key: string, value: unknown): Promise<void> {
    return this.#write({ type: 'put', key, value: JSON.stringify(value) });
  }

  delete(key: string): Promise<void> {
    return this.#write({ type: 'del', key });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (this.#nextWrite ?? this.#lastWrite);
    await this.#database.close();
  }

  #write(operation: Operation): Promise<void> {
    // Nobody can be told any more: at the end of a runtime the server goes first.
    if (this.#closed) return Promise.resolve();
    this.#collected.push(operation);
    this.#nextWrite ??= this.#writeAfter(this.#lastWrite);
    return this.#nextWrite;
  }

  async #writeAfter(earlier: Promise<void>): Promise<void> {
    await earlier.catch(() => {});
    const operations = this.#collected;
    this.#collected = [];
    this.#lastWrite = this.#database.batch(operations);
    this.#nextWrite = undefined;
    await this.#lastWrite;
  }
}
