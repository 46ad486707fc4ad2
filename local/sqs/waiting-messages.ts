import { Heap, type HeapItem, NOT_IN_HEAP } from '../heap.ts';
import type { Message } from './message.ts';

/** The messages of one tenant: those that wait, oldest first, and how many are being worked on. */
type Tenant = HeapItem & { readonly waiting: Fifo; inFlight: number };

/**
 * The messages that wait in a fair queue. The next one is the oldest of the tenant (`MessageGroupId`) with the fewest
 * messages in flight, so that a busy tenant's backlog does not delay the others. AWS does so only once a tenant is
 * noisy; doing it always is the same rule without its thresholds. A message without a group is a tenant of its own
 * (never in flight twice), so those simply stand in line together. Taking one costs O(log tenants).
 */
export class WaitingMessages {
  readonly #tenants = new Map<string | undefined, Tenant>();
  readonly #waitingTenants = new Heap<Tenant>(
    (a, b) => a.inFlight < b.inFlight || (a.inFlight === b.inFlight && orderOf(a) < orderOf(b)),
  );
  #lastOrder = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(message: Message): void {
    message.order = ++this.#lastOrder;
    this.#enter(message, (waiting) => waiting.add(message));
  }

  /** As `add`, but before all others of its tenant: SQS promises no order. */
  addFirst(message: Message): void {
    message.order = 0;
    this.#enter(message, (waiting) => waiting.addFirst(message));
  }

  #enter(message: Message, enqueue: (waiting: Fifo) => void): void {
    const tenant = this.#tenantOf(message);
    message.state = 'waiting';
    this.#size += 1;
    enqueue(tenant.waiting);
    if (tenant.heapIndex === NOT_IN_HEAP) this.#waitingTenants.add(tenant);
    else this.#waitingTenants.move(tenant);
  }

  /** The message that is next, left where it is. */
  get next(): Message | undefined {
    return this.#waitingTenants.first?.waiting.first;
  }

  /** Takes a message out for good: it expired, was deleted or became a dead letter. */
  discard(message: Message): void {
    message.state = 'gone';
    this.#size -= 1;
    const tenant = this.#tenantOf(message);
    tenant.waiting.dropGone();
    this.#settle(message.groupId, tenant);
  }

  /** Counts a message as being worked on. */
  takeNext(): Message | undefined {
    const message = this.next;
    if (!message) return undefined;
    const tenant = this.#tenantOf(message);
    message.state = 'in flight';
    this.#size -= 1;
    tenant.waiting.dropGone();
    if (message.groupId !== undefined) tenant.inFlight += 1;
    this.#settle(message.groupId, tenant);
    return message;
  }

  /** A message that was taken is no longer being worked on. */
  release({ groupId }: Message): void {
    const tenant = this.#tenants.get(groupId);
    if (!tenant || groupId === undefined) return;
    tenant.inFlight -= 1;
    this.#settle(groupId, tenant);
  }

  #tenantOf({ groupId }: Message): Tenant {
    const known = this.#tenants.get(groupId);
    if (known) return known;
    const tenant = { waiting: new Fifo(), inFlight: 0, heapIndex: NOT_IN_HEAP };
    this.#tenants.set(groupId, tenant);
    return tenant;
  }

  /** After a change: a tenant with waiting messages is in its place, one with nothing at all is forgotten. */
  #settle(groupId: string | undefined, tenant: Tenant): void {
    if (tenant.waiting.first) this.#waitingTenants.move(tenant);
    else this.#waitingTenants.remove(tenant);
    if (!tenant.waiting.first && tenant.inFlight === 0) this.#tenants.delete(groupId);
  }
}

function orderOf({ waiting }: Tenant): number {
  return waiting.first?.order ?? Number.POSITIVE_INFINITY;
}

/** First in, first out; what stopped waiting is dropped when it comes to the front. */
class Fifo {
  #messages: Message[] = [];
  #head = 0;

  get first(): Message | undefined {
    return this.#messages[this.#head];
  }

  add(message: Message): void {
    this.#messages.push(message);
  }

  addFirst(message: Message): void {
    this.#messages.splice(this.#head, 0, message);
  }

  dropGone(): void {
    while (this.first && this.first.state !== 'waiting') this.#head += 1;
    if (this.#head <= this.#messages.length / 2) return;
    this.#messages = this.#messages.slice(this.#head);
    this.#head = 0;
  }
}
