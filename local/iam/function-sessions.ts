import { arnOf, functionNameOf } from '../aws/account.ts';
import type { FunctionSettings } from '../lambda/settings.ts';
import type { MappingSettings } from '../mapping/settings.ts';
import type { Authority, Session } from './authority.ts';

const LAMBDA = 'lambda.amazonaws.com';

/** "Giving Lambda functions access to resources in an Amazon VPC", Lambda Developer Guide. */
const NETWORK_ACTIONS = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'DeleteNetworkInterface',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
];

/** "Configuring an Amazon SQS queue to use with Lambda", Lambda Developer Guide. */
const POLL_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/**
 * The sessions that functions call AWS by, by their access keys. What Lambda does by the same roles is looked at here,
 * once, as when functions and mappings are made: roles do not change while a stack runs.
 * @throws Error in AWS's words where Lambda may not do something; where it may not write logs, of which AWS says nothing
 */
export function openFunctionSessions(
  authority: Authority,
  functions: readonly FunctionSettings[],
  mappings: readonly MappingSettings[],
): ReadonlyMap<string, Session> {
  return new Map(
    functions.map((each) => {
      const session = authority.assume(each.roleArn, LAMBDA, each.name);
      if (!session)
        throw new Error(`${each.logicalId}: The role defined for the function cannot be assumed by Lambda.`);
      assertLambdaMay(authority, session, each);
      for (const mapping of mappings) {
        if (functionNameOf(mapping.functionName) === each.name) assertMayPoll(authority, session, mapping);
      }
      // Calls of the function's own code carry its name.
      return [
        each.name,
        { ...session, context: { ...session.context, 'lambda:SourceFunctionArn': each.arn } },
      ];
    }),
  );
}

function assertLambdaMay(
  authority: Authority,
  session: Session,
  { logicalId, environment, isInVpc }: FunctionSettings,
): void {
  const { AWS_LAMBDA_LOG_GROUP_NAME: group, AWS_LAMBDA_LOG_STREAM_NAME: stream } = environment;
  const log = arnOf('logs', `log-group:${group}:log-stream:${stream}`);
  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
    const refusal = authority.refuse(session, { action, resource: log });
    if (refusal) throw new Error(`${logicalId} would run without a log: ${refusal}`);
  }
  if (!isInVpc) return;
  for (const action of NETWORK_ACTIONS) {
    if (authority.refuse(session, { action: `ec2:${action}`, resource: '*' }))
      throw new Error(
        `${logicalId}: The provided execution role does not have permissions to call ${action} on EC2`,
      );
  }
}

function assertMayPoll(authority: Authority, session: Session, mapping: MappingSettings): void {
  for (const action of POLL_ACTIONS) {
    if (authority.refuse(session, { action: `sqs:${action}`, resource: mapping.queueArn }))
      throw new Error(
        `${mapping.logicalId}: The function execution role does not have permissions to call ${action} on SQS`,
      );
  }
}
