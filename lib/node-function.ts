import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import {
  type BundlingOptions,
  LogLevel,
  NodejsFunction,
  type NodejsFunctionProps,
  OutputFormat,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { type EnvName, FUNCTION_ENV, type FunctionName } from '../lambdas/env.ts';
import type { Settings } from './config.ts';
import { FunctionRole } from './function-role.ts';
import { Logs } from './logs.ts';

const PROJECT = join(import.meta.dirname, '..');

/**
 * Built for Node 20 with the SDK inside, so that what is deployed on Node 24 also runs on a laptop. No source
 * maps: Node would read them on every cold start.
 */
const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node20',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  sourceMap: false,
  bundleAwsSDK: true,
  externalModules: [],
  logLevel: LogLevel.WARNING,
};

export type NodeFunctionProps = Omit<NodejsFunctionProps, 'entry' | 'environment' | 'role' | 'logGroup'> & {
  /** Its name in the contract of environment variables; its handler is `lambdas/<name>.ts`. */
  readonly name: FunctionName;
  readonly settings: Settings;
  /** What no grant sets: figures and rules from the settings. */
  readonly environment?: Partial<Record<EnvName, string>>;
};

/**
 * One of the functions of `lambdas/`, with its own role and log group.
 *
 * Synthesis fails where a variable of `lambdas/env.ts` is not set, or one is set that the function does not read.
 */
export class NodeFunction extends NodejsFunction {
  declare readonly role: FunctionRole;
  readonly contractName: FunctionName;
  private readonly unset: Set<EnvName>;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    const { name, settings, environment = {}, bundling, ...options } = props;
    const logGroup = new Logs(scope, `${id}Logs`, settings);
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(15),
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Lambda's own START, END and REPORT lines are INFO, and each is paid for.
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: settings.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      depsLockFilePath: join(PROJECT, 'package-lock.json'),
      ...options,
      entry: join(PROJECT, 'lambdas', `${name}.ts`),
      bundling: { ...BUNDLING, ...bundling },
      environment: { POWERTOOLS_SERVICE_NAME: name, POWERTOOLS_LOG_LEVEL: 'INFO' },
      logGroup,
      role: new FunctionRole(scope, `${id}Role`, { logGroup, inVpc: options.vpc !== undefined }),
    });
    this.contractName = name;
    this.unset = new Set(FUNCTION_ENV[name]);
    this.node.addValidation({
      validate: () => [...this.unset].map((variable) => `${name} lacks the variable ${variable}`),
    });
    for (const [variable, value] of Object.entries(environment)) this.setEnv(variable as EnvName, value);
  }

  /**
   * Sets one variable of the contract.
   * @throws Error where the function does not read it, or has it already
   */
  setEnv(name: EnvName, value: string): void {
    if (!this.unset.delete(name)) throw new Error(`${this.node.path} reads no ${name}, or has one already`);
    this.addEnvironment(name, value);
  }

  /** Lets the function do `actions`, such as `sqs:SendMessage`, to exactly one resource, under conditions where given. */
  allow(actions: readonly string[], resourceArn: string, conditions?: Conditions): void {
    this.addToRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [resourceArn], conditions }),
    );
  }
}
