import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEAD_LETTER_PATHS, QUEUE_PATHS, resourceAt, resourcesOf, synthesize } from './synthesis.ts';

let template: Template;
const queueName = (path: string) => ({
  'Fn::GetAtt': [resourceAt(template, 'AWS::SQS::Queue', path).id, 'QueueName'],
});
const topic = () => resourceAt(template, 'AWS::SNS::Topic', 'Observability/Alarms');

beforeAll(() => {
  template = synthesize({ stage: 'prod', alarmEmail: 'ops@example.com' });
});

describe('an alarm', () => {
  it.each(Object.entries(DEAD_LETTER_PATHS))('goes off at the first dead letter of %s', (_name, path) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: queueName(path) }],
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
    });
  });

  it.each([
    [QUEUE_PATHS.events, 300],
    [QUEUE_PATHS.deliveries, 900],
    [QUEUE_PATHS.slowDeliveries, 7200],
  ])('goes off when the oldest message of %s is %i seconds old', (path, seconds) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: queueName(path) }],
      Threshold: seconds,
    });
  });

  it('says what breaks for whom, tells the topic, and is silent where nothing happens', () => {
    const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(8);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmDescription).toMatch(/customer/);
      expect(Properties.AlarmActions).toEqual([{ Ref: topic().id }]);
      expect(Properties.TreatMissingData).toBe('notBreaching');
    }
  });
});

describe('the topic of the alarms', () => {
  it('takes messages from alarms of this account, and none over plain HTTP', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: topic().id }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('writes to the e-mail address of the settings', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: topic().id },
    });
  });

  it('writes to nobody where none is set', () => {
    synthesize().resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
