import { arnOf, functionNameOf, queueNameOf } from '../aws/account.ts';
import { busNameOf, DEFAULT_BUS } from '../events/rules.ts';
import { Properties } from '../stack/properties.ts';
import type { Resource, Stack } from '../stack/stack.ts';
import { readStatement, readStatements, type Statement } from './statement.ts';

/** What queues, buses and functions say themselves of who may use them, by their ARNs. */
export function readResourcePolicies(stack: Stack): ReadonlyMap<string, readonly Statement[]> {
  const policies = [
    ...stack.resourcesOf('AWS::SQS::QueuePolicy').flatMap(readQueuePolicy),
    ...stack.resourcesOf('AWS::Events::EventBusPolicy').map(readBusPolicy),
    ...stack.resourcesOf('AWS::Lambda::Permission').map(readFunctionPermission),
  ];
  const byArn = new Map<string, readonly Statement[]>();
  for (const [arn, statements] of policies) byArn.set(arn, [...(byArn.get(arn) ?? []), ...statements]);
  return byArn;
}

type ResourcePolicy = [arn: string, statements: readonly Statement[]];

function readQueuePolicy({ properties }: Resource): ResourcePolicy[] {
  const statements = readStatements(properties.object('PolicyDocument'), 'resource');
  return properties.strings('Queues').map((url) => [arnOf('sqs', queueNameOf(url)), statements]);
}

function readBusPolicy({ properties }: Resource): ResourcePolicy {
  const bus = busNameOf(properties.optionalString('EventBusName') ?? DEFAULT_BUS);
  return [arnOf('events', `event-bus/${bus}`), [readStatement(properties.object('Statement'), 'resource')]];
}

/** As Lambda writes it into the policy of the function. */
function readFunctionPermission({ logicalId, properties }: Resource): ResourcePolicy {
  properties.refuse('EventSourceToken', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'PrincipalOrgID');
  const arn = arnOf('lambda', `function:${functionNameOf(properties.string('FunctionName'))}`);
  const source = properties.optionalString('SourceArn');
  const account = properties.optionalString('SourceAccount');
  const statement = new Properties(`${logicalId} (AWS::Lambda::Permission)`, {
    Effect: 'Allow',
    Action: properties.string('Action'),
    Principal: { Service: properties.string('Principal') },
    Resource: arn,
    Condition: {
      ...(source && { ArnLike: { 'aws:SourceArn': source } }),
      ...(account && { StringEquals: { 'aws:SourceAccount': account } }),
    },
  });
  return [arn, [readStatement(statement, 'resource')]];
}
