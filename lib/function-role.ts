import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Source: AWS Lambda guide, "Giving Lambda functions access to resources in an Amazon VPC". */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

type FunctionRoleProps = {
  readonly logGroup: ILogGroup;
  /** Whether Lambda must make network interfaces for the function. */
  readonly inVpc: boolean;
};

/**
 * The role of one function: it writes to its own log group, and what else it may do is granted by what it uses.
 * (AWS's managed policies for Lambda open every log group of the account.)
 */
export class FunctionRole extends Role {
  constructor(scope: Construct, id: string, { logGroup, inVpc }: FunctionRoleProps) {
    super(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Network interfaces are made by Lambda before there is one to name, and X-Ray knows no resources. ' +
        'Whatever else a function may do is to a resource by its name.',
    });
    if (inVpc) this.allowNetworkInterfaces();
  }

  /**
   * Lambda makes the interfaces, yet by the function's role and on any resource (they do not exist before). So
   * the function's own code, whose calls alone carry the name of a function, is denied the very same.
   */
  private allowNetworkInterfaces(): void {
    const anyFunction = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const statement = { actions: NETWORK_INTERFACE_ACTIONS, resources: ['*'] };
    this.addToPolicy(new PolicyStatement(statement));
    this.addToPolicy(
      new PolicyStatement({
        ...statement,
        effect: Effect.DENY,
        conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } },
      }),
    );
  }
}
