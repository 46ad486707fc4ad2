import { ConflictError } from '../../core/errors.ts';
import type { PageQuery } from '../../core/pagination.ts';
import type { Webhook } from '../../core/webhook.ts';
import { type WebhookStatistics } from '../../core/webhook-statistics.ts';
import type { CreationClaim } from '../../lambdas/aws/creation-claims.ts';
import { createEndpoints, type Services } from '../../lambdas/webhooks.ts';
import { NOW } from './given.ts';

const STATISTICS: WebhookStatistics = {
  deliveryCount: 9,
  failureCount: 2,
  lastDeliveryAt: NOW,
  lastSuccessAt: NOW,
};

/** Endpoints over a plain list of webhooks; what was done to them, in its order. */
export function givenEndpoints(webhooks: Webhook[] = [], changes: Partial<Services> = {}) {
  const done: string[] = [];
  const resolved: string[] = [];
  const pages: PageQuery[] = [];
  const claims = new Map<string, CreationClaim>();
  const old = new Set(webhooks.map(({ id }) => id));
  const isOld = (id: string) => old.has(id);
  const indexOf = (id: string) => webhooks.findIndex((webhook) => webhook.id === id);
  const services: Services = {
    targetPolicy: 'public',
    maxWebhooksPerUser: 3,
    now: () => NOW,
    resolve: async (hostname) => {
      resolved.push(hostname);
      return ['93.184.216.34'];
    },
    getWebhook: async (userId, id) => webhooks.find((one) => one.userId === userId && one.id === id),
    listWebhooks: async (userId) => webhooks.filter((one) => one.userId === userId),
    pageWebhooks: async (userId, query) => {
      pages.push(query);
      const mine = webhooks.filter((one) => one.userId === userId);
      return {
        items: mine.slice(0, query.limit),
        total: { count: mine.length, isExact: true },
        nextCursor: 'next',
      };
    },
    claimCreation: async (userId, idempotencyKey, claim) => {
      const first = claims.get(`${userId} ${idempotencyKey}`) ?? claim;
      claims.set(`${userId} ${idempotencyKey}`, first);
      if (first.hash !== claim.hash)
        throw new ConflictError({ field: 'Idempotency-Key', detail: 'was used' });
      return first;
    },
    noteMade: async (userId, idempotencyKey, claim) =>
      void claims.set(`${userId} ${idempotencyKey}`, { ...claim, isMade: true }),
    putWebhook: async (webhook) => {
      done.push('put webhook');
      return webhooks.push(webhook) > 0;
    },
    replaceWebhook: async (previous, next) => {
      done.push('replace');
      return webhooks.splice(indexOf(previous.id), 1, next).length === 1;
    },
    deleteWebhook: async (_, id) => {
      done.push('delete webhook');
      webhooks.splice(indexOf(id), 1);
    },
    getStatistics: async (ids) => new Map(ids.filter(isOld).map((id) => [id, STATISTICS])),
    putStatistics: async () => void done.push('put statistics'),
    deleteStatistics: async () => void done.push('delete statistics'),
    ...changes,
  };
  return { endpoints: createEndpoints(services), webhooks, done, resolved, pages };
}

export const pathOf = (webhook_id: string) => ({ path: { webhook_id } });
