import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import type { Announcement } from '../../core/announcement.ts';
import { CATHCR, OWN } from '../../core/bus-source.ts';
import { showBusDetail } from '../../core/event.ts';

const putEvent = async (bus: EventBridgeClient, entry: PutEventsRequestEntry) => {
  const { Entries } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  const fault = Entries?.[0];
  if (fault?.ErrorCode)
    throw new Error(`the bus refused an event: ${fault.ErrorCode}: ${fault.ErrorMessage}`);
};

/** Puts an event of Cathcr onto the bus. `detail` is its JSON text. */
export const publishEvent =
  (bus: EventBridgeClient, busName: string) => (detailType: string, detail: string) =>
    putEvent(bus, { EventBusName: busName, Source: CATHCR, DetailType: detailType, Detail: detail });

/** Tells the bus of something that the system itself has done, as an event like any other but of its own source. */
export const announce =
  (bus: EventBridgeClient, busName: string) =>
  ({ id, acceptedAt, event }: Announcement) =>
    putEvent(bus, {
      EventBusName: busName,
      Source: OWN,
      DetailType: event.type,
      Detail: showBusDetail(event, id, acceptedAt),
    });
