/** A one-shot schedule, as it is kept. */
export type Schedule = {
  readonly groupName: string;
  readonly name: string;
  readonly arn: string;
  /** As it was given: `at(2026-01-31T12:00:00)`. */
  readonly expression: string;
  readonly timezone: string;
  /** What the expression means, in epoch ms. */
  readonly dueAt: number;
  readonly target: ScheduleTarget;
  readonly deleteAfterCompletion: boolean;
  readonly enabled: boolean;
  /** The token by which a repeated request is known to be one. */
  readonly clientToken: string | undefined;
};

export type ScheduleTarget = {
  /** Of a queue, or of the universal target. */
  readonly arn: string;
  readonly roleArn: string;
  readonly input: string | undefined;
  readonly groupId: string | undefined;
  readonly deadLetterArn: string | undefined;
};

/** The universal target that calls SQS's SendMessage with the schedule's input. */
export const SEND_MESSAGE_TARGET = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';

export const DEFAULT_GROUP = 'default';
