import type { Delivery } from '../../core/delivery.ts';
import { showDeliveryId } from '../../core/ids.ts';
import type { DeliveryRow } from '../../lambdas/aws/delivery-store.ts';
import { createEndpoints, type Services } from '../../lambdas/deliveries.ts';
import type { DeliveryMessage } from '../../lambdas/delivery/message.ts';
import { DELIVERY_ID, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';
import { PAYLOAD } from './given-delivery.ts';
import { givenWorld } from './recovery/given-recovery.ts';

/** Endpoints over one webhook and its rows; what was sent and recorded, in its order. */
export function givenEndpoints(rows: readonly DeliveryRow[] = [], changes: Partial<Services> = {}) {
  const done: string[] = [];
  const sent: DeliveryMessage[] = [];
  const recorded: Delivery[] = [];
  const pages: unknown[] = [];
  const kept: { eventId: string; acceptedAt: number; since: number }[] = [];
  const find = (id: string) => rows.find(({ delivery }) => delivery.id === id);
  const { getLatestRecovery, getRecovery, pageRecoveries, putRecovery, replaceRecovery, sendStep } =
    givenWorld().services;
  const services: Services = {
    now: () => NOW,
    getLatestRecovery,
    getRecovery,
    pageRecoveries,
    putRecovery,
    replaceRecovery,
    sendStep,
    getWebhook: async (userId, id) => (userId === USER && id === webhookIdOf(1) ? givenWebhook() : undefined),
    pageDeliveries: async (...asked) => {
      pages.push(asked);
      return { items: rows.map(({ delivery }) => delivery), total: { count: rows.length, isExact: true } };
    },
    pageAttempts: async () => ({ items: [] }),
    getDelivery: async (_, id) => find(id),
    getDeliveries: async (_, ids) => ids.flatMap((id) => find(id) ?? []),
    getAttempts: async () => [],
    getPayloads: async (wanted) => new Map(wanted.map(({ delivery }) => [delivery.id, PAYLOAD])),
    getHours: async () => [],
    countUndelivered: async () => ({ count: 2, isExact: true }),
    putPayload: async () => void done.push('store'),
    keepPayload: async (eventId, acceptedAt, since) => {
      done.push('keep');
      return kept.push({ eventId, acceptedAt, since }) > 0;
    },
    recordDelivery: async ({ delivery }) => {
      done.push('record');
      return recorded.push(delivery) > 0;
    },
    getTurn: async () => undefined,
    sendDelivery: async (message) => {
      done.push('send');
      sent.push(message);
    },
    ...changes,
  };
  return { endpoints: createEndpoints(services), done, sent, recorded, kept, pages };
}

/** The path of a request. */
export const at = (deliveryId = showDeliveryId(DELIVERY_ID), webhookId = webhookIdOf(1)) => ({
  path: { webhook_id: webhookId, delivery_id: deliveryId },
});
