import type { SQSRecord } from 'aws-lambda';
import { parseJson } from '../../core/json.ts';
import { validate } from '../../core/validation.ts';
import type { Webhook } from '../../core/webhook.ts';
import { receiveCountOf } from '../aws/records.ts';
import type { GetWebhook } from '../aws/webhook-store.ts';
import { type DeliveryMessage, deliveryMessageSchema } from './message.ts';

export type AssignmentServices = {
  readonly getWebhook: GetWebhook;
};

/** What an invocation has to do for one record. */
export type Assignment = {
  readonly record: SQSRecord;
  readonly message: DeliveryMessage;
  /** How often the message was received, this time included. */
  readonly receiveCount: number;
  /** The webhook, where the delivery still goes to it. */
  readonly webhook: Webhook | undefined;
  /** Whether there is no such webhook any more, or never was. */
  readonly isGone: boolean;
};

/** Whether a delivery still goes to its webhook. A test goes to one that is off, too; what is kept for one does not. */
export function isStillWanted(
  message: Pick<DeliveryMessage, 'generation' | 'skipped' | 'test'>,
  webhook: Webhook,
): boolean {
  if (message.skipped) return false;
  return message.test === true || (webhook.active && webhook.generation === message.generation);
}

/**
 * The message of a record.
 * @throws ProblemError where it cannot be understood
 */
export const readMessage = ({ body }: SQSRecord): DeliveryMessage =>
  validate(deliveryMessageSchema, parseJson(body));

/** What is to be done for a record that asks for this message, of a webhook as it was found. */
export function assign(record: SQSRecord, message: DeliveryMessage, found: Webhook | undefined): Assignment {
  const webhook = found && isStillWanted(message, found) ? found : undefined;
  return { record, message, receiveCount: receiveCountOf(record), webhook, isGone: found === undefined };
}
