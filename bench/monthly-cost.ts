import { rm } from 'node:fs/promises';
import { App } from 'aws-cdk-lib';
import { readSettings } from '../lib/config.ts';
import { WebhooksStack } from '../lib/webhooks-stack.ts';
import { MONTHLY } from './prices.ts';
import type { Row, Table } from './table.ts';

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

/** How many metrics an alarm looks at: those that it computes with, or its only one. */
const metricsOf = ({ Metrics = [{ MetricStat: {} }] }: Readonly<Record<string, unknown>>): number =>
  (Metrics as readonly { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat).length;

/** The kinds of resources that are paid for by the hour or by the month: what each costs, and how often, if not once. */
const KINDS: Readonly<
  Record<
    string,
    { what: string; dollars: number; timesOf?: (properties: Resource['Properties'] & {}) => number }
  >
> = {
  'AWS::EC2::NatGateway': { what: 'NAT gateways', dollars: MONTHLY.natGateway },
  'AWS::EC2::EIP': { what: 'public addresses', dollars: MONTHLY.publicAddress },
  'AWS::Lambda::EventSourceMapping': { what: 'polling of idle queues', dollars: MONTHLY.idleQueue },
  'AWS::CloudWatch::Alarm': { what: 'metrics of alarms', dollars: MONTHLY.alarmMetric, timesOf: metricsOf },
  'AWS::CloudWatch::Dashboard': { what: "CloudWatch's dashboard", dollars: MONTHLY.dashboard },
  'AWS::KMS::Key': { what: 'key of the table', dollars: MONTHLY.key },
};

/** The resources of a stage's stack. */
async function readResources(stage: string): Promise<Resource[]> {
  const app = new App({ context: { stage, 'aws:cdk:bundling-stacks': [] } });
  const stack = new WebhooksStack(app, `CathcrWebhooks-${stage}`, { settings: readSettings({ stage }) });
  const assembly = app.synth();
  const { Resources } = assembly.getStackByName(stack.stackName).template as {
    Resources: Record<string, Resource>;
  };
  await rm(assembly.directory, { recursive: true });
  return Object.values(Resources);
}

/** What a stage costs a month while nothing happens, counted in its template. */
async function describeStage(stage: string): Promise<Row> {
  const resources = await readResources(stage);
  const parts = Object.entries(KINDS).map(([type, { what, dollars, timesOf = () => 1 }]) => {
    const times = resources
      .filter(({ Type }) => Type === type)
      .map(({ Properties = {} }) => timesOf(Properties));
    const count = times.reduce((sum, each) => sum + each, 0);
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
