/** Who puts events onto the bus: the services of Cathcr, and this system itself, of its own doings. */
export const CATHCR = 'cathcr';
export const OWN = 'cathcr.webhooks';
export const BUS_SOURCES = [CATHCR, OWN] as const;

export type BusSource = (typeof BUS_SOURCES)[number];
