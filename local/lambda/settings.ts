import { REGION } from '../aws/account.ts';
import { deploymentFunctionsOf } from '../stack/deployment-functions.ts';
import type { Resource, Stack } from '../stack/stack.ts';

/** A function as its template describes it. */
export type FunctionSettings = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** What it calls AWS by, and Lambda acts for it by. */
  readonly roleArn: string;
  /** The folder of its code. */
  readonly assetPath: string;
  /** `index.handler`: a module and the name of what it exports. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly isInVpc: boolean;
  /** Whether X-Ray follows it. */
  readonly isTraced: boolean;
  /** All of its variables, those that Lambda sets included. */
  readonly environment: Readonly<Record<string, string>>;
};

/** The functions of the stack that run on Node and have their code in the assembly, but for those of deployments. */
export function readFunctions(stack: Stack, endpointUrl: string): FunctionSettings[] {
  const ofDeployment = new Set(deploymentFunctionsOf(stack).map(({ logicalId }) => logicalId));
  return stack.resourcesOf('AWS::Lambda::Function').flatMap((resource) => {
    if (ofDeployment.has(resource.logicalId)) return [];
    const isNode = resource.properties.optionalString('Runtime')?.startsWith('nodejs');
    const { assetPath } = resource;
    return isNode && assetPath ? [readFunction({ ...resource, assetPath }, endpointUrl)] : [];
  });
}

function readFunction(resource: Resource & { assetPath: string }, endpointUrl: string): FunctionSettings {
  const { logicalId, ref, arn, properties, assetPath } = resource;
  properties.refuse('Layers', 'DurableConfig', 'ReservedConcurrentExecutions');
  return {
    logicalId,
    name: ref,
    arn,
    roleArn: properties.string('Role'),
    assetPath,
    handler: properties.string('Handler'),
    timeoutSeconds: properties.number('Timeout', 3),
    memoryMb: properties.number('MemorySize', 128),
    isInVpc: properties.has('VpcConfig'),
    isTraced: properties.optionalObject('TracingConfig')?.optionalString('Mode') === 'Active',
    environment: { ...lambdaEnvironment(resource, endpointUrl), ...readVariables(resource) },
  };
}

function readVariables({ properties }: Resource): Record<string, string> {
  const variables = properties.optionalObject('Environment')?.optionalObject('Variables')?.values ?? {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

/** "Defined runtime environment variables", Lambda Developer Guide; each function has an access key of its own. */
function lambdaEnvironment({ ref: name, properties }: Resource, endpointUrl: string): Record<string, string> {
  const logging = properties.optionalObject('LoggingConfig');
  return {
    _HANDLER: properties.string('Handler'),
    AWS_ACCESS_KEY_ID: name,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${properties.string('Runtime')}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.number('MemorySize', 128)),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: logging?.optionalString('LogFormat') ?? 'Text',
    AWS_LAMBDA_LOG_GROUP_NAME: logging?.optionalString('LogGroup') ?? `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_LEVEL: logging?.optionalString('ApplicationLogLevel') ?? 'INFO',
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: REGION,
    AWS_SECRET_ACCESS_KEY: 'local',
    // On Lambda there is a newer Node than on a laptop, and nothing to warn of.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}
