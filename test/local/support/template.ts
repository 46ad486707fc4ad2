/** Parts of a CloudFormation template, as the CDK writes them. */

export type FixtureResource = { Type: string; Properties?: object; Metadata?: object; Condition?: string };
export type Resources = Record<string, FixtureResource>;

export const ref = (logicalId: string) => ({ Ref: logicalId });
export const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

export const queue = (properties: object = {}): FixtureResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

export const redriveTo = (logicalId: string, maxReceiveCount: number) => ({
  RedrivePolicy: { deadLetterTargetArn: arnOf(logicalId), maxReceiveCount },
});

/** A function whose code is the folder `asset.<logicalId>` of the assembly. */
export const lambda = (logicalId: string, properties: object = {}): FixtureResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Runtime: 'nodejs24.x', Handler: 'index.handler', ...properties },
  Metadata: { 'aws:asset:path': `asset.${logicalId}` },
});

export const mapping = (queueId: string, functionId: string, properties: object = {}): FixtureResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: arnOf(queueId), FunctionName: ref(functionId), ...properties },
});

export const rule = (busId: string, pattern: object, targets: object[]): FixtureResource => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventBusName: ref(busId), EventPattern: pattern, State: 'ENABLED', Targets: targets },
});

export const allow = (Action: string | string[], Resource: unknown, rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});

/** A role that `services` may take, its trust policy with more where given. */
export const role = (
  statements: object[],
  services: string | string[],
  trust: object = {},
): FixtureResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: services }, ...trust }],
    },
    Policies: [{ PolicyDocument: { Statement: statements } }],
  },
});

export const queuePolicy = (queueId: string, statements: object[]): FixtureResource => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [ref(queueId)], PolicyDocument: { Statement: statements } },
});

/** An HTTP API, one integration for each function, and routes: `{ 'GET /things': 'Things' }`. */
export function httpApi(routes: Record<string, string>, { api = {}, stage = {} } = {}): Resources {
  const functions = [...new Set(Object.values(routes))];
  return {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', ...api } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: ref('Api'), StageName: '$default', ...stage },
    },
    ...Object.fromEntries(functions.map((name) => [`${name}Integration`, integration(name)])),
    ...Object.fromEntries(
      Object.entries(routes).map(([key, name], index) => [`Route${index}`, route(key, name)]),
    ),
  };
}

const integration = (functionId: string): FixtureResource => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: ref('Api'),
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: arnOf(functionId),
    PayloadFormatVersion: '2.0',
  },
});

const route = (key: string, functionId: string): FixtureResource => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: ref('Api'),
    AuthorizationType: 'NONE',
    RouteKey: key,
    Target: { 'Fn::Join': ['', ['integrations/', ref(`${functionId}Integration`)]] },
  },
});
