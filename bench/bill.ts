import type { BilledInvocation } from '../local/meter/meter.ts';
import type { Billable, Usage } from '../local/meter/usage.ts';
import {
  EGRESS_DOLLARS_PER_BYTE,
  PRICES,
  STORAGE_DOLLARS_PER_BYTE_MONTH,
  STORAGE_ITEM_BYTES,
} from './prices.ts';

/** What a number of deliveries took. */
export type Measured = {
  readonly deliveries: number;
  readonly usage: Usage;
  readonly invocations: readonly BilledInvocation[];
  readonly bytesToReceivers: number;
  readonly bytesFromReceivers: number;
  readonly stored: { readonly bytes: number; readonly items: number };
};

/** Dollars a million deliveries; `storage` is for the 30 days that rows are kept, and not in the total. */
export type Bill = { readonly byService: Readonly<Record<string, number>>; readonly storage: number };

/** The services in the order of the bill, so that all bills have the same columns. */
const SERVICES = [...new Set(Object.values(PRICES).map(({ service }) => service))];

/** What a million deliveries of the measured kind cost. */
export function billOf({ deliveries, usage, bytesToReceivers, bytesFromReceivers, stored }: Measured): Bill {
  const throughNat = (usage['NAT bytes'] ?? 0) + bytesToReceivers + bytesFromReceivers;
  const used = Object.entries({ ...usage, 'NAT bytes': throughNat }) as [Billable, number][];
  const perMillion = 1e6 / deliveries;
  const byService = Object.fromEntries(SERVICES.map((service) => [service, 0]));
  const charge = (service: string, dollars: number) => {
    byService[service] = (byService[service] ?? 0) + dollars * perMillion;
  };
  for (const [billable, quantity] of used)
    charge(PRICES[billable].service, quantity * PRICES[billable].dollars);
  charge(PRICES['NAT bytes'].service, bytesToReceivers * EGRESS_DOLLARS_PER_BYTE);
  const storedBytes = stored.bytes + stored.items * STORAGE_ITEM_BYTES;
  return { byService, storage: storedBytes * STORAGE_DOLLARS_PER_BYTE_MONTH * perMillion };
}

export function totalOf({ byService }: Bill): number {
  return Object.values(byService).reduce((sum, amount) => sum + amount, 0);
}
