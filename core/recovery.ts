import type { RecoveryAnswer } from './answers.ts';
import { type Delivery, type DeliveryStatus, isFinished } from './delivery.ts';
import { InvalidRequestError } from './errors.ts';
import type { RecoveryRequest } from './recovery-requests.ts';
import { hasLostMessage, type Look, MAX_WINDOW, type Window } from './recovery-window.ts';
import { showTime, showTimeIfAny } from './show-time.ts';
import type { Webhook } from './webhook.ts';

/** Where a recovery stands. The last two are final. */
export const RECOVERY_STATES = ['running', 'completed', 'cancelled'] as const;
type RecoveryState = (typeof RECOVERY_STATES)[number];

/** Which deliveries a recovery takes, and how these stand. */
export const STATUSES_RECOVERED = {
  failed: ['exhausted', 'cancelled'],
  skipped: ['skipped'],
  missed: ['exhausted', 'cancelled', 'skipped'],
} as const satisfies Record<string, readonly DeliveryStatus[]>;
export type Recovered = keyof typeof STATUSES_RECOVERED;
export const RECOVERED = ['failed', 'skipped', 'missed'] as const satisfies readonly Recovered[];

/** After so many replays in a row that have failed a recovery tries one at a time: its receiver may be dead still. */
export const MANY_FAILED = 100;

/** Replaying what a webhook has missed, step by step. Times are epoch ms. */
export type Recovery = {
  readonly webhookId: string;
  /** 1 for the first of its webhook, one more for each after it. */
  readonly number: number;
  readonly state: RecoveryState;
  /** Which events, by when they were accepted: `since` included, `until` not. */
  readonly since: number;
  readonly until: number;
  /** Whether it was asked for without an end, and so ends where it was begun. */
  readonly isOpenEnded: boolean;
  readonly status: Recovered;
  /** Of the webhook, as the recovery was begun. */
  readonly generation: number;
  readonly createdAt: number;
  readonly finishedAt?: number | undefined;
  readonly cancelledReason?: string | undefined;
  /** The step that is to be taken next, from 1. */
  readonly step: number;
  /** How many steps in a row have found nothing to do. */
  readonly idleSteps: number;
  /** The last delivery that it has come to; none before the first. */
  readonly position?: string | undefined;
  /** Whether it has come to the end of its range. */
  readonly isWalked: boolean;
  readonly window: Window;
  /** Deliveries to replay that it has come to, those that it has replayed, and those of which that was accepted at once. */
  readonly found: number;
  readonly replayed: number;
  readonly delivered: number;
  /** How many replays have failed at once since one was accepted. */
  readonly failedInARow: number;
};

/**
 * The recovery that a valid request asks for.
 * @throws InvalidRequestError where its range has not begun
 */
export function createRecovery(
  { since, until, status }: RecoveryRequest,
  { webhook, number, now }: { webhook: Webhook; number: number; now: number },
): Recovery {
  if (since > now) throw new InvalidRequestError([{ field: 'since', detail: 'is in the future' }]);
  return {
    webhookId: webhook.id,
    number,
    state: 'running',
    since,
    until: Math.min(until ?? now, now),
    isOpenEnded: until === undefined || until > now,
    status,
    generation: webhook.generation,
    createdAt: now,
    step: 1,
    idleSteps: 0,
    isWalked: false,
    window: {},
    found: 0,
    replayed: 0,
    delivered: 0,
    failedInARow: 0,
  };
}

/** Whether a recovery is of the range that is asked for: one without an end is like any other of the same beginning. */
export function isOfRange(recovery: Recovery, asked: Recovery): boolean {
  const isSameEnd = recovery.isOpenEnded
    ? asked.isOpenEnded
    : !asked.isOpenEnded && recovery.until === asked.until;
  return isSameEnd && recovery.since === asked.since && recovery.status === asked.status;
}

/**
 * How a delivery stands for a recovery at `now`: one that is lost has failed. One that waits for what was to come before
 * its webhook was turned off will be cancelled when that comes, in a day maybe, and is as good as that.
 */
function standingOf({ generation }: Recovery, delivery: Delivery, now: number): DeliveryStatus {
  if (hasLostMessage(delivery, now)) return 'exhausted';
  const isForsaken = !isFinished(delivery) && delivery.generation < generation;
  return isForsaken ? 'cancelled' : delivery.status;
}

