import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { INVOCATION_MS } from '../../core/order.ts';
import {
  arnOf,
  DEAD_LETTER_PATHS,
  FUNCTION_PATHS,
  QUEUE_PATHS,
  resourceAt,
  resourcesOf,
  synthesize,
} from './synthesis.ts';

const DAY_SECONDS = 86_400;

let template: Template;
const queueAt = (path: string) => resourceAt(template, 'AWS::SQS::Queue', path);
const rule = () => resourceAt(template, 'AWS::Events::Rule', 'EventBus/Rule');
const functionAt = (path: string) => resourceAt(template, 'AWS::Lambda::Function', path);

beforeAll(() => {
  template = synthesize({
    stage: 'prod',
    dispatcherMaxConcurrency: '7',
    delivererMaxConcurrency: '70',
    slowLaneMaxConcurrency: '30',
  });
});

describe('the queues', () => {
  it('are four for work and six for dead letters', () => {
    template.resourceCountIs('AWS::SQS::Queue', 10);
  });

  it.each([
    ['events', 4],
    ['deliveries', 4],
    ['slowDeliveries', 10],
    ['recoveries', 4],
  ] as const)('%s is a standard queue that keeps messages %i days', (name, days) => {
    const { Properties } = queueAt(QUEUE_PATHS[name]);
    expect(Properties.FifoQueue).toBeUndefined();
    expect(Properties.MessageRetentionPeriod).toBe(days * DAY_SECONDS);
  });

  it.each(['events', 'deliveries', 'slowDeliveries', 'recoveries'] as const)(
    '%s has its own dead-letter queue, after 20 receives',
    (name) => {
      expect(queueAt(QUEUE_PATHS[name]).Properties.RedrivePolicy).toEqual({
        deadLetterTargetArn: arnOf(queueAt(DEAD_LETTER_PATHS[name])),
        maxReceiveCount: 20,
      });
    },
  );

  it.each([
    ['events', 'dispatcher'],
    ['deliveries', 'deliverer'],
    ['slowDeliveries', 'deliverer'],
    ['recoveries', 'recoverer'],
  ] as const)('%s hides a message for six timeouts of the %s', (queue, consumer) => {
    const { VisibilityTimeout } = queueAt(QUEUE_PATHS[queue]).Properties;
    expect(VisibilityTimeout).toBe(6 * functionAt(FUNCTION_PATHS[consumer]).Properties.Timeout);
  });

  it('whoever may have died in the Deliverer is waited for until its invocation has timed out', () => {
    expect(INVOCATION_MS / 1000).toBeGreaterThan(functionAt(FUNCTION_PATHS.deliverer).Properties.Timeout);
  });

  it.each(Object.entries(DEAD_LETTER_PATHS))('dead letters of %s are kept 14 days', (_name, path) => {
    expect(queueAt(path).Properties.MessageRetentionPeriod).toBe(14 * DAY_SECONDS);
  });

  it('are encrypted by SQS', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::SQS::Queue'))) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
    }
  });

  it.each([...Object.values(QUEUE_PATHS), ...Object.values(DEAD_LETTER_PATHS)])(
    '%s refuses plain HTTP',
    (path) => {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: queueAt(path).id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    },
  );
});

describe('the mappings of queues to functions', () => {
  it.each([
    ['events', 'dispatcher', 10, 7],
    ['deliveries', 'deliverer', 10, 70],
    ['slowDeliveries', 'deliverer', 10, 30],
    ['recoveries', 'recoverer', 1, 2],
  ] as const)(
    '%s go to the %s, %i at a time, at most as many at once as is set',
    (queue, fn, batchSize, maxConcurrency) => {
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: arnOf(queueAt(QUEUE_PATHS[queue])),
        FunctionName: { Ref: functionAt(FUNCTION_PATHS[fn]).id },
        BatchSize: batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: maxConcurrency },
        MaximumBatchingWindowInSeconds: Match.absent(),
      });
    },
  );

  it('are the only ones, and no function has reserved concurrency', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 4);
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
  });
});

it.each(['deliverer', 'dispatcher', 'recoverer'] as const)(
  'the %s may meet what it has led to again',
  (name) => {
    expect(functionAt(FUNCTION_PATHS[name]).Properties.RecursiveLoop).toBe('Allow');
  },
);

describe('the Deliverer', () => {
  it('is told which queue is the slow lane', () => {
    const { Variables } = functionAt(FUNCTION_PATHS.deliverer).Properties.Environment;
    expect(Variables.SLOW_DELIVERIES_QUEUE_URL).toEqual({ Ref: queueAt(QUEUE_PATHS.slowDeliveries).id });
    expect(Variables.DELIVERIES_QUEUE_URL).toEqual({ Ref: queueAt(QUEUE_PATHS.deliveries).id });
  });
});

describe('the bus', () => {
  it('sends what comes from Cathcr and from this system to the events queue, and nothing else', () => {
    template.resourceCountIs('AWS::Events::Rule', 1);
    const { Properties } = rule();
    expect(Properties.EventBusName).toEqual({
      Ref: resourceAt(template, 'AWS::Events::EventBus', 'EventBus/Bus').id,
    });
    expect(Properties.EventPattern).toEqual({ source: ['cathcr', 'cathcr.webhooks'] });
    expect(Properties.Targets).toHaveLength(1);
    expect(Properties.Targets[0].Arn).toEqual(arnOf(queueAt(QUEUE_PATHS.events)));
  });

  it('passes the whole envelope, which tells when the event was accepted', () => {
    const [target] = rule().Properties.Targets;
    for (const key of ['Input', 'InputPath', 'InputTransformer']) expect(target).not.toHaveProperty(key);
  });

  it('tries for a day, and puts aside what it could not send', () => {
    expect(rule().Properties.Targets[0]).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: DAY_SECONDS, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: arnOf(queueAt(DEAD_LETTER_PATHS.rule)) },
    });
  });

  it.each([QUEUE_PATHS.events, DEAD_LETTER_PATHS.rule])('may put messages on %s', (path) => {
    const queue = queueAt(path);
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queue.id }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: path === QUEUE_PATHS.events ? Match.arrayWith(['sqs:SendMessage']) : 'sqs:SendMessage',
            Resource: arnOf(queue),
            Condition: { ArnEquals: { 'aws:SourceArn': arnOf(rule()) } },
          }),
        ]),
      },
    });
  });
});

describe('the schedules', () => {
  it('have a group of their own, which the Deliverer is told', () => {
    const group = resourceAt(template, 'AWS::Scheduler::ScheduleGroup', 'Schedules/Group');
    expect(group.Properties.Name).toBe('CathcrWebhooks-prod-retries');
    const { Variables } = functionAt(FUNCTION_PATHS.deliverer).Properties.Environment;
    expect(Variables.SCHEDULE_GROUP_NAME).toEqual({ Ref: group.id });
    expect(Variables.SCHEDULES_DEAD_LETTER_QUEUE_ARN).toEqual(arnOf(queueAt(DEAD_LETTER_PATHS.schedules)));
  });
});
