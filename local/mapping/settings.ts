import type { Resource, Stack } from '../stack/stack.ts';

/** An event source mapping as its template describes it: which queue's messages a function is run for, and how. */
export type MappingSettings = {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  /** How long messages may wait for others to make up a batch. */
  readonly windowSeconds: number;
  /** How many invocations run side by side at most, once messages have waited for a while. */
  readonly concurrency: number;
  /** That, as a share of what the template allows: where a laptop has less room, all of Lambda's scaling is smaller. */
  readonly scale: number;
  readonly reportsBatchItemFailures: boolean;
};

/** Where Lambda's own scaling starts from (and goes on to hundreds, which a laptop has no room for). */
export const DEFAULT_CONCURRENCY = 5;

/** The mappings of the stack that are enabled. */
export function readMappings(stack: Stack, concurrencyLimit: number): MappingSettings[] {
  return stack
    .resourcesOf('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.boolean('Enabled', true))
    .map((resource) => readMapping(resource, concurrencyLimit));
}

function readMapping({ logicalId, properties }: Resource, concurrencyLimit: number): MappingSettings {
  properties.refuse('FilterCriteria', 'StartingPosition', 'ProvisionedPollerConfig');
  const queueArn = properties.string('EventSourceArn');
  if (!queueArn.startsWith('arn:aws:sqs:')) {
    properties.fail('EventSourceArn', `is ${queueArn}, and the local runtime only knows queues`);
  }
  const scaling = properties.optionalObject('ScalingConfig');
  const maximum = scaling?.optionalNumber('MaximumConcurrency') ?? concurrencyLimit;
  const concurrency = Math.min(maximum, concurrencyLimit);
  return {
    logicalId,
    queueArn,
    functionName: properties.string('FunctionName'),
    batchSize: properties.number('BatchSize', 10),
    windowSeconds: properties.number('MaximumBatchingWindowInSeconds', 0),
    concurrency,
    scale: concurrency / maximum,
    reportsBatchItemFailures: properties.strings('FunctionResponseTypes').includes('ReportBatchItemFailures'),
  };
}
