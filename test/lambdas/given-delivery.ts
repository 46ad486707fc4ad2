import type { Announcement } from '../../core/announcement.ts';
import type { AttemptResult, Delivery, Exchange } from '../../core/delivery.ts';
import { type AddedStatistics, type Figures, NO_FIGURES } from '../../core/figures.ts';
import type { Measures } from '../../core/metrics.ts';
import type { Disablement, Webhook, WebhookRef } from '../../core/webhook.ts';
import type { DeliveryRow } from '../../lambdas/aws/delivery-store.ts';
import { pack } from '../../lambdas/aws/packing.ts';
import { deliverBatch, type Services } from '../../lambdas/deliverer.ts';
import type { DeliveryMessage } from '../../lambdas/delivery/message.ts';
import type { PostRequest } from '../../lambdas/outbound/post.ts';
import { CONTRACT_DELAYS_SECONDS } from '../contract-schedule.ts';
import { DELIVERY_ID, givenDelivery, givenRecord, givenWebhook, NOW, USER, webhookIdOf } from './given.ts';

export const PAYLOAD =
  '{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00Z","data":{ "thought_id": "t", "user_id": "user_123" }}';
/** When attempts are made, and how long they take: ms. */
export const AT = NOW + 2000;
export const RESPONSE_TIME_MS = 500;

/** The ARN of the slow lane's queue. */
export const SLOW_LANE = 'arn:aws:sqs:us-east-1:123456789012:slow';

export const givenEvent = (changes: Partial<NonNullable<DeliveryMessage['event']>> = {}) => ({
  id: 'event-1',
  type: 'thought.deleted' as const,
  timestamp: '2024-01-15T10:30:00Z',
  payload: Buffer.from(pack(PAYLOAD)).toString('base64'),
  ...changes,
});

export const givenMessage = (changes: Partial<DeliveryMessage> = {}): DeliveryMessage => ({
  user_id: USER,
  webhook_id: webhookIdOf(1),
  generation: 1,
  delivery_id: DELIVERY_ID,
  run: 1,
  attempt: 1,
  event: givenEvent(),
  ...changes,
});

/** A message as a schedule sends it: without the event. */
export const givenScheduledMessage = (attempt: number, changes: Partial<DeliveryMessage> = {}) =>
  givenMessage({ attempt, event: undefined, event_id: 'event-1', ...changes });

export const givenResult = (statusCode: number | null): AttemptResult => ({
  at: AT,
  responseTimeMs: RESPONSE_TIME_MS,
  statusCode,
  error: statusCode === null ? 'Connection timeout' : statusCode < 300 ? undefined : `Response ${statusCode}`,
});

/** The figures of attempts that were answered after `RESPONSE_TIME_MS`. */
export const givenFigures = (attempts: number, changes: Partial<Figures> = {}): Figures => ({
  ...NO_FIGURES,
  attempts,
  responseTimes: NO_FIGURES.responseTimes.with(6, attempts),
  ...changes,
});

/** The row that attempt `attempt` has left, answered `statusCode`. */
export const givenRow = (attempt: number, changes: Partial<Delivery> = {}): DeliveryRow => ({
  delivery: givenDelivery({
    status: 'retrying',
    attempt,
    lastAttempt: givenResult(500),
    nextAttemptAt: AT,
    ...changes,
  }),
  payload: pack(PAYLOAD),
});

type World = {
  webhooks?: readonly Webhook[];
  rows?: readonly DeliveryRow[];
  /** What receivers answer: a status code, or null for no response at all. */
  answers?: number | null;
  lastSuccessAt?: number;
};

