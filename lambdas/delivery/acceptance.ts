import type { SQSRecord } from 'aws-lambda';
import { HOUR_MS, isOlder } from '../../core/duration.ts';
import { InvalidRequestError } from '../../core/errors.ts';
import { isPutBack } from '../aws/dead-letters.ts';

/** How long an event may lie between the bus and its queue, which tries for a day: ms. */
const MAX_AGE_MS = 25 * HOUR_MS;
/** How far the clocks of a producer and of the queue may be apart: ms. */
const MAX_AHEAD_MS = 5 * 60_000;

/** A time of acceptance that cannot be. */
class WrongTimeError extends InvalidRequestError {
  constructor(field: string) {
    const detail = 'is not when the event was put onto the bus; say when it happened in its timestamp';
    super([{ field, detail }]);
  }
}

/** When a record was put onto the queue, for the last time: epoch ms. */
const sentAt = ({ attributes }: SQSRecord): number => Number(attributes.SentTimestamp);

/**
 * When the bus took an event: the time of its envelope, which stays the same over redeliveries (epoch ms). One that was
 * put back from among the dead letters may be as old as rows become.
 * @throws InvalidRequestError where a producer has set it to another time: rows would expire by it
 */
export function readAcceptance(time: string, record: SQSRecord, retentionDays: number): number {
  const acceptedAt = Date.parse(time);
  if (!isPutBack(record) && acceptedAt < sentAt(record) - MAX_AGE_MS) throw new WrongTimeError('time');
  assertTimely('time', acceptedAt, record, retentionDays);
  return acceptedAt;
}

/**
 * @param acceptedAt epoch ms
 * @throws InvalidRequestError where an event was accepted so long before it was queued that its rows would have expired
 * when they are written, or after it was queued: they would stay for good
 */
export function assertTimely(
  field: string,
  acceptedAt: number,
  record: SQSRecord,
  retentionDays: number,
): void {
  if (isOlder(acceptedAt, { days: retentionDays, now: sentAt(record) })) {
    const detail = `is longer ago than the ${retentionDays} days for which rows are kept`;
    throw new InvalidRequestError([{ field, detail }]);
  }
  if (acceptedAt > sentAt(record) + MAX_AHEAD_MS) throw new WrongTimeError(field);
}
