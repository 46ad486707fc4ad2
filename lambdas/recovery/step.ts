import { announceRecovered } from '../../core/announcement.ts';
import {
  afterStep,
  cancelRecovery,
  delaySecondsOf,
  type Finds,
  isRecovered,
  type Recovery,
  reasonToEnd,
  roomAfter,
  showRecoveryId,
} from '../../core/recovery.ts';
import { lookAt, type Window } from '../../core/recovery-window.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { announce } from '../aws/bus.ts';
import type { sendDeliveries } from '../aws/deliveries-queue.ts';
import type { DeliveryRow, findUndelivered, getDeliveries, recordDelivery } from '../aws/delivery-store.ts';
import type { keepPayload } from '../aws/event-store.ts';
import type { sendStep } from '../aws/recoveries-queue.ts';
import type { getRecovery, replaceRecovery } from '../aws/recovery-store.ts';
import type { GetWebhook } from '../aws/webhook-store.ts';
import { composeReplay, renewPayload } from '../delivery/replay.ts';
import { logger } from '../logger.ts';
import { mapParallel } from '../parallel.ts';
import type { StepMessage } from './message.ts';

export type StepServices = {
  readonly now: () => number;
  readonly getWebhook: GetWebhook;
  readonly getRecovery: ReturnType<typeof getRecovery>;
  readonly replaceRecovery: ReturnType<typeof replaceRecovery>;
  readonly findUndelivered: ReturnType<typeof findUndelivered>;
  readonly getDeliveries: ReturnType<typeof getDeliveries>;
  readonly keepPayload: ReturnType<typeof keepPayload>;
  readonly sendDeliveries: ReturnType<typeof sendDeliveries>;
  readonly recordDelivery: ReturnType<typeof recordDelivery>;
  readonly sendStep: ReturnType<typeof sendStep>;
  readonly announce: ReturnType<typeof announce>;
};

/**
 * Takes one step of a recovery: looks how the replays stand that it has begun, finds as many more as there is room
 * for, records both, begins them, and asks for the next step.
 *
 * What is recorded before it is begun is begun by the next step, should this one die in between: under the same run,
 * of which the Deliverer makes one. A step that was taken before is not taken again. Only a message that was received
 * before may be the one that took it and died: it goes on from there. Others are repeats, and end here, or there would
 * soon be two messages for every step.
 */
export async function takeStep(
  services: StepServices,
  message: StepMessage,
  wasReceived: boolean,
): Promise<void> {
  const { webhook_id: webhookId, recovery: number, step } = message;
  const recovery = await services.getRecovery(webhookId, number);
  if (recovery?.step === step && recovery.state === 'running')
    await takeThisStep(services, message, recovery);
  else if (recovery?.step === step + 1 && wasReceived) await goOn(services, message, recovery);
}

async function takeThisStep(services: StepServices, message: StepMessage, recovery: Recovery): Promise<void> {
  const webhook = await services.getWebhook(message.user_id, message.webhook_id);
  const reason = reasonToEnd(recovery, webhook);
  if (!webhook || reason !== undefined) return end(services, recovery, reason ?? '');

  const known = await services.getDeliveries(webhook.id, Object.keys(recovery.window));
  const look = lookAt(
    recovery.window,
    known.map(({ delivery }) => delivery),
    services.now(),
  );
  const { finds, rows } = await findMore(services, recovery, roomAfter(recovery, look));
  const now = services.now();
  const next = afterStep(recovery, look, finds, now);
  if (await services.replaceRecovery(recovery, next, now)) {
    await beginReplays(services, webhook, { ...look.unbegun, ...finds.replays }, [...known, ...rows]);
    logStep(next);
    return goOn(services, message, next);
  }
  // Another took this step; or this one did, and the answer to its write was lost and the write tried again.
  const found = await services.getRecovery(webhook.id, recovery.number);
  if (found?.step === recovery.step + 1) await goOn(services, message, found);
}

async function end(services: StepServices, recovery: Recovery, reason: string): Promise<void> {
  const now = services.now();
  const ended = cancelRecovery(recovery, reason, now);
  if (await services.replaceRecovery(recovery, ended, now)) logStep(ended);
}

/** Asks for the next step, or tells that there is none; either may be done twice. */
async function goOn(services: StepServices, message: StepMessage, recovery: Recovery): Promise<void> {
  if (recovery.state === 'completed') await services.announce(announceRecovered(message.user_id, recovery));
  if (recovery.state !== 'running') return;
  await services.sendStep({ ...message, step: recovery.step }, delaySecondsOf(recovery));
}

/** Finds what comes next in the range, up to `room` deliveries, and keeps the payloads of what is to be replayed. */
async function findMore(
  services: StepServices,
  recovery: Recovery,
  room: number,
): Promise<{ finds: Finds; rows: readonly DeliveryRow[] }> {
  const { webhookId, isWalked } = recovery;
  if (isWalked || room === 0) return { finds: { count: 0, isEnd: isWalked, replays: {} }, rows: [] };
  const { ids, isEnd } = await services.findUndelivered(webhookId, recovery, room);
  const rows = await services.getDeliveries(webhookId, ids);
  const now = services.now();
  const wanted = rows.filter(({ delivery }) => isRecovered(recovery, delivery, now));
  const isKept = await mapParallel(wanted, (row) => renewPayload(services, row, now));
  const kept = wanted.filter((_, i) => isKept[i]);
  const replays = Object.fromEntries(kept.map(({ delivery: { id, run } }) => [id, run + 1]));
  return { finds: { count: wanted.length, position: ids.at(-1), isEnd, replays }, rows: kept };
}

/** Begins replays, sent first and recorded then. What the queue refuses is begun by the next step. */
async function beginReplays(
  services: StepServices,
  webhook: Webhook,
  runs: Window,
  rows: readonly DeliveryRow[],
): Promise<void> {
  const startedAt = services.now();
  const replays = rows.flatMap((row) => {
    const run = runs[row.delivery.id];
    return run === undefined ? [] : [composeReplay(webhook, row, { run, startedAt })];
  });
  const refused = new Set(await services.sendDeliveries(replays.map(({ message }) => message)));
  const begun = replays.filter(({ message }) => !refused.has(message));
  await mapParallel(begun, ({ row }) => services.recordDelivery(row));
}

/** The one line that tells of a step. */
function logStep({ webhookId, number, step, state, found, replayed, delivered, ...rest }: Recovery) {
  logger.info('recovery', {
    webhook_id: webhookId,
    recovery_id: showRecoveryId(number),
    step: step - 1,
    state,
    found,
    replayed,
    delivered,
    failed_in_a_row: rest.failedInARow,
    waiting: Object.keys(rest.window).length,
    reason: rest.cancelledReason,
  });
}
