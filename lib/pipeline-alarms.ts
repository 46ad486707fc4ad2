import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambdas/env.ts';
import type { Alarms } from './alarms.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { Delivery } from './delivery.ts';
import type { EventBus } from './event-bus.ts';
import type { NodeFunction } from './node-function.ts';
import { ownMetric } from './own-metric.ts';
import type { Schedules } from './schedules.ts';
import type { WorkQueue } from './work-queue.ts';

const MAX_OF_A_MINUTE = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };

/** Whom it hurts when a function does not do its work. */
const HURT_BY: Record<FunctionName, string> = {
  webhooks: 'customers cannot see or change their webhooks.',
  deliveries: 'customers cannot see their deliveries, test their webhooks or replay.',
  events: 'events that Cathcr publishes by the API are not accepted; producers must try again.',
  public: 'nobody can read the event types, the addresses we call from, or the OpenAPI document.',
  dispatcher: 'customers get their webhooks late.',
  deliverer: 'customers get their webhooks late.',
  recoverer: 'recoveries that customers have asked for do not go on.',
};

/** The functions that read queues, by their names in alarms. */
const QUEUE_READERS = { Dispatcher: 'dispatcher', Deliverer: 'deliverer', Recoverer: 'recoverer' } as const;

type QueueWatch = {
  /** How long a message may wait before somebody is told. */
  readonly oldest: Duration;
  /** What breaks where messages wait longer, and where they are dead letters. */
  readonly late: readonly string[];
  readonly dead: readonly string[];
};

/** The queues that functions read, by their names in alarms and on the dashboard. */
export type Queues = Record<keyof Delivery['queues'] | 'Recoveries', WorkQueue>;

const QUEUES: Record<keyof Queues, QueueWatch> = {
  Events: {
    oldest: Duration.minutes(5),
    late: [
      'Events wait over five minutes to be fanned out:',
      'every customer gets its webhooks late; after 4 days events are lost.',
    ],
    dead: [
      'Events could not be fanned out (malformed, or our own trouble lasted through every retry):',
      'no webhook of the customers concerned hears of them until they are put back.',
    ],
  },
  Deliveries: {
    oldest: Duration.minutes(15),
    late: [
      'Deliveries wait over fifteen minutes to be sent:',
      'customers get their webhooks late; after 4 days deliveries are lost.',
    ],
    dead: [
      'Deliveries could not be processed by us, which is never the fault of a receiver:',
      'the customers concerned miss these events until they are put back.',
    ],
  },
  SlowDeliveries: {
    oldest: Duration.hours(2),
    late: [
      'Deliveries to slow webhooks wait over two hours to be sent:',
      'the customers whose webhooks are slow get them later still, no other is concerned; after 10 days they are lost.',
    ],
    dead: [
      'Deliveries to slow webhooks could not be processed by us, which is never the fault of a receiver:',
      'the customers concerned miss these events until they are put back.',
    ],
  },
  Recoveries: {
    oldest: Duration.minutes(15),
    late: [
      'Steps of recoveries wait over fifteen minutes to be taken:',
      'what customers have missed is not replayed; after 4 days recoveries stand still until they are asked for again.',
    ],
    dead: [
      'Steps of recoveries could not be taken by us:',
      'what the customers concerned have missed is not replayed until they are put back.',
    ],
  },
};

/** Messages that wait too long for their function, or that it could not process. */
export function watchQueues(alarms: Alarms, queues: Queues) {
  for (const [name, { oldest, late, dead }] of Object.entries(QUEUES)) {
    const { queue, deadLetters } = queues[name as keyof typeof queues];
    watchDeadLetters(alarms, name, deadLetters, dead);
    alarms.add(`${name}Age`, {
      metric: queue.metricApproximateAgeOfOldestMessage(MAX_OF_A_MINUTE),
      threshold: oldest.toSeconds(),
      whatBreaks: late,
      runbook: 'age-of-a-queue',
    });
  }
}

/** Dead letters of what is no function's: the rule of the bus, and the schedules. */
export function watchOtherDeadLetters(alarms: Alarms, bus: EventBus, schedules: Schedules) {
  watchDeadLetters(alarms, 'Rule', bus.deadLetters, [
    'Events that Cathcr published did not reach the events queue:',
    'no webhook of the customers concerned hears of them until they are put back.',
  ]);
  watchDeadLetters(alarms, 'Schedules', schedules.deadLetters, [
    'Retries came due but did not reach the deliveries queue:',
    'deliveries of the customers concerned stay at "retrying" until they are put back.',
  ]);
}

/** One dead letter is one too many. */
function watchDeadLetters(alarms: Alarms, of: string, queue: DeadLetterQueue, whatBreaks: readonly string[]) {
  alarms.add(`${of}DeadLetters`, {
    metric: queue.metricApproximateNumberOfMessagesVisible(MAX_OF_A_MINUTE),
    threshold: 1,
    whatBreaks,
    runbook: 'dead-letters',
  });
}

/** Functions that crash, time out, or are not let run. */
export function watchFunctions(alarms: Alarms, functions: readonly NodeFunction[]) {
  for (const fn of functions) {
    const name = fn.node.id;
    alarms.add(`${name}Errors`, {
      metric: fn.metricErrors({ period: Duration.minutes(15) }),
      threshold: 3,
      whatBreaks: [`The function ${name} crashes or times out: ${HURT_BY[fn.contractName]}`],
      runbook: 'errors-of-a-function',
    });
    alarms.add(`${name}Throttles`, {
      metric: fn.metricThrottles(),
      threshold: 10,
      whatBreaks: [`The account's concurrency is used up for ${name}: ${HURT_BY[fn.contractName]}`],
      runbook: 'throttles-of-a-function',
    });
  }
}

/** What comes of attempts, and what goes back to its queue although no function has failed. */
export function watchOutcomes(alarms: Alarms) {
  const period = Duration.minutes(15);
  alarms.add('FailureRate', {
    metric: new MathExpression({
      expression: 'IF(delivered + failed >= 100, 100 * failed / (delivered + failed), 0)',
      usingMetrics: {
        delivered: ownMetric(alarms, 'deliverer', 'Delivered', { period }),
        failed: ownMetric(alarms, 'deliverer', 'Failed', { period }),
      },
      label: 'Failed attempts, %',
      period,
    }),
    threshold: 50,
    periods: 2,
    whatBreaks: [
      'Half of all attempts have failed for half an hour:',
      'one customer with many events is down, or we cannot reach anybody, and every customer goes without.',
    ],
    runbook: 'failure-rate',
  });
  for (const [name, contractName] of Object.entries(QUEUE_READERS)) {
    alarms.add(`${name}SentBack`, {
      metric: ownMetric(alarms, contractName, 'SentBack', { period: Duration.minutes(5) }),
      threshold: 10,
      periods: 3,
      whatBreaks: [
        `The ${name} has met trouble of ours for a quarter of an hour and sends messages back to their queue:`,
        `${HURT_BY[contractName]} After 20 rounds messages are dead letters.`,
      ],
      runbook: 'messages-sent-back',
    });
  }
}
