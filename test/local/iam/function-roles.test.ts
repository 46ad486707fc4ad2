import { expect, test } from 'vitest';
import { givenRuntime } from '../support/given.ts';
import { handler } from '../support/handlers.ts';
import { allow, arnOf, lambda, mapping, queue, queuePolicy, role } from '../support/template.ts';

const LOG = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('Log'));
const POLL = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const NEEDED = [LOG, allow(POLL, arnOf('Work')), allow(NETWORK, '*')];

/** A runtime with a function in a VPC that reads a queue, by a role of its own. */
const givenWorker = (statements: object[], { service = 'lambda.amazonaws.com', more = {} } = {}) =>
  givenRuntime({
    resources: {
      Work: queue(),
      WorkPolicy: queuePolicy('Work', []),
      Log: { Type: 'AWS::Logs::LogGroup' },
      WorkerRole: role(statements, service),
      Worker: lambda('Worker', {
        Role: arnOf('WorkerRole'),
        LoggingConfig: { LogGroup: { Ref: 'Log' } },
        VpcConfig: { SubnetIds: ['subnet'] },
        ...more,
      }),
      Mapping: mapping('Work', 'Worker'),
    },
    handlers: { Worker: handler('') },
  });

const without = (left: string) =>
  NEEDED.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((each) => each !== left),
  }));

test('a function with all that Lambda needs starts', async () => {
  await expect(givenWorker(NEEDED)).resolves.toBeDefined();
});

test.each(POLL)('a mapping is not made without %s', async (action) => {
  const name = action.split(':')[1];
  await expect(givenWorker(without(action))).rejects.toThrow(
    `Mapping: The function execution role does not have permissions to call ${name} on SQS`,
  );
});

test.each(NETWORK)('a function in a VPC is not made without %s', async (action) => {
  const name = action.split(':')[1];
  await expect(givenWorker(without(action))).rejects.toThrow(
    `Worker: The provided execution role does not have permissions to call ${name} on EC2`,
  );
});

test.each(['logs:CreateLogStream', 'logs:PutLogEvents'])(
  'a function is not run without a log: %s',
  async (action) => {
    await expect(givenWorker(without(action))).rejects.toThrow(
      `Worker would run without a log: User: arn:aws:sts::000000000000:assumed-role/Test-WorkerRole/Test-Worker is not authorized to perform: ${action} on resource: arn:aws:logs:us-east-1:000000000000:log-group:Test-Log:log-stream:local`,
    );
  },
);

test('what is denied to the code alone does not stop Lambda', async () => {
  const Condition = { ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:*' } };
  const denied = { Effect: 'Deny', Action: NETWORK, Resource: '*', Condition };

  await expect(givenWorker([...NEEDED, denied])).resolves.toBeDefined();
  await expect(givenWorker([...NEEDED, { ...denied, Condition: undefined }])).rejects.toThrow('on EC2');
});

test.each([
  ['trusts another service', { service: 'scheduler.amazonaws.com' }],
  ['is not of the stack', { more: { Role: 'arn:aws:iam::000000000000:role/other' } }],
])('a function is not made whose role %s', async (_, options) => {
  await expect(givenWorker(NEEDED, options)).rejects.toThrow(
    'Worker: The role defined for the function cannot be assumed by Lambda.',
  );
});

test.each(['ManagedPolicyArns', 'PermissionsBoundary', 'Path'])(
  'a role whose permissions are not all in the template is named: %s',
  async (property) => {
    const { Properties, ...rest } = role([], 'lambda.amazonaws.com');
    const resources = { WorkerRole: { ...rest, Properties: { ...Properties, [property]: ['x'] } } };

    await expect(givenRuntime({ resources })).rejects.toThrow(
      `WorkerRole (AWS::IAM::Role): ${property} is not understood`,
    );
  },
);

test('a policy counts for the roles that it is attached to', async () => {
  const policy = {
    Type: 'AWS::IAM::Policy',
    Properties: { Roles: [{ Ref: 'WorkerRole' }], PolicyDocument: { Statement: NEEDED } },
  };
  const resources = {
    Work: queue(),
    Log: { Type: 'AWS::Logs::LogGroup' },
    WorkerRole: role([], 'lambda.amazonaws.com'),
    Policy: policy,
    Worker: lambda('Worker', { Role: arnOf('WorkerRole'), LoggingConfig: { LogGroup: { Ref: 'Log' } } }),
    Mapping: mapping('Work', 'Worker'),
  };

  await expect(givenRuntime({ resources, handlers: { Worker: handler('') } })).resolves.toBeDefined();
  const elsewhere = { ...policy, Properties: { ...policy.Properties, Roles: ['other'] } };
  await expect(givenRuntime({ resources: { ...resources, Policy: elsewhere } })).rejects.toThrow(
    'without a log',
  );
});

test('a resource of IAM that would be left out is named', async () => {
  const resources = { Policy: { Type: 'AWS::IAM::ManagedPolicy' } };

  await expect(givenRuntime({ resources })).rejects.toThrow('AWS::IAM::ManagedPolicy of Policy');
});
