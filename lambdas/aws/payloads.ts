import { acceptedAtOf } from '../../core/ids.ts';
import type { DeliveryRow } from './delivery-store.ts';
import { type Key, keyOf } from './keys.ts';
import { unpack } from './packing.ts';
import { getItems, type Table } from './table.ts';

/** Where the payload of a delivery lies that is too large for its row. */
const keyOfPayload = ({ delivery: { id, eventId } }: DeliveryRow) =>
  keyOf.eventPayload(eventId, acceptedAtOf(id));

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

/** The payloads of deliveries, by delivery id: from the row where it is small, else from its event's own item. */
export const getPayloads =
  (table: Table) =>
  async (rows: readonly DeliveryRow[]): Promise<Map<string, string>> => {
    const elsewhere = rows.filter(({ payload }) => !payload);
    const items = await getItems(table, elsewhere.map(keyOfPayload));
    const byKey = new Map(items.map((item) => [nameOf(item as Key), item.payload as Uint8Array]));
    return new Map(
      rows.flatMap((row): [string, string][] => {
        const packed = row.payload ?? byKey.get(nameOf(keyOfPayload(row)));
        return packed ? [[row.delivery.id, unpack(packed)]] : [];
      }),
    );
  };
