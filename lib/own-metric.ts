import { Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../core/metrics.ts';
import type { FunctionName } from '../lambdas/env.ts';

/** The namespace in CloudWatch of a deployment's own metrics: two stages in one account are not added up. */
export function metricNamespaceOf(scope: Construct): string {
  return Stack.of(scope).stackName;
}

/** One of the system's own metrics, as `publisher` publishes it: a sum over five minutes, unless told otherwise. */
export function ownMetric(
  scope: Construct,
  publisher: FunctionName,
  metricName: MetricName,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: metricNamespaceOf(scope),
    metricName,
    dimensionsMap: { service: publisher },
    statistic: 'Sum',
    label: metricName,
    ...options,
  });
}
