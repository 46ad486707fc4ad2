import { expect, test } from 'vitest';
import { readAssembly } from '../../local/stack/assembly.ts';
import { Stack } from '../../local/stack/stack.ts';
import type { Fixture } from './support/assembly.ts';
import { givenAssembly } from './support/given.ts';
import { arnOf, queue, ref } from './support/template.ts';

const URL = 'http://127.0.0.1:3000';
const givenStack = async (fixture: Fixture) =>
  new Stack(await readAssembly(await givenAssembly(fixture)), URL);

const RESOURCES = {
  Work: queue(),
  Named: queue({ QueueName: 'named' }),
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { Ref: 'AWS::StackName' } } },
  Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: ref('Bus'), Name: 'r', Targets: [] } },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [] } },
  Group: { Type: 'AWS::Scheduler::ScheduleGroup' },
  Role: { Type: 'AWS::IAM::Role' },
  Ip: { Type: 'AWS::EC2::EIP' },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
  Vpc: { Type: 'AWS::EC2::VPC' },
  Topic: { Type: 'AWS::SNS::Topic' },
};

test.each<[string, unknown, string]>([
  ['the URL of a queue', ref('Work'), `${URL}/000000000000/Test-Work`],
  ['the ARN of a queue', arnOf('Named'), 'arn:aws:sqs:us-east-1:000000000000:named'],
  ['an attribute in one text', { 'Fn::GetAtt': 'Named.QueueName' }, 'named'],
  ['a bus', ref('Bus'), 'Test'],
  ['a rule of a bus', ref('Rule'), 'Test|r'],
  ['the ARN of a rule', arnOf('Rule'), 'arn:aws:events:us-east-1:000000000000:rule/Test/r'],
  ['a table', arnOf('Table'), 'arn:aws:dynamodb:us-east-1:000000000000:table/Test-Table'],
  ['a schedule group', ref('Group'), 'Test-Group'],
  ['a role', arnOf('Role'), 'arn:aws:iam::000000000000:role/Test-Role'],
  ['an address', ref('Ip'), '127.0.0.1'],
  ['an API', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, URL],
  ['something idle', ref('Vpc'), 'Vpc'],
  [
    'the ARN of something idle',
    { 'Fn::GetAtt': ['Topic', 'TopicArn'] },
    'arn:aws:sns:us-east-1:000000000000:Topic',
  ],
  [
    'pseudo parameters',
    { 'Fn::Join': ['-', [ref('AWS::Region'), ref('AWS::AccountId')]] },
    'us-east-1-000000000000',
  ],
  ['no value', { 'Fn::Join': [',', ['a', ref('AWS::NoValue'), 'b']] }, 'a,b'],
  ['a parameter', ref('Size'), '7'],
  [
    'Fn::Sub',
    { 'Fn::Sub': '${AWS::Partition}/${Named.Arn}/${Bus}/${!Left}' },
    'aws/arn:aws:sqs:us-east-1:000000000000:named/Test/${Left}',
  ],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${A}-${B}', { A: ref('Bus'), B: 1 }] }, 'Test-1'],
  ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['Fn::Select of Fn::GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'us-east-1a'],
  ['Fn::If', { 'Fn::If': ['IsBig', 'big', 'small'] }, 'big'],
  ['Fn::If not', { 'Fn::If': ['IsNotBig', 'big', { 'Fn::Join': ['', ['sm', 'all']] }] }, 'small'],
  [
    'the address of an API in parts',
    {
      'Fn::Join': [
        '',
        ['https://', ref('Api'), '.execute-api.', ref('AWS::Region'), '.', ref('AWS::URLSuffix'), '/v1'],
      ],
    },
    `${URL}/v1`,
  ],
])('%s is resolved', async (_, value, expected) => {
  const stack = await givenStack({
    resources: RESOURCES,
    parameters: { Size: { Type: 'Number', Default: 7 } },
    conditions: {
      IsBig: {
        'Fn::And': [{ 'Fn::Equals': [ref('Size'), '7'] }, { 'Fn::Not': [{ Condition: 'IsNotBig' }] }],
      },
      IsNotBig: { 'Fn::Equals': [ref('Size'), 8] },
    },
    outputs: { Value: value },
  });

  expect(stack.outputs.Value).toBe(expected);
});

test.each<[string, unknown, string]>([
  ['a function', { 'Fn::Transform': {} }, 'Fn::Transform'],
  ['an attribute', { 'Fn::GetAtt': ['Work', 'Colour'] }, 'the attribute Colour of Work'],
  ['a pseudo parameter', ref('AWS::NotificationARNs'), 'AWS::NotificationARNs'],
  ['a resource', ref('Nothing'), 'Nothing'],
])('%s that is not known is named', async (_, value, name) => {
  const stack = await givenStack({ resources: RESOURCES, outputs: { Value: value } });

  expect(() => stack.outputs).toThrow(name);
});

test('a resource of a type that would be left out is named', async () => {
  const resources = { Stream: { Type: 'AWS::Kinesis::Stream' } };

  await expect(givenStack({ resources })).rejects.toThrow('AWS::Kinesis::Stream of Stream');
});

test('what is under a condition that does not hold is not there', async () => {
  const stack = await givenStack({
    resources: { Work: queue(), Other: { ...queue(), Condition: 'Never' } },
    conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
  });

  expect(stack.resourcesOf('AWS::SQS::Queue').map(({ logicalId }) => logicalId)).toEqual(['Work']);
});
