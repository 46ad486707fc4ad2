import { Annotations, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';

type AlarmProps = {
  readonly metric: IMetric;
  /** The alarm goes off where the metric is as large as this, or larger. */
  readonly threshold: number;
  /** For how many periods of the metric in a row; 1 where absent. */
  readonly periods?: number;
  /** What breaks, and for whom. */
  readonly whatBreaks: readonly string[];
  /** The entry of the runbook (`docs/operations.md`) that says what to do, as links name it: `dead-letters`. */
  readonly runbook: string;
};

/** The alarms of the stack, and the topic that tells people of them. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly action: SnsAction;
  private readonly runbookUrl: string;

  constructor(scope: Construct, id: string, { stage, alarmEmail, runbookUrl }: Settings) {
    super(scope, id);
    this.runbookUrl = runbookUrl;
    this.action = new SnsAction(this.createTopic(alarmEmail));
    if (stage === 'prod' && !alarmEmail) {
      const advice = 'Alarms reach nobody: give -c alarmEmail=…, or subscribe to the topic yourself.';
      Annotations.of(this).addWarningV2('cathcr-webhooks:alarmEmail', advice);
    }
  }

  /** Adds an alarm, which tells the topic when it goes off and when all is well again. No data is all well. */
  add(id: string, { metric, threshold, periods = 1, whatBreaks, runbook }: AlarmProps): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${whatBreaks.join(' ')} Runbook: ${this.runbookUrl}#${runbook}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
    this.all.push(alarm);
  }

  /** A topic that refuses plain HTTP has a policy of its own, which must then name CloudWatch. */
  private createTopic(alarmEmail: string | undefined): Topic {
    const topic = new Topic(this, 'Topic', { displayName: Stack.of(this).stackName, enforceSSL: true });
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
}
