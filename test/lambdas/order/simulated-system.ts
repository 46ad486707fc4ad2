import { setImmediate } from 'node:timers/promises';
import { type AttemptResult, isSuperseded, isUnsent } from '../../../core/delivery.ts';
import { deriveDeliveryId, showDeliveryId } from '../../../core/ids.ts';
import type { Turn } from '../../../core/order.ts';
import type { Webhook } from '../../../core/webhook.ts';
import type { DeliveryRow } from '../../../lambdas/aws/delivery-store.ts';
import type { Waiting } from '../../../lambdas/aws/line-store.ts';
import { deliverBatch, type Services } from '../../../lambdas/deliverer.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/message.ts';
import { createRandom } from '../../../local/faults/chances.ts';
import { givenRecord, givenWebhook, NOW, webhookIdOf } from '../given.ts';
import { at as atPathOf, givenEndpoints } from '../given-deliveries-api.ts';
import { givenEvent, givenMessage, givenServices } from '../given-delivery.ts';
import { givenRequest } from '../http/given-api.ts';

/** How long a message is out of sight when its invocation has died or sent it back: ms. */
const VISIBILITY_MS = 270_000;
/** How long each call of a service takes by the simulated clock: ms. */
const CALL_MS = 7;
/** How long one takes that hangs, until it is carried out: longer than an invocation goes on with a line. */
const HANGS_MS = 6000;
/** After how long a client asks once more: ms. */
const REPEATED_MS = 1000;
/** How many invocations there may be at once. */
const MAX_INVOCATIONS = 6;
/** More than anything takes that ends. */
const MAX_STEPS = 20_000;

/** A copy of a message. One that comes twice comes under one id, and whichever is done first is deleted for both. */
type Queued = {
  readonly id: string;
  readonly message: DeliveryMessage;
  readonly visibleAt: number;
  readonly receives: number;
};

/** A request that a receiver saw. */
type Seen = {
  readonly id: string;
  readonly attempt: number;
  readonly at: number;
  endedAt?: number;
  readonly status: number;
};

export type Options = {
  /** Of the sequence of chances. */
  readonly seed: number;
  /** When each event is accepted, and how long it takes to the Deliverer: ms. */
  readonly events: readonly { readonly acceptedAt: number; readonly lateBy: number }[];
  /** How many attempts of each event fail; none where it tells nothing. */
  readonly failures: readonly number[];
  /** Of the calls of services, how many kill their invocation, fail, or fail though they were carried out. */
  readonly trouble: number;
  /** Of the calls of services, how many hang, and are carried out late. */
  readonly slow: number;
  /** Of the messages, how many come twice. */
  readonly twice: number;
  /** What becomes of the webhook, at which time. */
  readonly changes?: readonly { readonly at: number; readonly webhook: Webhook | undefined }[];
  /** When the delivery that has the turn is replayed, where it was attempted. */
  readonly replays?: readonly number[];
};

const idOf = (options: Pick<Options, 'events'>, n: number): string =>
  deriveDeliveryId(options.events[n]?.acceptedAt ?? 0, `event-${n}`, webhookIdOf(1));

/** A call that died with its invocation. */
class KilledError extends Error {}

/**
 * The Deliverer over a table, queues and schedules that are plain values, and a clock of their own: several invocations
 * at once, whose calls take their turns by chance, and end as chance has it.
 */
