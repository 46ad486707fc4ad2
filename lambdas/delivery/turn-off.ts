import { announceDisabled, announceExhausted, isExhaustionTold } from '../../core/announcement.ts';
import type { Delivery, Outcome } from '../../core/delivery.ts';
import { showDeliveryId } from '../../core/ids.ts';
import type { Disablement, WebhookRef } from '../../core/webhook.ts';
import type { announce } from '../aws/bus.ts';
import type { GetWebhook } from '../aws/webhook-store.ts';
import { logger } from '../logger.ts';

export type TurnOffServices = {
  readonly getWebhook: GetWebhook;
  /** Turns the webhook off if it is on and of this generation; false where it is not. */
  readonly disableWebhook: (ref: WebhookRef, disabled: Disablement) => Promise<boolean>;
  /** When the webhook last accepted a delivery: epoch ms. */
  readonly getLastSuccessAt: (webhookId: string) => Promise<number | undefined>;
  readonly announce: ReturnType<typeof announce>;
};

/** A delivery that ended so that its webhook is to be turned off. */
export type Ending = {
  readonly ref: WebhookRef;
  readonly delivery: Delivery;
  readonly why: NonNullable<Outcome['disable']>;
};

const reasonOf = ({ delivery, why }: Ending): string =>
  why === 'gone'
    ? `${showDeliveryId(delivery.id)} was answered 410 Gone`
    : `${showDeliveryId(delivery.id)} failed ${delivery.attempt} times, the last with: ${delivery.lastAttempt?.error}`;

/** Whether a webhook is dead: it has accepted nothing since the run began. */
async function isDead(services: TurnOffServices, { ref, delivery }: Ending): Promise<boolean> {
  const lastSuccessAt = await services.getLastSuccessAt(ref.id);
  return lastSuccessAt === undefined || lastSuccessAt < delivery.runStartedAt;
}

/**
 * Turns off a webhook whose delivery ended badly, and tells the bus. One that has accepted another delivery since
 * the run began is not dead, and stays on. Made a second time, by a repeat of the last attempt, it does no more
 * than tell the bus again, and never turns off a webhook that was turned on since.
 * @returns whether it turned the webhook off, now
 */
export async function turnOff(services: TurnOffServices, ending: Ending): Promise<boolean> {
  const { ref, delivery, why } = ending;
  if (await announceAgain(services, ending)) return false;
  if (why === 'dead' && !(await isDead(services, ending))) return false;
  const at = delivery.lastAttempt?.at ?? delivery.runStartedAt;
  const disabled = { at, reason: reasonOf(ending), deliveryId: delivery.id };
  if (await services.disableWebhook(ref, disabled)) {
    logger.info('webhook turned off', {
      webhook_id: ref.id,
      delivery_id: delivery.id,
      reason: disabled.reason,
    });
    await services.announce(announceDisabled(ref, disabled));
    return true;
  }
  // It may have been turned off all the same: by a write whose answer was lost and that was tried again.
  await announceAgain(services, ending);
  return false;
}

/** Tells the bus of a webhook that this delivery has turned off; false where it has not. */
async function announceAgain(services: TurnOffServices, { ref, delivery }: Ending): Promise<boolean> {
  const webhook = await services.getWebhook(ref.userId, ref.id);
  if (webhook?.disabled?.deliveryId !== delivery.id) return false;
  await services.announce(announceDisabled(ref, webhook.disabled));
  return true;
}

/** Tells the bus of a delivery that was given up. A repeat of its last attempt tells it again, as the same event. */
export async function tellExhausted(
  { announce: tell }: Pick<TurnOffServices, 'announce'>,
  { ref, delivery }: Ending,
): Promise<void> {
  if (isExhaustionTold(delivery)) await tell(announceExhausted(ref.userId, delivery));
}
