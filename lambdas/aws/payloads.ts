import type { DeliveryRow } from './delivery-store.ts';
import { keyOf } from './keys.ts';
import { unpack } from './packing.ts';
import { getItems, type Table } from './table.ts';

/** The payloads of deliveries, by delivery id: from the row where it is small, else from under the event's id. */
export const getPayloads =
  (table: Table) =>
  async (rows: readonly DeliveryRow[]): Promise<Map<string, string>> => {
    const elsewhere = rows.filter(({ payload }) => !payload).map(({ delivery }) => delivery.eventId);
    const items = await getItems(table, elsewhere.map(keyOf.eventPayload));
    const byKey = new Map(items.map(({ pk, payload }) => [pk, payload as Uint8Array]));
    const payloadOf = ({ delivery, payload }: DeliveryRow) =>
      payload ?? byKey.get(keyOf.eventPayload(delivery.eventId).pk);
    return new Map(
      rows.flatMap((row): [string, string][] => {
        const packed = payloadOf(row);
        return packed ? [[row.delivery.id, unpack(packed)]] : [];
      }),
    );
  };
