import { deploymentFunctionsOf } from '../stack/deployment-functions.ts';
import type { Resource, Stack } from '../stack/stack.ts';
import { readStatements, type Statement } from './statement.ts';

export type Role = {
  readonly name: string;
  readonly arn: string;
  /** Who may take it. */
  readonly trust: readonly Statement[];
  /** What who has it may do. */
  readonly statements: readonly Statement[];
};

/** The roles of the stack, each with the policies that stand in it or are attached to it, but for those of deployments. */
export function readRoles(stack: Stack): Role[] {
  const policies = stack.resourcesOf('AWS::IAM::Policy');
  const functions = deploymentFunctionsOf(stack);
  const ofDeployment = new Set(functions.map(({ properties }) => properties.string('Role')));
  return stack
    .resourcesOf('AWS::IAM::Role')
    .filter(({ arn }) => !ofDeployment.has(arn))
    .map((role) => readRole(role, policies));
}

function readRole({ ref: name, arn, properties }: Resource, policies: readonly Resource[]): Role {
  properties.refuse('ManagedPolicyArns', 'PermissionsBoundary', 'Path');
  const attached = policies
    .map((policy) => policy.properties)
    .filter((policy) => policy.strings('Roles').includes(name));
  return {
    name,
    arn,
    trust: readStatements(properties.object('AssumeRolePolicyDocument'), 'trust'),
    statements: [...properties.objects('Policies'), ...attached].flatMap((policy) =>
      readStatements(policy.object('PolicyDocument'), 'identity'),
    ),
  };
}