/** Services over plain values: what was done, in its order, and with what. */
export function givenServices(
  { webhooks = [givenWebhook()], rows = [], answers = 200, lastSuccessAt }: World = {},
  changes: Partial<Services> = {},
) {
  const done: string[] = [];
  const posted: PostRequest[] = [];
  const sent: DeliveryMessage[] = [];
  const scheduled: { message: DeliveryMessage; at: number }[] = [];
  const recorded: (DeliveryRow & { result?: AttemptResult; exchange?: Exchange })[] = [];
  const logged: typeof recorded = [];
  const statistics: [string, AddedStatistics][] = [];
  const disabled: { ref: WebhookRef; disabled: Disablement }[] = [];
  const announced: Announcement[] = [];
  const deadLetters: { body: string; reason: string }[] = [];
  const paces: Pick<Webhook, 'id' | 'slowSince'>[] = [];
  const passedOn: DeliveryMessage[] = [];
  const measured: Measures[] = [];
  const delayed: { message: DeliveryMessage; delaySeconds: number | undefined }[] = [];
  const note =
    <A extends unknown[], T>(name: string, act: (...args: A) => T) =>
    async (...args: A) => {
      done.push(name);
      return act(...args);
    };
  const services: Services = {
    now: () => AT,
    retentionDays: 30,
    joinLine: note('join', () => {}),
    getWaiting: note('read waiting', () => undefined),
    getFirstWaiting: note('read first', () => undefined),
    leaveLine: note('leave', () => {}),
    getTurn: note('read turn', () => undefined),
    giveTurn: async (_, __, { holder }) => {
      done.push(holder ? 'give turn' : 'give back');
      return true;
    },
    sleep: note('sleep', () => {}),
    getCounters: note('read counters', () => ({})),
    takeFromCounter: note('take', (_, { from }) => from),
    sendDeliveries: async (messages, delayOf) => {
      done.push(`put back ${messages.length}`);
      delayed.push(...messages.map((message) => ({ message, delaySeconds: delayOf?.(message) })));
      return [];
    },
    retryDelaysSeconds: CONTRACT_DELAYS_SECONDS,
    getWebhook: async (userId, id) => webhooks.find((one) => one.userId === userId && one.id === id),
    getDelivery: note('read row', (_, id) => rows.find(({ delivery }) => delivery.id === id)),
    getPayload: note('read payload', () => PAYLOAD),
    post: note('post', (request) => {
      posted.push(request);
      return {
        result: givenResult(answers),
        response: answers === null ? undefined : { headers: {}, body: 'ok' },
      };
    }),
    sendDelivery: note('send', (message) => void sent.push(message)),
    scheduleDelivery: note('schedule', (message, at) => void scheduled.push({ message, at })),
    logAttempt: note('log', (row, result, exchange) => {
      logged.push({ ...row, result, exchange });
      const { delivery } = row;
      const { run, attempt, attempts = [] } = delivery;
      return { ...row, delivery: { ...delivery, attempts: [...attempts, { at: result.at, run, attempt }] } };
    }),
    recordAttempt: note('record', (row, result, exchange) => recorded.push({ ...row, result, exchange }) > 0),
    recordDelivery: note('record', (row) => recorded.push(row) > 0),
    addStatistics: note('add up', (id, added) => void statistics.push([id, added])),
    getLastSuccessAt: async () => lastSuccessAt,
    markSlow: note('mark', (webhook, since) => paces.push({ id: webhook.id, slowSince: since }) > 0),
    unmarkSlow: note('unmark', (webhook) => paces.push({ id: webhook.id, slowSince: undefined }) > 0),
    isSlowLane: (queueArn) => queueArn === SLOW_LANE,
    sendToSlowLane: async (messages) => {
      if (messages.length > 0) done.push(`pass on ${messages.length}`);
      passedOn.push(...messages);
      return [];
    },
    disableWebhook: note('disable', (ref, why) => disabled.push({ ref, disabled: why }) > 0),
    announce: async (announcement) => {
      done.push(`tell ${announcement.event.type}`);
      announced.push(announcement);
    },
    deadLetter: async ({ body }, reason) => void deadLetters.push({ body, reason }),
    publishMeasures: (measures) => void measured.push(measures),
    ...changes,
  };
  return {
    services,
    done,
    posted,
    sent,
    scheduled,
    logged,
    recorded,
    statistics,
    disabled,
    announced,
    deadLetters,
    paces,
    passedOn,
    measured,
    delayed,
  };
}

/** What one message leads to, received for the `receiveCount`th time, of the deliveries queue or another. */
export async function whenDelivered(
  message: DeliveryMessage,
  world: World & { receiveCount?: number; queueArn?: string; putBackAt?: string } = {},
  changes: Partial<Services> = {},
) {
  const given = givenServices(world, changes);
  const { batchItemFailures } = await deliverBatch(given.services, [givenRecord(message, world)]);
  return { ...given, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}
