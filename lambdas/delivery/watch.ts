import { isMarkDue, isQuickAgain, SLOW_AFTER_MS } from '../../core/slowness.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { markSlow, unmarkSlow } from '../aws/webhook-store.ts';
import { logger } from '../logger.ts';

export type WatchServices = {
  /** The time: epoch ms. */
  readonly now: () => number;
  readonly markSlow: ReturnType<typeof markSlow>;
  readonly unmarkSlow: ReturnType<typeof unmarkSlow>;
};

/** Makes a request to a webhook, and sees to it that the webhook is marked while it is slow. */
export type Watch = <T>(webhook: Webhook, request: () => Promise<T>) => Promise<T>;

/** Notes the pace of a webhook, as the requests of one batch find it. */
function createPace(services: WatchServices, webhook: Webhook) {
  const ids = { webhook_id: webhook.id };
  let { slowSince } = webhook;
  /** The mark that this batch has set, and the one in whose place, if any. */
  let own: { readonly since: number; readonly before: number | undefined } | undefined;
  /** How many requests took long, but for those that trouble of ours ended. */
  let slowRequests = 0;
  let noted = Promise.resolve();

  const noteSlow = async () => {
    const [before, now] = [slowSince, services.now()];
    if (!isMarkDue(before, now)) return;
    slowSince = now;
    if (!(await services.markSlow(webhook, now, before))) return;
    own = { since: now, before };
    if (before === undefined) logger.info('webhook is slow', ids);
  };

  const takeBack = async () => {
    if (!own || slowRequests > 0) return;
    const { since, before } = own;
    own = undefined;
    slowSince = before;
    if (before !== undefined) await services.markSlow(webhook, before, since);
    else if (await services.unmarkSlow(webhook, since)) logger.info('webhook was not seen to be slow', ids);
  };

  const noteQuick = async () => {
    const before = slowSince;
    if (before === undefined || !isQuickAgain(before, services.now())) return;
    slowSince = undefined;
    if (await services.unmarkSlow(webhook, before)) logger.info('webhook is quick again', ids);
  };

  /** Notes one after the other: a mark that overtakes the end of the one before it would be refused, and be lost. */
  const inTurn = (note: () => Promise<void>) => {
    noted = noted
      .then(note)
      .catch((error: unknown) =>
        logger.warn('pace of a webhook not noted', { error: error as Error, ...ids }),
      );
  };

  return {
    noteSlow: () => {
      slowRequests += 1;
      inTurn(noteSlow);
    },
    /** That one that was noted as slow has failed by trouble of ours, which says nothing of the webhook. */
    takeBackSlow: () => {
      slowRequests -= 1;
      inTurn(takeBack);
    },
    noteQuick: () => inTurn(noteQuick),
    untilNoted: () => noted,
  };
}

/**
 * Creates the watch over the requests of one batch. A webhook is marked as soon as the time is up, while the request
 * still hangs: every message that is read from then on gives way to others. It writes where a webhook changes or its
 * mark is old, once for a batch, and never for one that is quick and stays so. A request that rejects, for trouble of
 * ours, leaves no mark. A mark that cannot be written costs no delivery.
 */
export function createWatch(services: WatchServices): Watch {
  const paces = new Map<string, ReturnType<typeof createPace>>();

  return async (webhook, request) => {
    const pace = paces.get(webhook.id) ?? createPace(services, webhook);
    paces.set(webhook.id, pace);
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      pace.noteSlow();
    }, SLOW_AFTER_MS);
    try {
      const answer = await request();
      if (!isSlow) pace.noteQuick();
      return answer;
    } catch (error) {
      if (isSlow) pace.takeBackSlow();
      throw error;
    } finally {
      clearTimeout(timer);
      await pace.untilNoted();
    }
  };
}
