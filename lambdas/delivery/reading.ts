import type { SQSRecord } from 'aws-lambda';
import { remember } from '../remember.ts';
import { type Assignment, type AssignmentServices, assign, readMessage } from './assignment.ts';

/** A record of a batch, and what it asks for; of which webhook, where it can be understood. */
export type Reading = {
  readonly record: SQSRecord;
  readonly webhookId: string | undefined;
  readonly reading: Promise<Assignment>;
};

/** Reads the records of a batch, none waiting for another. Each webhook is asked for once. */
export function readAll(services: AssignmentServices, records: readonly SQSRecord[]): readonly Reading[] {
  const getWebhook = remember(services.getWebhook);
  return records.map((record) => {
    try {
      const message = readMessage(record);
      const found = getWebhook(message.user_id, message.webhook_id);
      const reading = found.then((webhook) => assign(record, message, webhook));
      return { record, webhookId: message.webhook_id, reading };
    } catch (error) {
      return { record, webhookId: undefined, reading: Promise.reject(error) };
    }
  });
}

/** What the records of a batch ask for. */
export const assignmentsOf = (readings: readonly Reading[]): Promise<Assignment>[] =>
  readings.map(({ reading }) => reading);

/** The records of a batch by their webhooks; those that cannot be understood are of none. */
export function groupByWebhook(
  readings: readonly Reading[],
): ReadonlyMap<string | undefined, readonly Reading[]> {
  const groups = new Map<string | undefined, Reading[]>();
  for (const one of readings) groups.set(one.webhookId, [...(groups.get(one.webhookId) ?? []), one]);
  return groups;
}
