import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';
import type { Delivery } from './delivery.ts';
import type { EventBus } from './event-bus.ts';

type ObservabilityProps = {
  readonly settings: Settings;
  readonly eventBus: EventBus;
  readonly delivery: Delivery;
};

/** Alarms, and the topic that tells people of them. */
export class Observability extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { settings, eventBus, delivery }: ObservabilityProps) {
    super(scope, id);
    this.topic = this.createTopic(settings.alarmEmail);
    if (settings.stage === 'prod' && !settings.alarmEmail) {
      const advice = 'Alarms reach nobody: give -c alarmEmail=…, or subscribe to the topic yourself.';
      Annotations.of(this).addWarningV2('cathcr-webhooks:alarmEmail', advice);
    }
    const { events, deliveries, slowDeliveries, schedules } = delivery;

    this.watchDeadLetters('RuleDeadLetters', eventBus.deadLetters, [
      'Events that Cathcr published did not reach the events queue:',
      'no webhook of the customers concerned hears of them until they are put back.',
    ]);
    this.watchDeadLetters('EventsDeadLetters', events.deadLetters, [
      'Events could not be fanned out (malformed, or our own trouble lasted through every retry):',
      'no webhook of the customers concerned hears of them until they are put back.',
    ]);
    this.watchDeadLetters('DeliveriesDeadLetters', deliveries.deadLetters, [
      'Deliveries could not be processed by us, which is never the fault of a receiver:',
      'the customers concerned miss these events until they are put back.',
    ]);
    this.watchDeadLetters('SlowDeliveriesDeadLetters', slowDeliveries.deadLetters, [
      'Deliveries to slow webhooks could not be processed by us, which is never the fault of a receiver:',
      'the customers concerned miss these events until they are put back.',
    ]);
    this.watchDeadLetters('SchedulesDeadLetters', schedules.deadLetters, [
      'Retries came due but did not reach the deliveries queue:',
      'deliveries of the customers concerned stay at "retrying" until they are put back.',
    ]);
    this.watchAge('EventsAge', events.queue, Duration.minutes(5), [
      'Events wait over five minutes to be fanned out:',
      'every customer gets its webhooks late; after 4 days events are lost.',
    ]);
    this.watchAge('DeliveriesAge', deliveries.queue, Duration.minutes(15), [
      'Deliveries wait over fifteen minutes to be sent:',
      'customers get their webhooks late; after 4 days deliveries are lost.',
    ]);
    this.watchAge('SlowDeliveriesAge', slowDeliveries.queue, Duration.hours(2), [
      'Deliveries to slow webhooks wait over two hours to be sent: no other customer is concerned, yet those get',
      'them late, and after 4 days they are lost. More slowLaneMaxConcurrency sends more of them at a time.',
    ]);
  }

  /** A topic that refuses plain HTTP has a policy of its own, which must then name CloudWatch. */
  private createTopic(alarmEmail: string | undefined): Topic {
    const topic = new Topic(this, 'Alarms', { displayName: Stack.of(this).stackName, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (alarmEmail) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  /** One dead letter is one too many. */
  private watchDeadLetters(id: string, queue: Queue, whatBreaks: readonly string[]): void {
    const visible = queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
    this.alarm(id, visible, 1, whatBreaks);
  }

  private watchAge(id: string, queue: Queue, oldest: Duration, whatBreaks: readonly string[]): void {
    const age = queue.metricApproximateAgeOfOldestMessage({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
    this.alarm(id, age, oldest.toSeconds(), whatBreaks);
  }

  private alarm(id: string, metric: IMetric, threshold: number, whatBreaks: readonly string[]): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: whatBreaks.join(' '),
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
