import { type Delivery, isFinished } from './delivery.ts';
import { HOUR_MS } from './duration.ts';
import { acceptedAtOf } from './ids.ts';

/**
 * So long after its acceptance nothing of an ordered webhook is sent: ms. What was accepted before has come into the line
 * by then, and goes first. Below the 5 s up to which a first attempt has its place in the delivery's row.
 */
export const SETTLE_MS = 3000;

/** So long after it should have gone on, whoever has the turn is taken to be lost: ms. */
const LOST_AFTER_MS = HOUR_MS;

/** So long after a turn was given, the invocation that gave it lives no more, whatever it was kept by: ms. */
export const INVOCATION_MS = 60_000;

/** Whose the turn in a webhook's line is. */
export type Turn = {
  /** The one delivery that is being attempted, retries included, by its UUID; nobody where absent. */
  readonly holder?: string | undefined;
  /** When it was given: epoch ms. */
  readonly at: number;
  /** What tells this giving of the turn from every other. */
  readonly by: string;
};

/** The turn of a delivery. */
export type HeldTurn = Turn & {
  readonly holder: string;
  /** Of the webhook, as the holder was accepted. */
  readonly generation: number;
  /** The message, by its id, that has given it: that one sees to it that the line goes on. */
  readonly hands?: string | undefined;
};

/** Whether somebody has the turn; it may never have been given. */
export const isHeld = (turn: Turn | undefined): turn is HeldTurn => turn?.holder !== undefined;

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
