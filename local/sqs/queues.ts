import { queueNameOf } from '../aws/account.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults/faults.ts';
import type { Journal } from '../journal.ts';
import { Queue } from './queue.ts';
import type { QueueSettings } from './settings.ts';

type QueuesContext = { readonly clock: Clock; readonly journal: Journal; readonly faults: Faults };

/** The queues of the stack, by name. */
export class Queues {
  readonly #byName: ReadonlyMap<string, Queue>;

  constructor(settings: readonly QueueSettings[], context: QueuesContext) {
    const findQueue = (arn: string) => this.find(arn);
    this.#byName = new Map(
      settings.map((queue) => [queue.name, new Queue(queue, { ...context, findQueue })]),
    );
  }

  /** Takes back what the journal kept of every queue. */
  async restore(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((queue) => queue.restore()));
  }

  /** The queue of a name, an ARN or a URL; of which only the name counts, as the port may have changed since. */
  find(nameArnOrUrl: string): Queue | undefined {
    return this.#byName.get(queueNameOf(nameArnOrUrl));
  }

  all(): Queue[] {
    return [...this.#byName.values()];
  }
}
