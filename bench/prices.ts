import type { Billable } from '../local/meter/usage.ts';

/** List prices of AWS in us-east-1, in dollars, without free tiers and discounts. As of 2026-11-23. */
export const PRICES_OF = '2026-11-23, us-east-1, list prices without free tiers';

const MILLION = 1e6;
const GB = 1e9;

/** What one of each costs, and under which service it stands on the bill. arm64, on-demand table, standard queues. */
export const PRICES: Readonly<Record<Billable, { readonly service: string; readonly dollars: number }>> = {
  'API requests': { service: 'API Gateway', dollars: 1.0 / MILLION },
  'events put': { service: 'EventBridge', dollars: 1.0 / MILLION },
  'SQS sends': { service: 'SQS', dollars: 0.4 / MILLION },
  'SQS receives and deletes': { service: 'SQS', dollars: 0.4 / MILLION },
  'schedules fired': { service: 'Scheduler', dollars: 1.0 / MILLION },
  'write units': { service: 'DynamoDB', dollars: 0.625 / MILLION },
  'read units': { service: 'DynamoDB', dollars: 0.125 / MILLION },
  invocations: { service: 'Lambda', dollars: 0.2 / MILLION },
  'GB-seconds': { service: 'Lambda', dollars: 0.0000133334 },
  'log bytes': { service: 'CloudWatch Logs', dollars: 0.5 / GB },
  traces: { service: 'X-Ray', dollars: 5.0 / MILLION },
  'NAT bytes': { service: 'NAT and egress', dollars: 0.045 / GB },
};

/** A byte that leaves for the internet, beside what the NAT gateway takes. */
export const EGRESS_DOLLARS_PER_BYTE = 0.09 / GB;

/** A byte kept in the table for a month, with its continuous backup (point-in-time recovery). */
export const STORAGE_DOLLARS_PER_BYTE_MONTH = (0.25 + 0.2) / GB;
/** What the table adds to each item it keeps. */
export const STORAGE_ITEM_BYTES = 100;

const HOURS_PER_MONTH = 730;
/** What is paid while nothing happens: dollars a month. */
export const MONTHLY = {
  natGateway: 0.045 * HOURS_PER_MONTH,
  publicAddress: 0.005 * HOURS_PER_MONTH,
  /** Each metric that an alarm looks at. */
  alarmMetric: 0.1,
  dashboard: 3,
  /** A key of KMS of one's own. */
  key: 1,
  /** Lambda asks an idle queue with five pollers, each of which waits up to 20 s for an answer. */
  idleQueue: ((5 * 3600 * HOURS_PER_MONTH) / 20) * (0.4 / MILLION),
};

/** What others ask for a million deliveries: dollars, list prices as of 2026-11, cheapest plan's overage first. */
export const PEERS = [
  { who: 'Svix', dollars: '100', note: 'hosted' },
  { who: 'Hook0', dollars: '100 (euros)', note: 'hosted' },
  { who: 'Hookdeck', dollars: '10, falling to 3.30', note: 'hosted, by volume' },
  { who: 'EventBridge API destinations', dollars: '1.20', note: 'no log, no signature, no replay' },
];
