import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  arnOf,
  DEAD_LETTER_PATHS,
  FUNCTION_PATHS,
  QUEUE_PATHS,
  resourceAt,
  resourcesOf,
  synthesize,
} from './synthesis.ts';

type Statement = {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, unknown>;
};

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

let template: Template;

/** Every statement that a role has, by policies of its own. */
function statementsOf(roleId: string): Statement[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** Each action that is allowed, with the resource it is allowed to: `sqs:SendMessage deliveries`. */
function grantsOf(statements: readonly Statement[]): string[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      listOf(statement.Action).flatMap((action) =>
        listOf(statement.Resource).map((resource) => `${action} ${nameOf(resource)}`),
      ),
    )
    .sort();
}

/** The resources that are granted, by the words that these tests have for them. */
function nameOf(resource: unknown): string {
  const queue = (path: string) => arnOf(resourceAt(template, 'AWS::SQS::Queue', path));
  const known: [string, unknown][] = [
    ['table', arnOf(resourceAt(template, 'AWS::DynamoDB::Table', 'Store/Table'))],
    ['index of what is undelivered', arnOfIndex()],
    ['key of the table', arnOf(resourceAt(template, 'AWS::KMS::Key', 'Store/Key'))],
    ['log of refusals', arnOf(resourceAt(template, 'AWS::Logs::LogGroup', 'Network/RefusalsLogs'))],
    ['bus', arnOf(resourceAt(template, 'AWS::Events::EventBus', 'EventBus/Bus'))],
    ['schedule role', arnOf(resourceAt(template, 'AWS::IAM::Role', 'Schedules/Role'))],
    ['schedules of the group', arnOfSchedules()],
    ['files of the dashboard', arnOfFiles()],
    ['assets of the CDK', ARN_OF_ASSETS],
    ...Object.entries(QUEUE_PATHS).map(([name, path]): [string, unknown] => [name, queue(path)]),
    ...Object.entries(DEAD_LETTER_PATHS).map(([name, path]): [string, unknown] => [
      `dead letters of ${name}`,
      queue(path),
    ]),
    ...Object.entries(FUNCTION_PATHS).map(([name, path]): [string, unknown] => [
      `log of ${name}`,
      arnOf(resourceAt(template, 'AWS::Logs::LogGroup', `${path}Logs`)),
    ]),
  ];
  const text = JSON.stringify(resource);
  return known.find(([, arn]) => JSON.stringify(arn) === text)?.[0] ?? text;
}

function arnOfIndex() {
  const table = resourceAt(template, 'AWS::DynamoDB::Table', 'Store/Table');
  return { 'Fn::Join': ['', [arnOf(table), '/index/Undelivered']] };
}

function arnOfFiles() {
  const bucket = resourceAt(template, 'AWS::S3::Bucket', 'Site/Bucket');
  return { 'Fn::Join': ['', [arnOf(bucket), '/*']] };
}

const ARN_OF_ASSETS = {
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':s3:::',
      { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
      '/*',
    ],
  ],
};

function arnOfSchedules() {
  const group = resourceAt(template, 'AWS::Scheduler::ScheduleGroup', 'Schedules/Group');
  const parts = ['arn:', 'Partition', ':scheduler:', 'Region', ':', 'AccountId', ':schedule/'];
  const joined = parts.map((part) => (/^[A-Z]/.test(part) ? { Ref: `AWS::${part}` } : part));
  return { 'Fn::Join': ['', [...joined, { Ref: group.id }, '/*']] };
}

