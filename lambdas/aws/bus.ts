import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import type { Disablement, WebhookRef } from '../../core/webhook.ts';

const putEvent = async (bus: EventBridgeClient, entry: PutEventsRequestEntry) => {
  const { Entries } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  const fault = Entries?.[0];
  if (fault?.ErrorCode)
    throw new Error(`the bus refused an event: ${fault.ErrorCode}: ${fault.ErrorMessage}`);
};

/** Puts an event of Cathcr onto the bus. `detail` is its JSON text. */
export const publishEvent =
  (bus: EventBridgeClient, busName: string) => (detailType: string, detail: string) =>
    putEvent(bus, { EventBusName: busName, Source: 'cathcr', DetailType: detailType, Detail: detail });

/** Tells the bus that the system turned a webhook off. */
export const announceDisabled =
  (bus: EventBridgeClient, busName: string) =>
  ({ id, userId }: WebhookRef, disabled: Disablement) =>
    putEvent(bus, {
      EventBusName: busName,
      Source: 'cathcr.webhooks',
      DetailType: 'webhook.disabled',
      Detail: JSON.stringify({
        webhook_id: id,
        user_id: userId,
        reason: disabled.reason,
        disabled_at: new Date(disabled.at).toISOString(),
      }),
    });
