import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The name of something that AWS knows by its name in all regions of an account together (CloudFront's policies,
 * CloudWatch's dashboards): with the region in it, a stage can stand in each.
 */
export function accountWideName(scope: IConstruct): string {
  const { stackName, region } = Stack.of(scope);
  return `${stackName}-${region}`;
}