const KEY_GRANTS = [
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'ReEncryptFrom',
  'ReEncryptTo',
].map((action) => `kms:${action} key of the table`);
const tableGrants = (...operations: string[]) => [
  ...operations.map((operation) => `dynamodb:${operation} table`),
  ...KEY_GRANTS,
];
const consumerGrants = (queue: string) =>
  ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} ${queue}`);

/** Made by Lambda in the function's name, before there is a resource to name. */
const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Traces are of no resource. */
const TRACING = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

const GRANTS: Record<keyof typeof FUNCTION_PATHS, string[]> = {
  webhooks: tableGrants('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
  deliveries: [
    ...tableGrants('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    'dynamodb:Query index of what is undelivered',
    'sqs:SendMessage deliveries',
    'sqs:SendMessage recoveries',
  ],
  events: [...tableGrants('GetItem', 'PutItem'), 'events:PutEvents bus'],
  public: [],
  dispatcher: [
    ...tableGrants('Query', 'GetItem', 'PutItem'),
    'sqs:SendMessage deliveries',
    'sqs:SendMessage dead letters of events',
    ...consumerGrants('events'),
  ],
  deliverer: [
    ...tableGrants(
      'GetItem',
      'BatchGetItem',
      'PutItem',
      'PartiQLInsert',
      'UpdateItem',
      'DeleteItem',
      'Query',
    ),
    'sqs:SendMessage deliveries',
    'sqs:SendMessage dead letters of deliveries',
    ...consumerGrants('deliveries'),
    'sqs:SendMessage slowDeliveries',
    ...consumerGrants('slowDeliveries'),
    'scheduler:CreateSchedule schedules of the group',
    'iam:PassRole schedule role',
    'events:PutEvents bus',
    ...NETWORK_INTERFACES.map((action) => `${action} "*"`),
  ],
  recoverer: [
    ...tableGrants('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
    'dynamodb:Query index of what is undelivered',
    'sqs:SendMessage deliveries',
    'sqs:SendMessage recoveries',
    'sqs:SendMessage dead letters of recoveries',
    ...consumerGrants('recoveries'),
    'events:PutEvents bus',
  ],
};

beforeAll(() => {
  template = synthesize({ stage: 'prod' });
});

const roleOf = (name: keyof typeof FUNCTION_PATHS) =>
  resourceAt(template, 'AWS::IAM::Role', `${FUNCTION_PATHS[name]}Role`);

describe('the role of a function', () => {
  it.each(Object.entries(GRANTS))(
    '%s holds what it calls, its log and its traces, and no more',
    (name, grants) => {
      const log = [`logs:CreateLogStream log of ${name}`, `logs:PutLogEvents log of ${name}`];
      const tracing = TRACING.map((action) => `${action} "*"`);
      const role = roleOf(name as keyof typeof FUNCTION_PATHS);
      expect(grantsOf(statementsOf(role.id))).toEqual([...grants, ...log, ...tracing].sort());
    },
  );

  it.each(Object.keys(GRANTS))('%s has its own, which Lambda alone may take', (name) => {
    const role = roleOf(name as keyof typeof FUNCTION_PATHS);
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
    const fn = resourceAt(
      template,
      'AWS::Lambda::Function',
      FUNCTION_PATHS[name as keyof typeof FUNCTION_PATHS],
    );
    expect(fn.Properties.Role).toEqual(arnOf(role));
  });

  it.each(Object.keys(GRANTS))('%s uses the key by way of the table alone', (name) => {
    const using = statementsOf(roleOf(name as keyof typeof FUNCTION_PATHS).id).filter((statement) =>
      listOf(statement.Action).includes('kms:Decrypt'),
    );
    for (const { Condition } of using) {
      expect(Condition).toEqual({
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
        },
      });
    }
  });

  it('passes the schedule role to Scheduler alone', () => {
    const passing = statementsOf(roleOf('deliverer').id).filter(({ Action }) => Action === 'iam:PassRole');
    expect(passing.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    ]);
  });

  it.each<[keyof typeof FUNCTION_PATHS, string]>([
    ['events', 'cathcr'],
    ['deliverer', 'cathcr.webhooks'],
    ['recoverer', 'cathcr.webhooks'],
  ])('%s puts events of the source %s on the bus alone', (name, source) => {
    const putting = statementsOf(roleOf(name).id).filter(({ Action }) => Action === 'events:PutEvents');
    expect(putting.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'events:source': source } },
    ]);
  });

  it('denies the code of the Deliverer what Lambda may do to network interfaces in its name', () => {
    const denied = statementsOf(roleOf('deliverer').id).filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toHaveLength(1);
    expect(new Set(listOf(denied[0]?.Action))).toEqual(new Set(NETWORK_INTERFACES));
    expect(denied[0]?.Resource).toBe('*');
    expect(denied[0]?.Condition).toHaveProperty(['ArnLike', 'lambda:SourceFunctionArn']);
  });
});

describe('the role of the schedules', () => {
  it('may be taken by Scheduler for this account alone', () => {
    const { Properties } = resourceAt(template, 'AWS::IAM::Role', 'Schedules/Role');
    expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  it('puts messages on the deliveries queue and among its dead letters, and does no more', () => {
    const { id } = resourceAt(template, 'AWS::IAM::Role', 'Schedules/Role');
    expect(grantsOf(statementsOf(id))).toEqual([
      'sqs:SendMessage dead letters of schedules',
      'sqs:SendMessage deliveries',
    ]);
  });
});

describe('the role of the network’s log', () => {
  it('writes to its log, and does no more', () => {
    const { id } = resourceAt(template, 'AWS::IAM::Role', 'Network/RefusalsRole');
    expect(grantsOf(statementsOf(id))).toEqual([
      'logs:CreateLogStream log of refusals',
      'logs:DescribeLogStreams log of refusals',
      'logs:PutLogEvents log of refusals',
    ]);
  });
});

describe('every role', () => {
  it('is of a function, the schedules, the network’s log, or of what fills and empties the dashboard’s bucket', () => {
    template.resourceCountIs('AWS::IAM::Role', Object.keys(FUNCTION_PATHS).length + 4);
    template.resourceCountIs('AWS::Lambda::Function', Object.keys(FUNCTION_PATHS).length + 2);
  });
});

/** Where a policy has a wildcard, and why. */
const WILDCARDS: Record<string, string> = {
  'Deny sqs:*': 'of each queue, to whoever does not speak TLS',
  'Allow scheduler:CreateSchedule on schedules of the group':
    'their names are those of attempts still to come',
  [`Allow ${NETWORK_INTERFACES.join(', ')} on "*"`]:
    'Lambda makes the interfaces, which are not there before',
  [`Deny ${NETWORK_INTERFACES.join(', ')} on "*"`]: 'the very same, to the code of the function',
  [`Allow ${TRACING.join(', ')} on "*"`]: 'traces are of no resource',
  'Allow kms:*': 'the account has its own key, or nobody could ever look after it',
  'Allow kms:* on "*"': 'in the policy of a key, that is the key',
  'Deny s3:*': 'of the dashboard’s bucket, to whoever does not speak TLS',
  'Deny s3:* on files of the dashboard': 'the very same',
  'Allow s3:GetObject on files of the dashboard': 'to CloudFront, which asks for any of them',
  ...ofPublishing('CDK’s publisher, when the stack is deployed', {
    'assets of the CDK': ['s3:GetBucket*', 's3:GetObject*', 's3:List*'],
    'files of the dashboard': [
      's3:Abort*',
      's3:DeleteObject*',
      's3:GetBucket*',
      's3:GetObject*',
      's3:List*',
      's3:PutObject',
      's3:PutObjectLegalHold',
      's3:PutObjectRetention',
      's3:PutObjectTagging',
      's3:PutObjectVersionTagging',
    ],
  }),
  ...ofPublishing('what empties the dashboard’s bucket, when the stack is removed', {
    'files of the dashboard': ['s3:DeleteObject*', 's3:GetBucket*', 's3:List*', 's3:PutBucketPolicy'],
  }),
};

/** What the CDK's own helpers do: wide actions, and whatever they do to files, whose names nobody knows before. */
function ofPublishing(who: string, grants: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(grants).flatMap(([what, actions]) => {
      const wide = actions.filter((action) => action.includes('*')).map((action) => `Allow ${action}`);
      return wide.concat(`Allow ${actions.join(', ')} on ${what}`).map((wildcard) => [wildcard, who]);
    }),
  );
}

/** Actions that a wildcard is about together. */
const TOGETHER = [NETWORK_INTERFACES, TRACING];

/** Every statement of the template, in whatever policy of a role, a queue, a topic or anything else. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(statementsIn);
  return 'Effect' in value ? [value as Statement, ...inside] : inside;
}

/** What is wide in a statement: `Deny sqs:*`, or `Allow sqs:SendMessage on "*"`. */
function wildcardsOf({ Effect, Action, Resource }: Statement): string[] {
  const isWide = (text: string) => /[*?]/.test(text);
  const actions = listOf(Action);
  const resources = listOf(Resource ?? []).filter((resource) => isWide(JSON.stringify(resource)));
  const known = TOGETHER.filter((group) => group.every((action) => actions.includes(action)));
  const others = actions.filter((action) => !known.flat().includes(action));
  const named = [...known, ...(others.length > 0 ? [others] : [])];
  return [
    ...actions.filter(isWide).map((action) => `${Effect} ${action}`),
    ...resources.flatMap((resource) =>
      named.map((group) => `${Effect} ${group.join(', ')} on ${nameOf(resource)}`),
    ),
  ];
}

describe('every policy', () => {
  const wildcards = () => new Set(statementsIn(template.toJSON()).flatMap(wildcardsOf));

  it('names its actions and resources, but for a few with a reason', () => {
    expect([...wildcards()].filter((wildcard) => !Object.hasOwn(WILDCARDS, wildcard))).toEqual([]);
  });

  it.each(Object.entries(WILDCARDS))('still needs its wildcard: %s (%s)', (wildcard) => {
    expect(wildcards()).toContain(wildcard);
  });

  it('lets in nobody who is not named', () => {
    const open = statementsIn(template.toJSON()).filter(
      ({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal ?? '').includes('*'),
    );
    expect(open).toEqual([]);
  });

  it('says what it is about: not what it is not about', () => {
    const inverted = statementsIn(template.toJSON()).filter((statement) =>
      Object.keys(statement).some((name) => name.startsWith('Not')),
    );
    expect(inverted).toEqual([]);
  });
});

describe('the bus', () => {
  it('denies the source of this system to everybody but the functions that tell of it', () => {
    const bus = resourceAt(template, 'AWS::Events::EventBus', 'EventBus/Bus');
    template.hasResourceProperties('AWS::Events::EventBusPolicy', {
      EventBusName: { Ref: bus.id },
      Statement: {
        Effect: 'Deny',
        Action: 'events:PutEvents',
        Principal: { AWS: '*' },
        Resource: arnOf(bus),
        Condition: {
          'ForAnyValue:StringEquals': { 'events:source': 'cathcr.webhooks' },
          ArnNotEquals: { 'aws:PrincipalArn': [arnOf(roleOf('deliverer')), arnOf(roleOf('recoverer'))] },
        },
      },
    });
  });
});

describe('a function', () => {
  it('may be run by API Gateway alone, for routes of this API', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission'));
    const api = resourceAt(template, 'AWS::ApiGatewayV2::Api', 'Api/HttpApi');
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Join': ['', expect.arrayContaining([{ Ref: api.id }])] },
      });
    }
  });
});