/** Whether a recovery takes a delivery as it stands at `now`. Tests are not repeated: they say nothing any more. */
export function isRecovered(recovery: Recovery, delivery: Delivery, now: number): boolean {
  const statuses: readonly DeliveryStatus[] = STATUSES_RECOVERED[recovery.status];
  return !delivery.isTest && statuses.includes(standingOf(recovery, delivery, now));
}

/** Why a recovery cannot go on; undefined where it can. */
export function reasonToEnd({ generation }: Recovery, webhook: Webhook | undefined): string | undefined {
  if (!webhook) return 'the webhook was deleted';
  return webhook.active && webhook.generation === generation ? undefined : 'the webhook was turned off';
}

/** The recovery as it is cancelled at `now`. What it has begun goes on. */
export function cancelRecovery(recovery: Recovery, cancelledReason: string, now: number): Recovery {
  const { step } = recovery;
  return { ...recovery, state: 'cancelled', cancelledReason, finishedAt: now, step: step + 1, window: {} };
}

/** How many replays have failed in a row after a look: one that was accepted among them begins a new row. */
const countFailed = ({ failedInARow }: Recovery, { delivered, failed }: Look): number =>
  delivered > 0 ? 0 : failedInARow + failed;

/** How many replays a recovery may begin after a look. */
export function roomAfter(recovery: Recovery, look: Look): number {
  const most = countFailed(recovery, look) >= MANY_FAILED ? 1 : MAX_WINDOW;
  return Math.max(0, most - Object.keys(look.waiting).length);
}

/** What a step has found in its range from where it stood. */
export type Finds = {
  /** Deliveries to replay, with those whose payload has expired. */
  readonly count: number;
  /** To which delivery it has come; undefined where it has come to none. */
  readonly position?: string | undefined;
  readonly isEnd: boolean;
  readonly replays: Window;
};

/** The recovery after a step at `now`. */
export function afterStep(recovery: Recovery, look: Look, finds: Finds, now: number): Recovery {
  const window = { ...look.waiting, ...finds.replays };
  const open = Object.keys(window).length;
  const replayed = Object.keys(finds.replays).length;
  const isOver = finds.isEnd && open === 0;
  const isIdle = finds.position === undefined && open === Object.keys(recovery.window).length;
  return {
    ...recovery,
    state: isOver ? 'completed' : 'running',
    finishedAt: isOver ? now : undefined,
    step: recovery.step + 1,
    idleSteps: isIdle ? recovery.idleSteps + 1 : 0,
    position: finds.position ?? recovery.position,
    isWalked: finds.isEnd,
    window,
    found: recovery.found + finds.count,
    replayed: recovery.replayed + replayed,
    delivered: recovery.delivered + look.delivered,
    failedInARow: countFailed(recovery, look),
  };
}

/** The longest that a recovery waits between two steps: seconds. */
const MAX_DELAY_SECONDS = 60;

/**
 * How long it waits for the next step, in seconds: 1, and twice as long for each step that has found nothing to do. While
 * it tries one at a time, the longest.
 */
export function delaySecondsOf({ idleSteps, failedInARow }: Recovery): number {
  return failedInARow >= MANY_FAILED ? MAX_DELAY_SECONDS : Math.min(MAX_DELAY_SECONDS, 2 ** idleSteps);
}

const PREFIX = 'recovery_';
const RECOVERY_ID = /^recovery_([1-9]\d{0,8})$/;

/** A recovery's id as the API shows it, which is its own within its webhook. */
export const showRecoveryId = (number: number): string => PREFIX + number;

/** The number in a recovery's id; undefined where it is none. */
export function parseRecoveryId(text: string): number | undefined {
  const digits = RECOVERY_ID.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A recovery as the API shows it. */
export function showRecovery(recovery: Recovery): RecoveryAnswer {
  return {
    id: showRecoveryId(recovery.number),
    webhook_id: recovery.webhookId,
    state: recovery.state,
    since: showTime(recovery.since),
    until: showTime(recovery.until),
    status: recovery.status,
    found: recovery.found,
    replayed: recovery.replayed,
    delivered: recovery.delivered,
    failed_in_a_row: recovery.failedInARow,
    created_at: showTime(recovery.createdAt),
    finished_at: showTimeIfAny(recovery.finishedAt),
    cancelled_reason: recovery.cancelledReason ?? null,
  };
}
