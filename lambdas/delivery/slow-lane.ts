import type { SQSRecord } from 'aws-lambda';
import type { sendDeliveries } from '../aws/deliveries-queue.ts';
import { takeFulfilled } from '../parallel.ts';
import type { Assignment } from './assignment.ts';

export type SlowLaneServices = {
  /** Whether a queue, by its ARN, is the one of the slow lane. */
  readonly isSlowLane: (queueArn: string) => boolean;
  /** Puts messages into the slow lane; those that it did not take. */
  readonly sendToSlowLane: ReturnType<typeof sendDeliveries>;
};

/** Whether an attempt would be made in the wrong place: its webhook is slow, and others would have to wait for it. */
export function isOutOfLane({ isSlowLane }: SlowLaneServices, { record, webhook }: Assignment): boolean {
  return webhook?.slowSince !== undefined && !isSlowLane(record.eventSourceARN);
}

/** Whether a message waits in the wrong place. What is for a line goes there when the turn is its delivery's. */
export const isToPassOn = (services: SlowLaneServices, assignment: Assignment): boolean =>
  assignment.message.ordered === undefined && isOutOfLane(services, assignment);

/**
 * Passes those of a batch that are out of lane on to the slow one, all together. They go as repeats: their receives
 * are counted anew there, and one that is passed on twice must be known again.
 * @returns the records that the slow lane did not take, which are to go back
 */
export async function passOn(
  services: SlowLaneServices,
  readings: readonly Promise<Assignment>[],
): Promise<SQSRecord[]> {
  const leaving = (await takeFulfilled(readings))
    .filter((assignment) => isToPassOn(services, assignment))
    .map(({ record, message }) => ({ record, message: { ...message, repeat: true } }));
  const refused = new Set(await services.sendToSlowLane(leaving.map(({ message }) => message)));
  return leaving.filter(({ message }) => refused.has(message)).map(({ record }) => record);
}
