import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Resource, resourceAt, resourcesOf, synthesize } from './synthesis.ts';

describe('the table', () => {
  let dev: Resource;
  let prod: Resource;
  let template: Template;

  beforeAll(() => {
    template = synthesize({ stage: 'prod' });
    prod = resourceAt(template, 'AWS::DynamoDB::Table', 'Store/Table');
    dev = resourceAt(synthesize({ stage: 'dev' }), 'AWS::DynamoDB::Table', 'Store/Table');
  });

  it('is the only one', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
  });

  it('is keyed by two strings, pk and sk', () => {
    expect(prod.Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(prod.Properties.AttributeDefinitions).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'undelivered', AttributeType: 'S' },
    ]);
  });

  it('has an index of what is undelivered, which two functions may ask, and nothing else', () => {
    expect(prod.Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'Undelivered',
        KeySchema: [
          { AttributeName: 'undelivered', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['eventType'] },
      },
    ]);
    const ofIndex = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(
      ({ Properties, Metadata }) =>
        Properties.PolicyDocument.Statement.filter(({ Resource }: { Resource: unknown }) =>
          JSON.stringify(Resource).includes('/index/'),
        ).map(({ Action }: { Action: unknown }) => [Metadata['aws:cdk:path']?.split('/').at(-3), Action]),
    );
    expect(ofIndex).toEqual([
      ['RecovererRole', 'dynamodb:Query'],
      ['DeliveriesRole', 'dynamodb:Query'],
    ]);
  });

  it('is paid for by the request', () => {
    expect(prod.Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  it('forgets rows at their expires_at', () => {
    expect(prod.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expires_at', Enabled: true });
  });

  it('can be restored to any point in time, in every stage', () => {
    for (const { Properties } of [dev, prod]) {
      expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    }
  });

  it('is encrypted under a key of the account, which is rotated every year', () => {
    const key = resourceAt(template, 'AWS::KMS::Key', 'Store/Key');
    expect(prod.Properties.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: { 'Fn::GetAtt': [key.id, 'Arn'] },
    });
    expect(key.Properties.EnableKeyRotation).toBe(true);
  });

  it('keeps its key where it is kept itself', () => {
    expect(resourceAt(template, 'AWS::KMS::Key', 'Store/Key')).toMatchObject({ DeletionPolicy: 'Retain' });
    const ofDev = resourceAt(synthesize({ stage: 'dev' }), 'AWS::KMS::Key', 'Store/Key');
    expect(ofDev).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('gives way to one that is there, such as one that was restored', () => {
    const given = synthesize({ stage: 'prod', tableName: 'restored' });
    given.resourceCountIs('AWS::DynamoDB::Table', 0);
    given.hasOutput('TableName', { Value: 'restored' });
    const { Properties } = resourceAt(given, 'AWS::Lambda::Function', 'Delivery/Deliverer');
    expect(Properties.Environment.Variables.TABLE_NAME).toBe('restored');
    const policy = Object.values(resourcesOf(given, 'AWS::IAM::Policy')).find(({ Metadata }) =>
      Metadata['aws:cdk:path']?.includes('DelivererRole'),
    );
    expect(JSON.stringify(policy)).toContain(':table/restored');
  });

  it('outlives the stack in prod, and is protected from deletion', () => {
    expect(prod).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(prod.Properties.DeletionProtectionEnabled).toBe(true);
  });

  it('goes with the stack elsewhere', () => {
    expect(dev).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    expect(dev.Properties.DeletionProtectionEnabled).toBe(false);
  });
});
