import { isMarkDue, isQuickAgain, SLOW_AFTER_MS } from '../../core/slowness.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { markSlow, unmarkSlow } from '../aws/webhook-store.ts';
import { logger } from '../logger.ts';

export type WatchServices = {
  readonly markSlow: ReturnType<typeof markSlow>;
  readonly unmarkSlow: ReturnType<typeof unmarkSlow>;
};

/** Makes a request to a webhook, and sees to it that the webhook is marked while it is slow. */
export type Watch = <T>(webhook: Webhook, request: () => Promise<T>) => Promise<T>;

/**
 * Creates the watch over the requests of one batch. A webhook is marked as soon as the time is up, while the request
 * still hangs: every message that is read from then on gives way to others. It writes where a webhook changes or its
 * mark is old, once for a batch, and never for one that is quick and stays so. A mark that cannot be written costs no delivery.
 */
export function createWatch(services: WatchServices): Watch {
  const known = new Map<string, number | undefined>();
  const slowSinceOf = ({ id, slowSince }: Webhook) => (known.has(id) ? known.get(id) : slowSince);

  const noteSlow = async (webhook: Webhook) => {
    const [before, now] = [slowSinceOf(webhook), Date.now()];
    if (!isMarkDue(before, now)) return;
    known.set(webhook.id, now);
    const isMarked = await services.markSlow(webhook, now, before);
    if (isMarked && before === undefined) logger.info('webhook is slow', { webhook_id: webhook.id });
  };

  const noteQuick = async (webhook: Webhook) => {
    const slowSince = slowSinceOf(webhook);
    if (slowSince === undefined || !isQuickAgain(slowSince, Date.now())) return;
    known.set(webhook.id, undefined);
    if (await services.unmarkSlow(webhook, slowSince))
      logger.info('webhook is quick again', { webhook_id: webhook.id });
  };

  return async (webhook, request) => {
    const warn = (error: unknown) =>
      logger.warn('pace of a webhook not noted', { error: error as Error, webhook_id: webhook.id });
    let noting: Promise<void> | undefined;
    const timer = setTimeout(() => {
      noting = noteSlow(webhook).catch(warn);
    }, SLOW_AFTER_MS);
    try {
      const answer = await request();
      clearTimeout(timer);
      noting ??= noteQuick(webhook).catch(warn);
      return answer;
    } finally {
      clearTimeout(timer);
      await noting;
    }
  };
}
