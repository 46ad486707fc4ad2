import type { SQSRecord } from 'aws-lambda';
import type { AttemptResult, Delivery } from '../../core/delivery.ts';
import { NO_STATISTICS, type WebhookStatistics } from '../../core/webhook.ts';

/** What is added up for one webhook, and the records that tell of what it has accepted. */
type Sum = { readonly added: WebhookStatistics; readonly successes: readonly SQSRecord[] };

/** An attempt that was made: where it leaves its delivery, and what came of it. */
export type MadeAttempt = { readonly delivery: Delivery; readonly result: AttemptResult };

/** The statistics of one batch of records, by webhook, so that a batch costs one write for each webhook in it. */
export type Tally = {
  readonly countAttempt: (made: MadeAttempt, record: SQSRecord) => void;
  /** Notes a success that was counted before, by an invocation that may have died before it said so. */
  readonly noteSuccess: (webhookId: string, at: number, record: SQSRecord) => void;
  readonly entries: () => Iterable<[string, Sum]>;
  /** All that were made, in their order. */
  readonly attempts: () => readonly MadeAttempt[];
};

const latest = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

export function createTally(): Tally {
  const sums = new Map<string, Sum>();
  const attempts: MadeAttempt[] = [];
  const add = (webhookId: string, more: WebhookStatistics, record: SQSRecord) => {
    const { added, successes } = sums.get(webhookId) ?? { added: NO_STATISTICS, successes: [] };
    sums.set(webhookId, {
      added: {
        deliveryCount: added.deliveryCount + more.deliveryCount,
        failureCount: added.failureCount + more.failureCount,
        lastDeliveryAt: latest(added.lastDeliveryAt, more.lastDeliveryAt),
        lastSuccessAt: latest(added.lastSuccessAt, more.lastSuccessAt),
      },
      successes: more.lastSuccessAt === undefined ? successes : [...successes, record],
    });
  };
  return {
    countAttempt: (made, record) => {
      attempts.push(made);
      const { at, error } = made.result;
      const isSuccess = error === undefined;
      const failureCount = isSuccess ? 0 : 1;
      const lastSuccessAt = isSuccess ? at : undefined;
      const added = { deliveryCount: 1, failureCount, lastDeliveryAt: at, lastSuccessAt };
      add(made.delivery.webhookId, added, record);
    },
    noteSuccess: (webhookId, at, record) => add(webhookId, { ...NO_STATISTICS, lastSuccessAt: at }, record),
    entries: () => sums.entries(),
    attempts: () => attempts,
  };
}
