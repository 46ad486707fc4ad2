import type { Journal } from '../journal.ts';
import { type Message, type Receipts, type StoredMessage, toMessage, toStored } from './message.ts';

type StoredReceipts = Receipts & { readonly id: string };

/**
 * What the journal keeps of one queue. Only a message that was sent is waited for: a receive or a deletion that a
 * crash forgets means that the message comes once more, which it may do anyway.
 */
export class QueueJournal {
  readonly #journal: Journal;
  readonly #queueName: string;

  constructor(journal: Journal, queueName: string) {
    this.#journal = journal;
    this.#queueName = queueName;
  }

  /** The messages that were kept, the oldest first. */
  async read(): Promise<Message[]> {
    const messages = (await this.#journal.read(this.#key('message'))) as StoredMessage[];
    const receipts = (await this.#journal.read(this.#key('receipts'))) as StoredReceipts[];
    const receiptsOf = new Map(receipts.map(({ id, count, firstAt }) => [id, { count, firstAt }]));
    return messages
      .sort((a, b) => a.sentAt - b.sentAt)
      .map((message) => toMessage(message, receiptsOf.get(message.id)));
  }

  keep(message: Message): Promise<void> {
    return this.#journal.put(this.#key('message', message), toStored(message));
  }

  keepReceipts(message: Message): void {
    const { id, receipts } = message;
    void this.#journal.put(this.#key('receipts', message), { id, ...receipts } satisfies StoredReceipts);
  }

  forget(message: Message): void {
    void this.#journal.delete(this.#key('message', message));
    void this.#journal.delete(this.#key('receipts', message));
  }

  #key(kind: 'message' | 'receipts', message?: Message): string {
    return `${kind}/${this.#queueName}/${message?.id ?? ''}`;
  }
}
