import { type Delivery, isFinished } from './delivery.ts';
import { acceptedAtOf } from './ids.ts';

/**
 * So long after its acceptance nothing of an ordered webhook is sent: ms. What was accepted before has come into the line
 * by then, and goes first. Below the 5 s up to which a first attempt has its place in the delivery's row.
 */
export const SETTLE_MS = 3000;

/** So long after it should have gone on, whoever has the turn is taken to be lost: ms. */
const LOST_AFTER_MS = 3_600_000;

/** Who of a webhook's line has the turn: the one delivery that is being attempted, retries included. */
export type HeldTurn = {
  /** The delivery's UUID. */
  readonly holder: string;
  /** Of the webhook, as the holder was accepted. */
  readonly generation: number;
  /** When it was given the turn: epoch ms. */
  readonly at: number;
  /** The message that gave it, by its id: in its hands the turn is, until another message goes on in its place. */
  readonly by: string;
};

/** Seconds until a delivery may be attempted, as all that was accepted before it will have come by then. */
export function settlingSeconds(deliveryId: string, now: number): number {
  const leftMs = acceptedAtOf(deliveryId) + SETTLE_MS - now;
  return Math.ceil(Math.min(Math.max(leftMs, 0), SETTLE_MS) / 1000);
}

/** Whether a delivery needs its place in line no longer: it has ended, or a replay has taken its place. */
export function isOver(row: Pick<Delivery, 'run' | 'status'>): boolean {
  return row.run > 1 || isFinished(row);
}

/** Whether nobody goes on with who has the turn: its next attempt, or its first, should have been made long ago. */
export function isLost({ at }: HeldTurn, row: Delivery | undefined, now: number): boolean {
  return now - Math.max(at, row?.nextAttemptAt ?? 0) > LOST_AFTER_MS;
}
