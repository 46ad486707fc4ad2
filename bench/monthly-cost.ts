import { rm } from 'node:fs/promises';
import { App } from 'aws-cdk-lib';
import { readSettings } from '../lib/config.ts';
import { WebhooksStack } from '../lib/webhooks-stack.ts';
import { MONTHLY } from './prices.ts';
import type { Row, Table } from './table.ts';

/** The kinds of resources that are paid for by the hour or by the month, and what each costs. */
const KINDS = {
  'AWS::EC2::NatGateway': { what: 'NAT gateways', dollars: MONTHLY.natGateway },
  'AWS::EC2::EIP': { what: 'public addresses', dollars: MONTHLY.publicAddress },
  'AWS::Lambda::EventSourceMapping': { what: 'polling of idle queues', dollars: MONTHLY.idleQueue },
  'AWS::CloudWatch::Alarm': { what: 'alarms', dollars: MONTHLY.alarm },
} as const;

/** The types of the resources of a stage's stack. */
async function readTypes(stage: string): Promise<string[]> {
  const app = new App({ context: { stage, 'aws:cdk:bundling-stacks': [] } });
  const stack = new WebhooksStack(app, `CathcrWebhooks-${stage}`, { settings: readSettings({ stage }) });
  const assembly = app.synth();
  const { Resources } = assembly.getStackByName(stack.stackName).template as {
    Resources: Record<string, { Type: string }>;
  };
  await rm(assembly.directory, { recursive: true });
  return Object.values(Resources).map(({ Type }) => Type);
}

/** What a stage costs a month while nothing happens, counted in its template. */
async function describeStage(stage: string): Promise<Row> {
  const types = await readTypes(stage);
  const parts = Object.entries(KINDS).map(([type, { what, dollars }]) => {
    const count = types.filter((each) => each === type).length;
    return { what, count, dollars: count * dollars };
  });
  const total = parts.reduce((sum, { dollars }) => sum + dollars, 0);
  const cells = parts.map(({ what, count, dollars }) => [what, `${count}: ${dollars.toFixed(2)}`]);
  return { stage, ...Object.fromEntries(cells), total: total.toFixed(2) };
}

/** What the stages cost a month while nothing happens. */
export async function describeMonthlyCost(): Promise<Table> {
  const rows = [await describeStage('dev'), await describeStage('prod')];
  return { title: 'Dollars a month while nothing happens', rows };
}
