import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_ENV } from '../../lambdas/env.ts';
import { readSettings } from '../../lib/config.ts';
import { NodeFunction, type NodeFunctionProps } from '../../lib/node-function.ts';
import { FUNCTION_PATHS, newAssemblyDirectory, resourceAt, resourcesOf, synthesize } from './synthesis.ts';

const NAMES = Object.keys(FUNCTION_PATHS) as (keyof typeof FUNCTION_PATHS)[];

let prod: Template;
let local: Template;
const variablesOf = (template: Template, name: keyof typeof FUNCTION_PATHS) =>
  resourceAt(template, 'AWS::Lambda::Function', FUNCTION_PATHS[name]).Properties.Environment.Variables;

beforeAll(() => {
  prod = synthesize({ stage: 'prod' });
  local = synthesize({
    stage: 'local',
    retentionDays: '28',
    maxWebhooksPerUser: '9',
    retryDelaysSeconds: '60,120',
  });
});

describe('the environment of a function', () => {
  it.each(NAMES)('%s is exactly what the contract says', (name) => {
    const expected = [...FUNCTION_ENV[name], 'POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL'];
    expect(Object.keys(variablesOf(prod, name)).sort()).toEqual(expected.sort());
  });

  it.each(NAMES)('%s is named in its logs', (name) => {
    expect(variablesOf(prod, name)).toMatchObject({
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });

  it('carries the settings', () => {
    expect(variablesOf(local, 'deliverer')).toMatchObject({
      RETENTION_DAYS: '28',
      RETRY_DELAYS_SECONDS: '60,120',
      TARGET_POLICY: 'any',
    });
    expect(variablesOf(local, 'webhooks')).toMatchObject({
      MAX_WEBHOOKS_PER_USER: '9',
      TARGET_POLICY: 'any',
    });
    expect(variablesOf(local, 'dispatcher')).toMatchObject({ RETENTION_DAYS: '28' });
    expect(variablesOf(local, 'events')).toMatchObject({ RETENTION_DAYS: '28' });
  });

  it('calls public addresses alone in prod', () => {
    for (const name of ['deliverer', 'webhooks'] as const) {
      expect(variablesOf(prod, name).TARGET_POLICY).toBe('public');
    }
  });
});

describe('every function', () => {
  it('runs on Node.js 24 and arm64', () => {
    for (const path of Object.values(FUNCTION_PATHS)) {
      expect(resourceAt(prod, 'AWS::Lambda::Function', path).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    }
  });

  it('logs JSON to its own log group, without Lambda’s own lines', () => {
    for (const name of NAMES) {
      const { Properties } = resourceAt(prod, 'AWS::Lambda::Function', FUNCTION_PATHS[name]);
      expect(Properties.LoggingConfig).toEqual({
        LogFormat: 'JSON',
        ApplicationLogLevel: 'INFO',
        SystemLogLevel: 'WARN',
        LogGroup: { Ref: resourceAt(prod, 'AWS::Logs::LogGroup', `${FUNCTION_PATHS[name]}Logs`).id },
      });
    }
  });

  it('keeps its log as long as the settings say, in prod even past the stack', () => {
    for (const log of Object.values(resourcesOf(prod, 'AWS::Logs::LogGroup'))) {
      expect(log).toMatchObject({
        Properties: { RetentionInDays: 30 },
        DeletionPolicy: 'RetainExceptOnCreate',
      });
    }
    for (const log of Object.values(resourcesOf(local, 'AWS::Logs::LogGroup'))) {
      expect(log).toMatchObject({ Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
    }
  });
});

/** A function in a stack of its own, not yet granted anything. */
function givenFunction(props: Partial<NodeFunctionProps> = {}): { stack: Stack; fn: NodeFunction } {
  const context = { 'aws:cdk:bundling-stacks': [] };
  const app = new App({ context, outdir: newAssemblyDirectory(), builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  const fn = new NodeFunction(stack, 'Function', {
    name: 'events',
    settings: readSettings({}),
    environment: { RETENTION_DAYS: '30' },
    ...props,
  });
  return { stack, fn };
}

describe('a function apart from the contract', () => {
  it('is refused a variable that it does not read', () => {
    expect(() => givenFunction().fn.setEnv('TARGET_POLICY', 'any')).toThrow(/TARGET_POLICY/);
  });

  it('is refused a variable twice', () => {
    expect(() => givenFunction().fn.setEnv('RETENTION_DAYS', '1')).toThrow(/RETENTION_DAYS/);
  });

  it('fails synthesis where a variable is missing, by name', () => {
    const { stack, fn } = givenFunction();
    fn.setEnv('TABLE_NAME', 'table');
    expect(() => Template.fromStack(stack)).toThrow(/events lacks the variable BUS_NAME/);
  });
});

describe('the defaults of a function', () => {
  it('give way to what the caller asks for', () => {
    const { stack } = givenFunction({
      name: 'public',
      environment: { EGRESS_IPS: '192.0.2.1' },
      memorySize: 128,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 128,
      Timeout: 15,
    });
  });
});
