import type { Delivery } from './delivery.ts';
import { isOlder } from './duration.ts';
import { MAX_QUEUED_DAYS } from './queue-retention.ts';

/** Replays that are begun and not attempted yet, by delivery: the run that each was given. */
export type Window = Readonly<Record<string, number>>;

/** So many replays of a recovery wait for their first attempt at most: what is new for the webhook waits behind these. */
export const MAX_WINDOW = 100;

/**
 * Whether a delivery waits, at `now`, for a first attempt of its run that no message asks for any more: it was put aside,
 * or has expired.
 */
export const hasLostMessage = ({ status, runStartedAt }: Delivery, now: number): boolean =>
  status === 'pending' && isOlder(runStartedAt, { days: MAX_QUEUED_DAYS, now });

/** How the replays of a window stand. */
export type Look = {
  /** Those without their first attempt. */
  readonly waiting: Window;
  /** Those of them whose rows know nothing of the run yet. */
  readonly unbegun: Window;
  /** How many of the others were accepted, and how many were not. */
  readonly delivered: number;
  readonly failed: number;
};

/** Looks at a window's deliveries at `now`, as far as they have not expired. One that is lost has failed. */
export function lookAt(window: Window, deliveries: readonly Delivery[], now: number): Look {
  const found = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  const standing = Object.entries(window).map(([id, run]) => ({ id, run, delivery: found.get(id) }));
  const pick = (isPicked: (standing: { run: number; delivery: Delivery }) => boolean): Window =>
    Object.fromEntries(
      standing.flatMap(({ id, run, delivery }) =>
        delivery && isPicked({ run, delivery }) ? [[id, run]] : [],
      ),
    );
  const isWaiting = (delivery: Delivery) => delivery.status === 'pending' && !hasLostMessage(delivery, now);
  const unbegun = pick(({ run, delivery }) => delivery.run < run);
  const begun = pick(({ run, delivery }) => delivery.run === run && isWaiting(delivery));
  const over = pick(({ run, delivery }) => delivery.run === run && !isWaiting(delivery));
  const delivered = Object.keys(over).filter((id) => found.get(id)?.status === 'succeeded').length;
  return {
    waiting: { ...unbegun, ...begun },
    unbegun,
    delivered,
    failed: Object.keys(over).length - delivered,
  };
}
