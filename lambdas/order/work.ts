import type { LineStore } from '../aws/line-store.ts';
import type { DeadLetterServices } from '../aws/records.ts';
import type { GetWebhook } from '../aws/webhook-store.ts';
import type { Assignment } from '../delivery/assignment.ts';
import type { AttemptServices, Batch } from '../delivery/attempt.ts';
import type { RateServices } from '../delivery/rate-limit.ts';

export type LineServices = AttemptServices &
  RateServices &
  DeadLetterServices &
  LineStore & {
    /** How long rows are kept. */
    readonly retentionDays: number;
    readonly getWebhook: GetWebhook;
  };

/** One record's work at the line of its webhook. */
export type Work = Assignment & {
  readonly services: LineServices;
  readonly batch: Batch;
  /** When it attempts no further delivery, and calls the next by a message: epoch ms. */
  readonly until: number;
};
