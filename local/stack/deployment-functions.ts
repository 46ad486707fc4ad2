import type { Resource, Stack } from './stack.ts';

/** The functions behind custom resources: CloudFormation runs them at a deployment, and a laptop has none. */
export function deploymentFunctionsOf(stack: Stack): Resource[] {
  const custom = stack.resourcesOf('Custom::', 'AWS::CloudFormation::CustomResource');
  const tokens = new Set(custom.map(({ properties }) => properties.string('ServiceToken')));
  return stack.resourcesOf('AWS::Lambda::Function').filter(({ arn }) => tokens.has(arn));
}
