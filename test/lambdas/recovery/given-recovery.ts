import type { Announcement } from '../../../core/announcement.ts';
import { type Delivery, isFinished } from '../../../core/delivery.ts';
import { acceptedAtOf, deriveDeliveryId } from '../../../core/ids.ts';
import { createRecovery, type Recovery } from '../../../core/recovery.ts';
import type { RecoveryRequest } from '../../../core/recovery-requests.ts';
import type { Webhook } from '../../../core/webhook.ts';
import type { DeliveryRow } from '../../../lambdas/aws/delivery-store.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/message.ts';
import type { RecoveryServices } from '../../../lambdas/recoveries.ts';
import type { StepMessage } from '../../../lambdas/recovery/message.ts';
import type { StepServices } from '../../../lambdas/recovery/step.ts';
import { givenWebhook, NOW, USER, webhookIdOf } from '../given.ts';
import { givenRow } from '../given-delivery.ts';

export const WEBHOOK = webhookIdOf(1);
export const SINCE = NOW - 3_600_000;

/** The row of a delivery of an event that was accepted `n` seconds after `SINCE`. */
export function givenRowAt(n: number, changes: Partial<Delivery> = {}): DeliveryRow {
  const acceptedAt = SINCE + n * 1000;
  const id = deriveDeliveryId(acceptedAt, `event-${n}`, WEBHOOK);
  return givenRow(7, {
    id,
    eventId: `event-${n}`,
    status: 'exhausted',
    runStartedAt: acceptedAt,
    nextAttemptAt: undefined,
    ...changes,
  });
}

export const givenRecovery = (
  asked: Partial<RecoveryRequest> = {},
  changes: Partial<Recovery> = {},
): Recovery => ({
  ...createRecovery(
    { since: SINCE, status: 'missed', ...asked },
    { webhook: givenWebhook(), number: 1, now: NOW },
  ),
  ...changes,
});

export type World = ReturnType<typeof givenWorld>;

/** A webhook with its rows, its recoveries, and the queues, all plain values: what services see of AWS. */
export function givenWorld({
  rows = [],
  recoveries = [],
  webhook = givenWebhook(),
}: {
  rows?: readonly DeliveryRow[];
  recoveries?: readonly Recovery[];
  webhook?: Webhook;
} = {}) {
  const table = new Map(rows.map((row) => [row.delivery.id, row]));
  const stored = new Map(recoveries.map((recovery) => [recovery.number, recovery]));
  const deliveries: DeliveryMessage[] = [];
  const steps: { message: StepMessage; delaySeconds: number }[] = [];
  const announced: Announcement[] = [];
  const world: { webhook: Webhook | undefined } = { webhook };

  const services: StepServices & RecoveryServices = {
    now: () => NOW,
    getWebhook: async (userId, id) => (userId === USER && id === WEBHOOK ? world.webhook : undefined),
    getRecovery: async (_, number) => stored.get(number),
    getLatestRecovery: async () => stored.get(Math.max(0, ...stored.keys())),
    pageRecoveries: async (_, { limit }) => ({ items: [...stored.values()].toReversed().slice(0, limit) }),
    putRecovery: async (recovery) => {
      if (stored.has(recovery.number)) return false;
      stored.set(recovery.number, recovery);
      return true;
    },
    replaceRecovery: async (previous, next) => {
      const found = stored.get(previous.number);
      if (found?.step !== previous.step || found.state !== 'running') return false;
      stored.set(next.number, next);
      return true;
    },
    // As the index has it: what has not succeeded, oldest first.
    findUndelivered: async (_, { since = 0, until = Infinity, position = '' }, limit) => {
      const ids = [...table.values()]
        .filter(({ delivery: { status } }) => status !== 'succeeded')
        .map(({ delivery: { id } }) => id)
        .filter((id) => id > position && acceptedAtOf(id) >= since && acceptedAtOf(id) < until)
        .toSorted();
      return { ids: ids.slice(0, limit), isEnd: ids.length <= limit };
    },
    getDeliveries: async (_, ids) => ids.flatMap((id) => table.get(id) ?? []),
    keepPayload: async () => true,
    sendDeliveries: async (messages) => {
      deliveries.push(...messages);
      return [];
    },
    recordDelivery: async (row) => {
      const found = table.get(row.delivery.id);
      if (found && found.delivery.run >= row.delivery.run) return false;
      table.set(row.delivery.id, row);
      return true;
    },
    sendStep: async (message, delaySeconds) => void steps.push({ message, delaySeconds }),
    announce: async (announcement) => void announced.push(announcement),
  };

  /** Makes the attempt that a message of the deliveries queue asks for, unless it was made. @returns whether it was */
  function attempt(message: DeliveryMessage, status: Delivery['status']): boolean {
    const found = table.get(message.delivery_id);
    if (!found || found.delivery.run > message.run) return false;
    const isSame = found.delivery.run === message.run;
    if (isSame && (found.delivery.attempt > 0 || isFinished(found.delivery))) return false;
    const delivery = { ...found.delivery, run: message.run, status, attempt: 1 };
    table.set(delivery.id, { ...found, delivery });
    return true;
  }

  return { services, table, stored, deliveries, steps, announced, world, attempt };
}

export const givenStep = (step: number, changes: Partial<StepMessage> = {}): StepMessage => ({
  user_id: USER,
  webhook_id: WEBHOOK,
  recovery: 1,
  step,
  ...changes,
});
