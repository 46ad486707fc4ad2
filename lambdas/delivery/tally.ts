import { type AttemptResult } from '../../core/delivery.ts';
import { NO_STATISTICS, type WebhookStatistics } from '../../core/webhook.ts';

/** The statistics of one batch, by webhook, added up so that a batch costs one write for each webhook in it. */
export type Tally = {
  readonly countAttempt: (webhookId: string, result: AttemptResult) => void;
  /** Notes a success that was counted before, by an invocation that may have died before it said so. */
  readonly noteSuccess: (webhookId: string, at: number) => void;
  readonly entries: () => Iterable<[string, WebhookStatistics]>;
};

const latest = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

export function createTally(): Tally {
  const byWebhook = new Map<string, WebhookStatistics>();
  const add = (webhookId: string, added: WebhookStatistics) => {
    const before = byWebhook.get(webhookId) ?? NO_STATISTICS;
    byWebhook.set(webhookId, {
      deliveryCount: before.deliveryCount + added.deliveryCount,
      failureCount: before.failureCount + added.failureCount,
      lastDeliveryAt: latest(before.lastDeliveryAt, added.lastDeliveryAt),
      lastSuccessAt: latest(before.lastSuccessAt, added.lastSuccessAt),
    });
  };
  return {
    countAttempt: (webhookId, { at, error }) =>
      add(webhookId, {
        deliveryCount: 1,
        failureCount: error === undefined ? 0 : 1,
        lastDeliveryAt: at,
        lastSuccessAt: error === undefined ? at : undefined,
      }),
    noteSuccess: (webhookId, at) => add(webhookId, { ...NO_STATISTICS, lastSuccessAt: at }),
    entries: () => byWebhook.entries(),
  };
}
