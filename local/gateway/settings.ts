import type { Properties } from '../stack/properties.ts';
import type { Resource, Stack } from '../stack/stack.ts';
import { type CorsSettings, readCors } from './cors.ts';

/** The HTTP API of a stack, as its template describes it. */
export type ApiSettings = {
  readonly apiId: string;
  readonly stageName: string;
  readonly cors: CorsSettings | undefined;
  /** Of all routes that have none of their own, together. */
  readonly throttle: ThrottleSettings | undefined;
  readonly routes: readonly RouteSettings[];
};

/** As many requests a second, and as many at once after a pause. */
export type ThrottleSettings = { readonly ratePerSecond: number; readonly burst: number };

type RouteSettings = {
  /** `GET /things/{id}` or `$default`. */
  readonly key: string;
  /** What its integration names: the ARN of a function, or a URI with that in it. */
  readonly functionUri: string;
  readonly timeoutMs: number;
  /** Of this route alone. */
  readonly throttle: ThrottleSettings | undefined;
};

/**
 * Reads the one HTTP API; undefined where the stack has none.
 * @throws Error naming what the runtime does not understand
 */
export function readApi(stack: Stack): ApiSettings | undefined {
  const [api, other] = stack.resourcesOf('AWS::ApiGatewayV2::Api');
  if (!api) return undefined;
  if (other)
    throw new Error(
      `the local runtime knows one HTTP API, and there are ${api.logicalId} and ${other.logicalId}`,
    );
  api.properties.refuse('Body', 'BodyS3Location', 'Target', 'RouteKey');
  const [stage] = stack.resourcesOf('AWS::ApiGatewayV2::Stage');
  stage?.properties.refuse('StageVariables');
  return {
    apiId: api.ref,
    stageName: stage?.properties.string('StageName') ?? '$default',
    cors: readCors(api.properties.optionalObject('CorsConfiguration')),
    throttle: readThrottle(stage?.properties.optionalObject('DefaultRouteSettings')),
    routes: readRoutes(stack, stage?.properties.optionalObject('RouteSettings')),
  };
}

function readThrottle(settings: Properties | undefined): ThrottleSettings | undefined {
  const ratePerSecond = settings?.optionalNumber('ThrottlingRateLimit');
  const burst = settings?.optionalNumber('ThrottlingBurstLimit');
  return ratePerSecond === undefined || burst === undefined ? undefined : { ratePerSecond, burst };
}

function readRoutes(stack: Stack, ofStage: Properties | undefined): RouteSettings[] {
  const integrations = new Map(
    stack.resourcesOf('AWS::ApiGatewayV2::Integration').map((each) => [each.ref, each]),
  );
  return stack.resourcesOf('AWS::ApiGatewayV2::Route').map(({ properties }) => {
    const authorization = properties.optionalString('AuthorizationType') ?? 'NONE';
    if (authorization !== 'NONE')
      properties.fail('AuthorizationType', `is ${authorization}, which the local runtime does not know`);
    const integration = integrations.get(properties.string('Target').replace('integrations/', ''));
    if (!integration) return properties.fail('Target', 'names no integration of the stack');
    const key = properties.string('RouteKey');
    return readRoute(key, integration, readThrottle(ofStage?.optionalObject(key)));
  });
}

function readRoute(
  key: string,
  { properties }: Resource,
  throttle: ThrottleSettings | undefined,
): RouteSettings {
  for (const [name, known] of [
    ['IntegrationType', 'AWS_PROXY'],
    ['PayloadFormatVersion', '2.0'],
  ] as const) {
    if (properties.string(name) !== known)
      properties.fail(name, `is not ${known}, which is all the local runtime knows`);
  }
  properties.refuse('CredentialsArn', 'RequestParameters', 'ResponseParameters');
  return {
    key,
    functionUri: properties.string('IntegrationUri'),
    timeoutMs: properties.number('TimeoutInMillis', 30_000),
    throttle,
  };
}
