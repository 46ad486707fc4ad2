import { expect, test } from 'vitest';
import { resourcesOf, synthesize } from './synthesis.ts';

/** The types that hold state or are known by others, and what of each CloudFormation changes only by making another. */
const REPLACED_WITH: Record<string, readonly string[]> = {
  'AWS::DynamoDB::Table': ['KeySchema', 'TableName'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion'],
  'AWS::EC2::EIP': ['Domain', 'NetworkBorderGroup'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::SQS::Queue': ['FifoQueue', 'QueueName'],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::CloudFront::Distribution': [],
};

/** Each of them in prod, by its logical id. Written by hand, as `-u` must not wave a change through. */
const STATEFUL = {
  'AWS::DynamoDB::Table': {
    StoreTable0CCFA19B: {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  },
  'AWS::KMS::Key': { StoreKey7A3C02BD: {} },
  'AWS::EC2::EIP': {
    NetworkEgressAddressesGateway1Address11266BE54: { Domain: 'vpc' },
    NetworkEgressAddressesGateway1Address23726883F: { Domain: 'vpc' },
    NetworkEgressAddressesGateway2Address14324CE21: { Domain: 'vpc' },
    NetworkEgressAddressesGateway2Address292DA2DB7: { Domain: 'vpc' },
  },
  'AWS::Events::EventBus': { EventBusEEC924FB: { Name: 'CathcrWebhooks-prod' } },
  'AWS::SQS::Queue': {
    EventBusRuleDeadLetters9A740E2F: {},
    DeliveryEventsQueue3A7B9D77: {},
    DeliveryEventsDeadLetters4F77415B: {},
    DeliveryDeliveriesQueue19262D72: {},
    DeliveryDeliveriesDeadLettersDEB157FF: {},
    DeliverySlowDeliveriesQueue51D43F35: {},
    DeliverySlowDeliveriesDeadLetters3BDB2B29: {},
    DeliverySchedulesDeadLetters487C08F1: {},
    RecoveryRecoveriesQueueFD677E88: {},
    RecoveryRecoveriesDeadLettersD8A036E2: {},
  },
  'AWS::Scheduler::ScheduleGroup': {
    DeliverySchedulesGroup27885FBE: { Name: 'CathcrWebhooks-prod-retries' },
  },
  'AWS::ApiGatewayV2::Api': { ApiHttpApi4C294DC0: { ProtocolType: 'HTTP' } },
  'AWS::CloudFront::Distribution': { SiteDistribution390DED28: {} },
};

const ADVICE = `
What holds state has another logical id, or another value of a property that CloudFormation cannot change in place.
A deployment would make a new, empty one and remove or abandon the one in use: the table with every webhook, the
addresses in customers' firewalls, messages and retries that wait, the URLs of the API and of the dashboard.
Give the construct its old place and id back, or keep the id with overrideLogicalId. Where it has to change, follow
"To replace what holds state" in docs/operations.md, and change this list with it. (One that is new is added here.)
`;

test('what holds state keeps its identity from one version to the next', () => {
  const template = synthesize({ stage: 'prod' });
  const found = Object.entries(REPLACED_WITH).map(([type, properties]) => {
    const resources = Object.entries(resourcesOf(template, type)).map(([id, { Properties }]) => [
      id,
      Object.fromEntries(Object.entries(Properties).filter(([name]) => properties.includes(name))),
    ]);
    return [type, Object.fromEntries(resources)];
  });
  expect(Object.fromEntries(found), ADVICE).toEqual(STATEFUL);
});
