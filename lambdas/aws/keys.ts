import { HOUR_MS } from '../../core/duration.ts';

/** The key of an item. Its first part is the partition, the second the place in it. */
export type Key = { readonly pk: string; readonly sk: string };

export const KEY_SK = 'KEY#';
export const WEBHOOK_SK = 'WEBHOOK#';
export const DELIVERY_SK = 'DELIVERY#';
export const ATTEMPT_SK = 'ATTEMPT#';
export const SHEET_SK = 'HOURS#';
export const RECOVERY_SK = 'RECOVERY#';
export const WAITING_SK = 'WAITING#';

const WEBHOOK_PK = 'WEBHOOK#';

/** An hour (since 1970) as a place that sorts: `2026-01-15T10`. */
export const placeOfHour = (hour: number): string => new Date(hour * HOUR_MS).toISOString().slice(0, 13);

/** The partitions that hold items of several kinds. */
export const partitionOf = {
  user: (userId: string): string => `USER#${userId}`,
  webhook: (webhookId: string): string => WEBHOOK_PK + webhookId,
};

/** Where each kind of item lives. */
export const keyOf = {
  apiKey: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'KEY' }),
  apiKeyOfUser: (userId: string, keyId: string): Key => ({
    pk: partitionOf.user(userId),
    sk: KEY_SK + keyId,
  }),
  webhook: (userId: string, webhookId: string): Key => ({
    pk: partitionOf.user(userId),
    sk: WEBHOOK_SK + webhookId,
  }),
  statistics: (webhookId: string): Key => ({ pk: partitionOf.webhook(webhookId), sk: 'STATISTICS' }),
  /** A sheet of statistics that is full, by the hour with which it was begun. */
  sheet: (webhookId: string, hour: number): Key => ({
    pk: partitionOf.webhook(webhookId),
    sk: SHEET_SK + placeOfHour(hour),
  }),
  /** The counters of a webhook's rate limit, of each generation and each setting of the limit. */
  rate: ({
    id,
    generation,
    rateEpoch = 0,
  }: {
    id: string;
    generation: number;
    rateEpoch?: number | undefined;
  }): Key => ({
    pk: partitionOf.webhook(id),
    sk: `RATE#${generation}#${rateEpoch}`,
  }),
  delivery: (webhookId: string, deliveryId: string): Key => ({
    pk: partitionOf.webhook(webhookId),
    sk: DELIVERY_SK + deliveryId,
  }),
  /** Attempts sort by when they were made (epoch ms, 13 digits until the year 2286). */
  attempt: (webhookId: string, at: number, attemptOf: string): Key => ({
    pk: partitionOf.webhook(webhookId),
    sk: `${ATTEMPT_SK}${at}#${attemptOf}`,
  }),
  /** Who waits in the line of an ordered webhook, by the time of acceptance. */
  waiting: (webhookId: string, deliveryId: string): Key => ({
    pk: partitionOf.webhook(webhookId),
    sk: WAITING_SK + deliveryId,
  }),
  /** Who of that line has the turn. */
  turn: (webhookId: string): Key => ({ pk: partitionOf.webhook(webhookId), sk: 'TURN' }),
  /** Recoveries sort by their number in the webhook, of nine digits at most. */
  recovery: (webhookId: string, number: number): Key => ({
    pk: partitionOf.webhook(webhookId),
    sk: RECOVERY_SK + String(number).padStart(9, '0'),
  }),
  /** The claim of an `Idempotency-Key` with which a webhook was made. */
  creationClaim: (userId: string, idempotencyKey: string): Key => ({
    pk: partitionOf.user(userId),
    sk: `CREATION#${idempotencyKey}`,
  }),
  eventClaim: (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: 'CLAIM' }),
  /** Of an event as it was accepted then (epoch ms): when its claim has expired, another may have its id. */
  eventPayload: (eventId: string, acceptedAt: number): Key => ({
    pk: `EVENT#${eventId}`,
    sk: `PAYLOAD#${acceptedAt}`,
  }),
};

/** Which delivery of which webhook a row is of. */
export const readDeliveryKey = ({ pk, sk }: Key) => ({
  id: sk.slice(DELIVERY_SK.length),
  webhookId: pk.slice(WEBHOOK_PK.length),
});
