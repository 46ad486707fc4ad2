import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { UNDELIVERED_INDEX } from '../../lambdas/env.ts';
import { STORE_OPERATIONS } from '../../lib/store.ts';
import {
  DEAD_LETTER_PATHS,
  FUNCTION_PATHS,
  QUEUE_PATHS,
  type Resource,
  resourceAt,
  resourcesOf,
  synthesize,
} from './synthesis.ts';

let template: Template;
const nameOf = (type: string, path: string) => resourceAt(template, type, path).id;
const queueName = (path: string) => ({ 'Fn::GetAtt': [nameOf('AWS::SQS::Queue', path), 'QueueName'] });
const topic = () => resourceAt(template, 'AWS::SNS::Topic', 'Alarms/Topic');
const alarms = () => Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
/** What an alarm is called in the stack and in the runbook. */
const idOf = ({ Metadata }: Resource) => Metadata['aws:cdk:path']?.split('/').at(-2) ?? '';

/** The metrics that an alarm looks at, its own or those of its expression. */
const metricsOf = ({ Properties }: Resource): { MetricName: string; Dimensions: unknown[] }[] =>
  Properties.Metrics?.flatMap(({ MetricStat }: any) => MetricStat?.Metric ?? []) ?? [Properties];
const alarmsOn = (metricName: string, dimension: object) =>
  alarms().filter((alarm) =>
    metricsOf(alarm).some(
      ({ MetricName, Dimensions }) =>
        MetricName === metricName && JSON.stringify(Dimensions).includes(JSON.stringify(dimension)),
    ),
  );

beforeAll(() => {
  template = synthesize({
    stage: 'prod',
    alarmEmail: 'ops@example.com',
    runbookUrl: 'https://wiki.example.com/ops',
  });
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

  it.each(Object.entries(FUNCTION_PATHS))('watches errors and throttles of %s', (_name, path) => {
    const dimension = { Name: 'FunctionName', Value: { Ref: nameOf('AWS::Lambda::Function', path) } };
    expect(alarmsOn('Errors', dimension)).toHaveLength(1);
    expect(alarmsOn('Throttles', dimension)).toHaveLength(1);
  });

  it('watches the ports of each NAT gateway', () => {
    for (const id of Object.keys(resourcesOf(template, 'AWS::EC2::NatGateway'))) {
      const dimension = { Name: 'NatGatewayId', Value: { 'Fn::GetAtt': [id, 'NatGatewayId'] } };
      expect(alarmsOn('ErrorPortAllocation', dimension)).toHaveLength(1);
    }
  });

  it.each([
    'InvocationsFailedToBeSentToDeadLetterCount',
    'InvocationThrottleCount',
    'TargetErrorThrottledCount',
    'TargetErrorCount',
  ])('watches %s of the schedules', (metricName) => {
    const group = { Ref: nameOf('AWS::Scheduler::ScheduleGroup', 'Schedules/Group') };
    expect(alarmsOn(metricName, { Name: 'ScheduleGroup', Value: group })).toHaveLength(1);
  });

  it('watches the events that the rule can put nowhere, by the names that EventBridge’s metrics go by', () => {
    const [alarm, ...others] = alarmsOn('InvocationsFailedToBeSentToDlq', {
      Name: 'EventBusName',
      Value: { Ref: nameOf('AWS::Events::EventBus', 'EventBus/Bus') },
    });
    expect(others).toEqual([]);
    // `Ref` of a rule on a bus of its own is `BUS|NAME`, which no metric has.
    const arn = { 'Fn::GetAtt': [nameOf('AWS::Events::Rule', 'EventBus/Rule'), 'Arn'] };
    const rule = { Name: 'RuleName', Value: { 'Fn::Select': [2, { 'Fn::Split': ['/', arn] }] } };
    expect((alarm ? metricsOf(alarm) : []).flatMap(({ Dimensions }) => Dimensions)).toContainEqual(rule);
  });

  it.each(['5xx', 'Latency'])('watches %s of the API', (metricName) => {
    const api = { Ref: nameOf('AWS::ApiGatewayV2::Api', 'Api/HttpApi') };
    expect(alarmsOn(metricName, { Name: 'ApiId', Value: api })).toHaveLength(1);
  });

  it.each(['ReadThrottleEvents', 'WriteThrottleEvents'])(
    'watches %s of the table, and of its index, of which the table’s do not tell',
    (metricName) => {
      const table = { Name: 'TableName', Value: { Ref: nameOf('AWS::DynamoDB::Table', 'Store/Table') } };
      const index = { Name: 'GlobalSecondaryIndexName', Value: UNDELIVERED_INDEX.name };
      const [alarm, ...others] = alarmsOn(metricName, table);
      expect(others).toEqual([]);
      const watched = (alarm ? metricsOf(alarm) : []).filter(({ MetricName }) => MetricName === metricName);
      expect(watched.map(({ Dimensions }) => Dimensions)).toEqual([[table], [index, table]]);
    },
  );

  it('watches what DynamoDB fails, whatever the operation', () => {
    const table = { Ref: nameOf('AWS::DynamoDB::Table', 'Store/Table') };
    const [alarm] = alarmsOn('SystemErrors', { Name: 'TableName', Value: table });
    const operations = (alarm ? metricsOf(alarm) : []).map(({ Dimensions }) => Dimensions[0]);
    expect(operations).toEqual(STORE_OPERATIONS.map((Value) => ({ Name: 'Operation', Value })));
  });

  it.each([
    ['Failed', 'deliverer'],
    ['Delivered', 'deliverer'],
    ['SentBack', 'deliverer'],
    ['SentBack', 'dispatcher'],
  ])('watches %s of the %s', (metricName, service) => {
    expect(alarmsOn(metricName, { Name: 'service', Value: service })).toHaveLength(1);
  });

  it('says what breaks for whom, tells the topic of both turns, and is silent where nothing happens', () => {
    for (const { Properties } of alarms()) {
      expect(Properties.AlarmDescription).toMatch(/customer|producers|nobody/);
      expect(Properties.AlarmActions).toEqual([{ Ref: topic().id }]);
      expect(Properties.OKActions).toEqual([{ Ref: topic().id }]);
      expect(Properties.TreatMissingData).toBe('notBreaching');
    }
  });
});

