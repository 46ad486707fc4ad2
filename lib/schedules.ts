import { Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { NodeFunction } from './node-function.ts';

const SCHEDULER = 'scheduler.amazonaws.com';

type SchedulesProps = {
  /** Where a schedule puts its message when its time has come. */
  readonly target: Queue;
};

/** The retries that wait: a group of one-shot schedules, the role they act by, and where they go when they fail. */
export class Schedules extends Construct {
  readonly deadLetters: DeadLetterQueue;
  private readonly group: CfnScheduleGroup;
  private readonly role: Role;

  constructor(scope: Construct, id: string, { target }: SchedulesProps) {
    super(scope, id);
    const { account, stackName } = Stack.of(this);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.group = new CfnScheduleGroup(this, 'Group', { name: `${stackName}-retries` });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal(SCHEDULER, {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [target.queueArn, this.deadLetters.queueArn],
      }),
    );
  }

  /** Lets a function make schedules in the group, and tells it what a schedule is made with. */
  grantCreate(fn: NodeFunction): void {
    fn.allow(['scheduler:CreateSchedule'], this.schedulesArn());
    const group = Stack.of(this).getLogicalId(this.group);
    Validations.of(fn.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<${group}>/*]`,
      reason:
        'A schedule is named after the attempt that it is for: the group is what can be said beforehand.',
    });
    fn.allow(['iam:PassRole'], this.role.roleArn, { StringEquals: { 'iam:PassedToService': SCHEDULER } });
    fn.setEnv('SCHEDULE_GROUP_NAME', this.group.ref);
    fn.setEnv('SCHEDULE_ROLE_ARN', this.role.roleArn);
    fn.setEnv('SCHEDULES_DEAD_LETTER_QUEUE_ARN', this.deadLetters.queueArn);
  }

  /** A metric of Scheduler's for the retries, summed over five minutes. */
  metric(metricName: string): Metric {
    const dimensionsMap = { ScheduleGroup: this.group.ref };
    return new Metric({ namespace: 'AWS/Scheduler', metricName, dimensionsMap, statistic: 'Sum' });
  }

  private schedulesArn(): string {
    return Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.ref}/*`,
    });
  }
}
