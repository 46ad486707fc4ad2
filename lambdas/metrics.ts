import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Measures, MetricName } from '../core/metrics.ts';

const metrics = new Metrics();

const unitOf = (name: MetricName) => (name === 'TimeToDelivery' ? MetricUnit.Milliseconds : MetricUnit.Count);

/**
 * Publishes what a batch comes to: one line of log, of which CloudWatch makes metrics; none where there is nothing to
 * tell. A line is paid for by the byte, so it is one for a batch and never one for a message.
 */
export function publishMeasures(measures: Measures): void {
  for (const [name, values] of Object.entries(measures) as [MetricName, readonly number[]][]) {
    for (const value of values) metrics.addMetric(name, unitOf(name), value);
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