/** The entries of the runbook, by the anchors of their headings, each with the alarms that it names. */
function readRunbook(): Record<string, string[]> {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, runbook = ''] = page.split('\n## Runbook\n');
  const entries = runbook.split('\n### ').slice(1);
  return Object.fromEntries(
    entries.map((entry) => {
      const [heading = '', alarmLine = ''] = entry.split('\n');
      const named = [...alarmLine.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');
      return [heading.toLowerCase().replaceAll(' ', '-'), named.sort()];
    }),
  );
}

describe('the runbook', () => {
  it('has an entry for each alarm, which links to it, and an alarm for each entry', () => {
    const linked: Record<string, string[]> = {};
    for (const alarm of alarms()) {
      const [, anchor = ''] =
        / Runbook: https:\/\/wiki\.example\.com\/ops#([a-z-]+)$/.exec(alarm.Properties.AlarmDescription) ??
        [];
      linked[anchor] = [...(linked[anchor] ?? []), idOf(alarm)].sort();
    }
    expect(readRunbook()).toEqual(linked);
  });
});

describe('the dashboard', () => {
  const body = () => {
    const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
    return JSON.stringify(dashboard?.Properties.DashboardBody);
  };

  it('shows whether each alarm is well', () => {
    for (const id of Object.keys(resourcesOf(template, 'AWS::CloudWatch::Alarm')))
      expect(body()).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
  });

  it('asks the log of the Deliverer who is failing, since when', () => {
    expect(body()).toContain(nameOf('AWS::Logs::LogGroup', 'Delivery/DelivererLogs'));
    expect(body()).toContain('earliest(timestamp) as since');
    expect(body()).toContain('by webhook_id');
  });

  it('asks the logs of all functions what goes wrong with us', () => {
    const [, query = ''] = body().split('What goes wrong with us?');
    expect(query).toContain('level in [');
    for (const path of Object.values(FUNCTION_PATHS))
      expect(query).toContain(nameOf('AWS::Logs::LogGroup', `${path}Logs`));
  });

  it('shows each queue', () => {
    for (const path of Object.values(QUEUE_PATHS)) {
      expect(body()).toContain(JSON.stringify(queueName(path)));
    }
  });
});

describe('the functions', () => {
  it('are traced where the settings say so', () => {
    const tracingOf = (of: Template) => [
      ...new Set(
        Object.values(FUNCTION_PATHS).map(
          (path) => resourceAt(of, 'AWS::Lambda::Function', path).Properties.TracingConfig?.Mode,
        ),
      ),
    ];
    expect(tracingOf(template)).toEqual(['Active']);
    expect(tracingOf(synthesize({ stage: 'prod', tracing: 'false' }))).toEqual([undefined]);
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
