import type { Properties } from '../stack/properties.ts';
import type { Stack } from '../stack/stack.ts';

/** The most that a message may hold, attributes included, and a batch of them. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** A queue as its template describes it. */
export type QueueSettings = {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly delaySeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  /** How long an empty receive waits for a message where the call does not say. */
  readonly receiveWaitSeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive: Redrive | undefined;
};

/** Where a message goes that has been received `maxReceiveCount` times without being deleted. */
type Redrive = { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };

/** The queues of the stack, absent properties with AWS's defaults. */
export function readQueues(stack: Stack): QueueSettings[] {
  return stack.resourcesOf('AWS::SQS::Queue').map(({ ref, arn, properties }) => {
    properties.refuse('FifoQueue', 'ContentBasedDeduplication', 'RedriveAllowPolicy');
    return {
      name: ref.slice(ref.lastIndexOf('/') + 1),
      arn,
      url: ref,
      delaySeconds: properties.number('DelaySeconds', 0),
      visibilityTimeoutSeconds: properties.number('VisibilityTimeout', 30),
      retentionSeconds: properties.number('MessageRetentionPeriod', 345_600),
      receiveWaitSeconds: properties.number('ReceiveMessageWaitTimeSeconds', 0),
      maximumMessageBytes: properties.number('MaximumMessageSize', MAX_MESSAGE_BYTES),
      redrive: readRedrive(properties.optionalObject('RedrivePolicy')),
    };
  });
}

function readRedrive(policy: Properties | undefined): Redrive | undefined {
  return (
    policy && {
      deadLetterTargetArn: policy.string('deadLetterTargetArn'),
      maxReceiveCount: policy.number('maxReceiveCount', 10),
    }
  );
}
