/** What AWS bills of what passes a runtime, each in the unit of its price list. */
export type Billable =
  | 'API requests'
  | 'events put'
  | 'SQS sends'
  | 'SQS receives and deletes'
  | 'schedules fired'
  | 'write units'
  | 'read units'
  | 'invocations'
  | 'GB-seconds'
  | 'log bytes'
  | 'traces'
  | 'NAT bytes';

/** How much of each; what nothing was used of is absent. */
export type Usage = Readonly<Partial<Record<Billable, number>>>;

/** SQS and EventBridge bill a request, or an event, by its 64 KB chunks, one at least. */
export function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / (64 * 1024)));
}
