import type { SQSRecord } from 'aws-lambda';
import { type AttemptResult, type Delivery, isGivenUp } from '../../core/delivery.ts';
import { type AddedStatistics, addHour, figuresOf, figuresOfUnsent, hourOf } from '../../core/figures.ts';

/** What is added up for one webhook, and the records that tell of what it has accepted. */
type Sum = { readonly added: AddedStatistics; readonly successes: readonly SQSRecord[] };

/** An attempt that was made: where it leaves its delivery, and what came of it. */
export type MadeAttempt = {
  readonly delivery: Delivery;
  readonly result: AttemptResult;
  /** Whether it has waited for the rate limit of its webhook. */
  readonly isRated?: boolean;
};

/** The statistics of one batch of records, by webhook, so that a batch costs one write for each webhook in it. */
export type Tally = {
  readonly countAttempt: (made: MadeAttempt, record: SQSRecord) => void;
  /** Notes a success that was counted before, by an invocation that may have died before it said so. */
  readonly noteSuccess: (webhookId: string, at: number, record: SQSRecord) => void;
  /** Counts a delivery that ended without an attempt, at this time (epoch ms). */
  readonly countUnsent: (delivery: Delivery, at: number) => void;
  /** What there is to add for a webhook, if anything. */
  readonly sumOf: (webhookId: string) => Sum | undefined;
  /** All that were made, in their order. */
  readonly attempts: () => readonly MadeAttempt[];
  /** How many were kept. */
  readonly skipped: () => number;
};

const latest = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

export function createTally(): Tally {
  const sums = new Map<string, Sum>();
  const attempts: MadeAttempt[] = [];
  let skipped = 0;
  const add = (webhookId: string, more: AddedStatistics, success?: SQSRecord) => {
    const { added, successes } = sums.get(webhookId) ?? { added: { hours: [] }, successes: [] };
    sums.set(webhookId, {
      added: {
        hours: more.hours.reduce(addHour, added.hours),
        lastDeliveryAt: latest(added.lastDeliveryAt, more.lastDeliveryAt),
        lastSuccessAt: latest(added.lastSuccessAt, more.lastSuccessAt),
      },
      successes: success ? [...successes, success] : successes,
    });
  };
  return {
    countAttempt: (made, record) => {
      attempts.push(made);
      const { delivery, result } = made;
      const { at, error } = result;
      const hours = [{ hour: hourOf(at), figures: figuresOf(result, isGivenUp(delivery)) }];
      const lastSuccessAt = error === undefined ? at : undefined;
      add(
        delivery.webhookId,
        { hours, lastDeliveryAt: at, lastSuccessAt },
        error === undefined ? record : undefined,
      );
    },
    noteSuccess: (webhookId, at, record) => add(webhookId, { hours: [], lastSuccessAt: at }, record),
    countUnsent: (delivery, at) => {
      if (delivery.status === 'skipped') skipped += 1;
      const hours = [{ hour: hourOf(at), figures: figuresOfUnsent(delivery) }];
      add(delivery.webhookId, { hours });
    },
    sumOf: (webhookId) => sums.get(webhookId),
    attempts: () => attempts,
    skipped: () => skipped,
  };
}