export async function simulate(options: Options) {
  const { failures, trouble, slow, twice } = options;
  const random = createRandom(options.seed);
  let now = NOW;
  let webhook: Webhook | undefined = givenWebhook({ ordered: true });
  const changes = [...(options.changes ?? [])];
  const replays: { readonly from: number; readonly id?: string }[] = (options.replays ?? []).map((from) => ({
    from,
  }));
  const queue: Queued[] = [];
  const deleted = new Set<string>();
  const cameTwice = new Set<string>();
  let sent = 0;
  const scheduled = new Set<string>();
  const line = new Map<string, Waiting>();
  const joinedAt = new Map<string, number>();
  const rows = new Map<string, DeliveryRow>();
  /** The attempts of which the log tells. */
  const logged = new Set<string>();
  let turn: Turn | undefined;
  const seen: Seen[] = [];
  const deadLetters = new Set<string>();
  const waiting: { readonly from: number; readonly go: () => void }[] = [];
  const invocations = new Set<Promise<void>>();
  const replayings = new Set<Promise<void>>();

  const send = (message: DeliveryMessage, visibleAt: number) => {
    sent += 1;
    const copy = { id: `${sent}`, message: JSON.parse(JSON.stringify(message)), visibleAt, receives: 0 };
    queue.push(copy);
    if (random() < twice) {
      queue.push(copy);
      cameTwice.add(message.delivery_id);
    }
  };
  const write = (row: DeliveryRow): boolean => {
    const found = rows.get(row.delivery.id)?.delivery;
    const { run, generation, attempt } = row.delivery;
    const next = isUnsent(row.delivery) ? attempt + 1 : attempt;
    if (found && isSuperseded(found, { run, generation, attempt: next })) return false;
    rows.set(row.delivery.id, row);
    return true;
  };
  const log = (row: DeliveryRow, { at }: AttemptResult): DeliveryRow => {
    const { id, run, attempt, attempts = [] } = row.delivery;
    logged.add(`${id} ${run} ${attempt}`);
    return { ...row, delivery: { ...row.delivery, attempts: [...attempts, { at, run, attempt }] } };
  };
  const sequence = options.events.map((_, n) => idOf(options, n));

  /** The services of one invocation, each call of which waits for its turn, and may be its last. */
  const servicesOf = () => {
    const { services } = givenServices();
    let isDead = false;
    const call =
      <A extends unknown[], T>(act: (...args: A) => T) =>
      async (...args: A): Promise<T> => {
        const from = random() < slow ? now + HANGS_MS : now;
        await new Promise<void>((resolve) => waiting.push({ from, go: resolve }));
        now += CALL_MS;
        if (isDead) throw new KilledError();
        const fate = random();
        if (fate < trouble / 3) throw new Error('the service is unavailable');
        if (fate < (2 * trouble) / 3) {
          isDead = true;
          throw new KilledError();
        }
        const answered = await act(...args);
        if (fate < trouble) throw new Error('the answer was lost');
        return answered;
      };
    const all: Services = {
      ...services,
      now: () => now,
      getWebhook: call(() => webhook),
      disableWebhook: call((_ref, disabled) => {
        if (!webhook?.active) return false;
        webhook = { ...webhook, active: false, disabled, generation: webhook.generation + 1 };
        return true;
      }),
      getDelivery: call((_webhookId, id) => rows.get(id)),
      logAttempt: call(log),
      recordAttempt: call((row, result) => write(log(row, result))),
      recordDelivery: call(write),
      sendDelivery: call((message, delaySeconds = 0) => send(message, now + delaySeconds * 1000)),
      sendDeliveries: call((messages, delayOf) => {
        for (const message of messages) send(message, now + (delayOf?.(message) ?? 0) * 1000);
        return [];
      }),
      scheduleDelivery: call((message, at) => {
        const name = `${message.delivery_id} ${message.run} ${message.attempt} ${message.generation}`;
        if (!scheduled.has(name)) send(message, at);
        scheduled.add(name);
      }),
      deadLetter: call(({ body }) => void deadLetters.add(JSON.parse(body).delivery_id)),
      joinLine: call((_webhookId, one) => {
        line.set(one.deliveryId, one);
        if (!joinedAt.has(one.deliveryId)) joinedAt.set(one.deliveryId, now);
      }),
      getWaiting: call((_webhookId, id) => line.get(id)),
      getFirstWaiting: call(() => line.get([...line.keys()].toSorted()[0] ?? '')),
      leaveLine: call((_webhookId, id) => void line.delete(id)),
      getTurn: call(() => turn),
      giveTurn: call((_webhookId, previous, next) => {
        if (turn?.by !== previous?.by) return false;
        turn = next;
        return true;
      }),
      post: async ({ headers, ...request }) => {
        const id = headers['X-Cathcr-Delivery'] ?? '';
        const attempt = seen.filter((one) => one.id === id).length + 1;
        const status = attempt <= (failures[sequence.indexOf(id)] ?? 0) ? 500 : 200;
        const one: Seen = { id, attempt, at: now, status };
        seen.push(one);
        await call(() => {})().finally(() => Object.assign(one, { endedAt: now }));
        const error = status < 300 ? {} : { error: `Response ${status}` };
        return {
          result: { at: request.at, responseTimeMs: now - request.at, statusCode: status, ...error },
          retryAfter: undefined,
          response: { headers: {}, body: '' },
        };
      },
    };
    return { services: all, isDead: () => isDead };
  };

  /** Has the API replay a delivery, for a client that asks once more where that has not worked. */
  const replay = async (id: string) => {
    const { getWebhook, getDelivery, getTurn, sendDelivery, recordDelivery } = servicesOf().services;
    const services = { now: () => now, getWebhook, getDelivery, getTurn, sendDelivery, recordDelivery };
    const { endpoints } = givenEndpoints([], services);
    const answered = endpoints['POST /webhooks/{webhook_id}/replay/{delivery_id}'](
      givenRequest(atPathOf(showDeliveryId(id))),
    );
    await answered.catch(() => replays.push({ from: now + REPEATED_MS, id }));
  };
  /** Begins the replays that are due: of what has the turn, where no client asks once more for another. */
  const beginReplays = () => {
    for (const one of replays.filter(({ from }) => from <= now)) {
      replays.splice(replays.indexOf(one), 1);
      const id = one.id ?? turn?.holder ?? '';
      if (!rows.has(id)) continue;
      const replaying = replay(id);
      replayings.add(replaying);
      void replaying.finally(() => replayings.delete(replaying));
    }
  };

  /** One invocation: what it has not done, and what it did not live to end, comes again. */
  const invoke = async (batch: readonly Queued[]) => {
    const records = batch.map(({ id, message, receives }) =>
      givenRecord(message, { messageId: id, receiveCount: receives + 1 }),
    );
    const { services, isDead } = servicesOf();
    const { batchItemFailures } = await deliverBatch(services, records);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const one of batch) {
      if (!isDead() && !failed.has(one.id)) deleted.add(one.id);
      else queue.push({ ...one, receives: one.receives + 1, visibleAt: now + VISIBILITY_MS });
    }
  };
  const receive = () => {
    for (const one of queue.filter(({ id }) => deleted.has(id))) queue.splice(queue.indexOf(one), 1);
    const visible = queue.filter(({ visibleAt }) => visibleAt <= now);
    const some = visible.toSorted(() => random() - 0.5).slice(0, 1 + Math.floor(random() * 3));
    const batch = some.filter(({ id }, n) => some.findIndex((one) => one.id === id) === n);
    for (const one of batch) queue.splice(queue.indexOf(one), 1);
    const invocation = invoke(batch);
    invocations.add(invocation);
    void invocation.finally(() => invocations.delete(invocation));
  };

  /** Moves the clock on to what comes next: a call that hung, a replay, or a message that an invocation may take. */
  const waitForNext = () => {
    const messages = invocations.size < MAX_INVOCATIONS ? queue.map(({ visibleAt }) => visibleAt) : [];
    const times = [...messages, ...[...replays, ...waiting].map(({ from }) => from)].filter(
      (time) => time > now,
    );
    if (times.length > 0) now = Math.min(...times);
  };

  for (const [n, { acceptedAt, lateBy }] of options.events.entries()) {
    const event = givenEvent({ id: `event-${n}` });
    send(givenMessage({ delivery_id: sequence[n] ?? '', event, ordered: 'joins' }), acceptedAt + lateBy);
  }
  let steps = 0;
  while (queue.length + invocations.size + replayings.size > 0 || replays.some(({ id }) => id)) {
    steps += 1;
    if (steps > MAX_STEPS) throw new Error('it comes to no end');
    await setImmediate();
    for (const change of changes.splice(0, changes.filter(({ at }) => at <= now).length))
      webhook = change.webhook;
    beginReplays();
    const mayReceive = invocations.size < MAX_INVOCATIONS && queue.some(({ visibleAt }) => visibleAt <= now);
    const ready = waiting.filter(({ from }) => from <= now);
    const next = ready[Math.floor(random() * ready.length)];
    if (mayReceive && (!next || random() < 0.3)) receive();
    else if (next) waiting.splice(waiting.indexOf(next), 1)[0]?.go();
    else waitForNext();
  }
  return {
    seen,
    rows,
    logged,
    deadLetters,
    line,
    turn,
    joinedAt,
    cameTwice,
    ids: sequence,
    webhook: () => webhook,
  };
}
