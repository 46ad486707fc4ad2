/**
 * The contract between the stack and its functions: which environment variables each function is given.
 * The stack sets exactly these, a function reads exactly these, and a missing one stops it at cold start.
 */
export const FUNCTION_ENV = {
  /** `TARGET_POLICY`: `public` (HTTPS to public addresses alone) or `any` (a laptop's own addresses too). */
  webhooks: ['TABLE_NAME', 'TARGET_POLICY', 'MAX_WEBHOOKS_PER_USER'],
  deliveries: ['TABLE_NAME', 'DELIVERIES_QUEUE_URL', 'RECOVERIES_QUEUE_URL', 'RETENTION_DAYS'],
  /** `RETENTION_DAYS`: how long rows of deliveries, attempts and events are kept. */
  events: ['TABLE_NAME', 'BUS_NAME', 'RETENTION_DAYS'],
  /** `EGRESS_IPS`: the addresses that webhooks are called from, comma separated. */
  public: ['EGRESS_IPS'],
  /** `POWERTOOLS_METRICS_NAMESPACE` is Powertools' own: what the metrics of this deployment are found under. */
  dispatcher: [
    'TABLE_NAME',
    'DELIVERIES_QUEUE_URL',
    'EVENTS_DEAD_LETTER_QUEUE_URL',
    'RETENTION_DAYS',
    'POWERTOOLS_METRICS_NAMESPACE',
  ],
  /** `RETRY_DELAYS_SECONDS`: the waits before attempts 3, 4, …, comma separated. `UV_THREADPOOL_SIZE` is Node's own. */
  deliverer: [
    'TABLE_NAME',
    'BUS_NAME',
    'DELIVERIES_QUEUE_URL',
    'SLOW_DELIVERIES_QUEUE_URL',
    'DELIVERIES_DEAD_LETTER_QUEUE_URL',
    'SCHEDULE_GROUP_NAME',
    'SCHEDULE_ROLE_ARN',
    'SCHEDULES_DEAD_LETTER_QUEUE_ARN',
    'RETRY_DELAYS_SECONDS',
    'RETENTION_DAYS',
    'TARGET_POLICY',
    'UV_THREADPOOL_SIZE',
    'POWERTOOLS_METRICS_NAMESPACE',
  ],
  recoverer: [
    'TABLE_NAME',
    'BUS_NAME',
    'DELIVERIES_QUEUE_URL',
    'RECOVERIES_QUEUE_URL',
    'RECOVERIES_DEAD_LETTER_QUEUE_URL',
    'RETENTION_DAYS',
    'POWERTOOLS_METRICS_NAMESPACE',
  ],
} as const;

/**
 * The one index of the table: of rows of deliveries that name their webhook in this attribute, which only those have
 * that are undelivered. A row that has it not costs the index nothing. Filters on the others need no read of the row.
 */
export const UNDELIVERED_INDEX = {
  name: 'Undelivered',
  attribute: 'undelivered',
  others: ['eventType'],
} as const;

export type FunctionName = keyof typeof FUNCTION_ENV;
export type EnvName<F extends FunctionName = FunctionName> = (typeof FUNCTION_ENV)[F][number];

/**
 * The environment of one function.
 * @throws Error that names every variable that is missing or empty
 */
export function readEnv<F extends FunctionName>(
  functionName: F,
  env: NodeJS.ProcessEnv,
): Record<EnvName<F>, string> {
  const names: readonly EnvName<F>[] = FUNCTION_ENV[functionName];
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<EnvName<F>, string>;
}
