import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WebhooksStack } from '../../lib/webhooks-stack.ts';
import { resourceAt, resourcesOf, synthesizeStack } from './synthesis.ts';

let stack: WebhooksStack;
let template: Template;

beforeAll(() => {
  stack = synthesizeStack({ stage: 'prod' });
  template = Template.fromStack(stack);
});

describe('the stack', () => {
  it('is named and tagged by its stage', () => {
    expect(stack.stackName).toBe('CathcrWebhooks-prod');
    expect(stack.tags.tagValues()).toEqual({ project: 'cathcr-webhooks', stage: 'prod' });
  });

  it('tells the API’s URL, the bus, the table and the addresses it calls from', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'ApiUrl',
      'BusName',
      'DashboardUrl',
      'DeadLetterQueues',
      'EgressIps',
      'TableName',
    ]);
    template.hasOutput('ApiUrl', {
      Value: {
        'Fn::GetAtt': [resourceAt(template, 'AWS::ApiGatewayV2::Api', 'Api/HttpApi').id, 'ApiEndpoint'],
      },
    });
    template.hasOutput('BusName', {
      Value: { Ref: resourceAt(template, 'AWS::Events::EventBus', 'EventBus/Bus').id },
    });
    template.hasOutput('TableName', {
      Value: { Ref: resourceAt(template, 'AWS::DynamoDB::Table', 'Store/Table').id },
    });
  });

  it('tells of every dead-letter queue, and of the queue that its messages belong on', () => {
    const [output] = Object.values(template.findOutputs('DeadLetterQueues'));
    const told = JSON.stringify(output?.['Value']);
    for (const [id, { Properties }] of Object.entries(resourcesOf(template, 'AWS::SQS::Queue'))) {
      expect(told, JSON.stringify(Properties)).toContain(JSON.stringify({ Ref: id }));
    }
  });

  it('has no dead-letter queue that docs/dead-letters.md leaves out', () => {
    const [output] = Object.values(template.findOutputs('DeadLetterQueues'));
    const [, parts]: [string, unknown[]] = output?.['Value']?.['Fn::Join'] ?? ['', []];
    const told = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'url')).join(''));
    const docs = readFileSync(join(import.meta.dirname, '../../docs/dead-letters.md'), 'utf8');
    const rows = [...docs.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(Object.keys(told));
  });

  it('keeps the rules of CloudFormation', { timeout: 60_000 }, () => {
    expect(() => Template.fromStack(synthesizeStack({ stage: 'prod' }, true))).not.toThrow();
  });

  it('brings no custom resources but those that fill the dashboard’s bucket, and empty it in the end', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
    const custom = types.filter(({ Type }) => !Type.startsWith('AWS::') || Type.includes('Custom'));
    expect(new Set(custom.map(({ Type }) => Type))).toEqual(
      new Set(['Custom::CDKBucketDeployment', 'Custom::S3AutoDeleteObjects']),
    );
  });
});

/** Which types of resources a template holds. */
function kindsOf(of: Template): string[] {
  const resources = Object.values(of.toJSON()['Resources'] as Record<string, { Type: string }>);
  return [...new Set(resources.map(({ Type }) => Type))].sort();
}

describe.each(['local', 'dev'])('the stack of %s', (stage) => {
  it('holds the very same kinds of resources as that of prod', () => {
    expect(kindsOf(Template.fromStack(synthesizeStack({ stage })))).toEqual(kindsOf(template));
  });
});
