import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { UNDELIVERED_INDEX } from '../lambdas/env.ts';
import type { Alarms } from './alarms.ts';
import type { Api } from './api.ts';
import type { EventBus } from './event-bus.ts';
import type { Network } from './network.ts';
import type { Schedules } from './schedules.ts';
import { STORE_OPERATIONS, type Store } from './store.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** Metrics added up: those of which there is data, as most tell of trouble alone. */
const sumOf = (label: string, ...metrics: IMetric[]) =>
  new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, i) => [`m${i + 1}`, metric])),
    label,
    period: FIVE_MINUTES,
  });

/** What the API answers, and how fast. */
export function watchApi(alarms: Alarms, { httpApi }: Api) {
  alarms.add('ApiErrors', {
    metric: new MathExpression({
      expression: 'IF(errors >= 5, 100 * errors / requests, 0)',
      usingMetrics: {
        errors: httpApi.metricServerError({ statistic: Stats.SUM, period: FIVE_MINUTES }),
        requests: httpApi.metricCount({ statistic: Stats.SUM, period: FIVE_MINUTES }),
      },
      label: 'Requests answered 5xx, %',
      period: FIVE_MINUTES,
    }),
    threshold: 1,
    periods: 2,
    whatBreaks: [
      'The API answers one request in a hundred or more with a 5xx:',
      'customers cannot rely on managing their webhooks, nor producers on publishing.',
    ],
    runbook: 'errors-of-the-api',
  });
  alarms.add('ApiLatency', {
    metric: httpApi.metricLatency({ statistic: Stats.percentile(99), period: FIVE_MINUTES }),
    threshold: 3000,
    periods: 3,
    whatBreaks: [
      'One request of the API in a hundred takes three seconds or longer:',
      'the dashboard of customers is slow, and producers time out.',
    ],
    runbook: 'latency-of-the-api',
  });
}

/**
 * Events that EventBridge has given up and could not even put among the dead letters: of those that are there, the alarm
 * of the dead letters tells.
 */
export function watchBus(alarms: Alarms, bus: EventBus) {
  alarms.add('EventsLost', {
    metric: bus.ruleMetric('InvocationsFailedToBeSentToDlq'),
    threshold: 1,
    whatBreaks: [
      'Events reached neither the events queue nor its dead letters:',
      'they are lost for the customers concerned, unless their producers publish them again.',
    ],
    runbook: 'events-or-retries-lost',
  });
}

/** Retries that Scheduler cannot send in time, or at all. */
export function watchSchedules(alarms: Alarms, schedules: Schedules) {
  alarms.add('RetriesLost', {
    metric: schedules.metric('InvocationsFailedToBeSentToDeadLetterCount'),
    threshold: 1,
    whatBreaks: [
      'Retries reached neither the deliveries queue nor its dead letters:',
      'deliveries of the customers concerned stay at "retrying" until they are replayed.',
    ],
    runbook: 'events-or-retries-lost',
  });
  alarms.add('SchedulesThrottled', {
    metric: sumOf(
      'Retries throttled',
      schedules.metric('InvocationThrottleCount'),
      schedules.metric('TargetErrorThrottledCount'),
    ),
    threshold: 1,
    periods: 3,
    whatBreaks: [
      'More retries come due at once than Scheduler may send:',
      'customers whose receivers were down get their retries late.',
    ],
    runbook: 'schedules-throttled',
  });
  alarms.add('SchedulesFailing', {
    metric: schedules.metric('TargetErrorCount'),
    threshold: 10,
    whatBreaks: [
      'SQS refuses the retries that Scheduler sends (a role, a policy or a queue is wrong):',
      'customers whose receivers were down get no retries; after a day they are dead letters.',
    ],
    runbook: 'schedules-failing',
  });
}

/** Connections that a NAT gateway could not open, as one receiver takes all that its addresses have. */
export function watchNetwork(alarms: Alarms, network: Network) {
  network.natGatewayMetrics('ErrorPortAllocation').forEach((metric, i) => {
    alarms.add(`NatPorts${i + 1}`, {
      metric,
      threshold: 1,
      whatBreaks: [
        `NAT gateway ${i + 1} has no port left for one receiver (55,000 connections for each address):`,
        'deliveries to the customer with the most connections fail and are retried.',
      ],
      runbook: 'nat-ports',
    });
  });
}

/** Requests that the table refuses, or fails. The SDK tries each again, so that a few do no harm. */
export function watchStore(alarms: Alarms, { table }: Store) {
  const metric = (name: string, dimensionsMap: Record<string, string> = {}) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: name,
      dimensionsMap: { TableName: table.tableName, ...dimensionsMap },
      statistic: Stats.SUM,
      period: FIVE_MINUTES,
    });
  // Metrics of a table tell nothing of its indexes. Source: DynamoDB guide, "Metrics and dimensions", WriteThrottleEvents.
  const places: Record<string, string>[] = [{}, { GlobalSecondaryIndexName: UNDELIVERED_INDEX.name }];
  const throttled = ['ReadThrottleEvents', 'WriteThrottleEvents'];
  alarms.add('TableThrottles', {
    metric: sumOf(
      'Requests throttled',
      ...places.flatMap((place) => throttled.map((name) => metric(name, place))),
    ),
    threshold: 10,
    periods: 2,
    whatBreaks: [
      'The table or its index refuses requests (one webhook or user takes more than a partition gives, or a sudden rise):',
      'customers get their webhooks late, and the API answers some requests with a 5xx.',
    ],
    runbook: 'table-throttles',
  });
  alarms.add('TableErrors', {
    metric: sumOf(
      'Requests failed by DynamoDB',
      ...STORE_OPERATIONS.map((Operation) => metric('SystemErrors', { Operation })),
    ),
    threshold: 10,
    periods: 2,
    whatBreaks: [
      'DynamoDB fails requests by trouble of its own:',
      'customers get their webhooks late, and the API answers some requests with a 5xx.',
    ],
    runbook: 'table-errors',
  });
}
