import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import { readSettings } from '../../lib/config.ts';
import { WebhooksStack } from '../../lib/webhooks-stack.ts';

export type Resource = {
  readonly Type: string;
  // CloudFormation as it comes: each test says what it expects of it.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
  readonly Metadata: Record<string, string>;
};

export const newAssemblyDirectory = () => mkdtempSync(join(inject('assemblies'), 'cdk.out-'));

/**
 * The stack as `cdk synth -c name=value …` makes it, with the flags of cdk.json, functions not bundled.
 * @param validated whether CDK holds the template against CloudFormation's rules, which takes two seconds
 */
export function synthesizeStack(context: Record<string, unknown> = {}, validated = false): WebhooksStack {
  const { context: flags } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const contextOfCli = {
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:bundling-stacks': [],
    // The tool that brings the dashboard into its bucket weighs 22 MB: it need not be copied for every template.
    'aws:cdk:disable-asset-staging': true,
  };
  const app = new App({
    outdir: newAssemblyDirectory(),
    context: { ...flags, ...context, ...contextOfCli },
    builtinCloudFormationValidation: validated,
    treeMetadata: false,
  });
  const settings = readSettings(app.node.getAllContext());
  return new WebhooksStack(app, `CathcrWebhooks-${settings.stage}`, { settings });
}

export function synthesize(context?: Record<string, unknown>): Template {
  return Template.fromStack(synthesizeStack(context));
}

/** All resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as Record<string, Resource>;
}

/** The one resource of a type whose place in the tree of constructs ends in `path`, with its logical id. */
export function resourceAt(template: Template, type: string, path: string): Resource & { id: string } {
  const found = Object.entries(resourcesOf(template, type)).filter(([, { Metadata }]) =>
    [`/${path}/Resource`, `/${path}`].some((end) => Metadata['aws:cdk:path']?.endsWith(end)),
  );
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} resources ${type} at ${path}`);
  return { id: only[0], ...only[1] };
}

/** Where each function is in the tree of constructs, by its name in the contract of environment variables. */
export const FUNCTION_PATHS = {
  webhooks: 'Api/Webhooks',
  deliveries: 'Api/Deliveries',
  events: 'Api/Events',
  public: 'Api/Public',
  dispatcher: 'Delivery/Dispatcher',
  deliverer: 'Delivery/Deliverer',
  recoverer: 'Recovery/Recoverer',
} as const;

export const QUEUE_PATHS = {
  events: 'Delivery/Events/Queue',
  deliveries: 'Delivery/Deliveries/Queue',
  slowDeliveries: 'Delivery/SlowDeliveries/Queue',
  recoveries: 'Recovery/Recoveries/Queue',
} as const;

/** Each dead-letter queue there is. */
export const DEAD_LETTER_PATHS = {
  events: 'Delivery/Events/DeadLetters',
  deliveries: 'Delivery/Deliveries/DeadLetters',
  slowDeliveries: 'Delivery/SlowDeliveries/DeadLetters',
  recoveries: 'Recovery/Recoveries/DeadLetters',
  schedules: 'Delivery/Schedules/DeadLetters',
  rule: 'EventBus/RuleDeadLetters',
} as const;

export const arnOf = ({ id }: { id: string }) => ({ 'Fn::GetAtt': [id, 'Arn'] });
