import type { SQSRecord } from 'aws-lambda';
import type { sendDeliveries } from '../aws/deliveries-queue.ts';
import { type Assignment, handsOf } from './assignment.ts';

export type SlowLaneServices = {
  /** Whether a queue, by its ARN, is the one of the slow lane. */
  readonly isSlowLane: (queueArn: string) => boolean;
  /** Puts messages into the slow lane; those that it did not take. */
  readonly sendToSlowLane: ReturnType<typeof sendDeliveries>;
};

/**
 * Whether a message waits in the wrong place: its webhook is slow, and others would have to wait for its attempt. What
 * joins a line asks for none.
 */
export function isOutOfLane(
  { isSlowLane }: SlowLaneServices,
  { record, message, webhook }: Assignment,
): boolean {
  return (
    webhook?.slowSince !== undefined && message.ordered !== 'joins' && !isSlowLane(record.eventSourceARN)
  );
}

/**
 * Passes those of a batch that are out of lane on to the slow one, all together. They go as repeats: their receives
 * are counted anew there, and one that is passed on twice must be known again.
 * @returns the records that the slow lane did not take, which are to go back
 */
export async function passOn(
  services: SlowLaneServices,
  readings: readonly Promise<Assignment>[],
): Promise<SQSRecord[]> {
  const read = await Promise.allSettled(readings);
  const leaving = read
    .flatMap((reading) => (reading.status === 'fulfilled' ? [reading.value] : []))
    .filter((assignment) => isOutOfLane(services, assignment))
    .map((assignment) => {
      const { record, message } = assignment;
      const in_place_of = message.ordered && handsOf(assignment);
      return { record, message: { ...message, repeat: true, in_place_of } };
    });
  const refused = new Set(await services.sendToSlowLane(leaving.map(({ message }) => message)));
  return leaving.filter(({ message }) => refused.has(message)).map(({ record }) => record);
}
