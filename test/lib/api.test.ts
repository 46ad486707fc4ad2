import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../core/routes.ts';
import { FUNCTION_PATHS, resourceAt, resourcesOf, synthesize } from './synthesis.ts';

let template: Template;

/** The function that a route key leads to, by its name in the contract of environment variables. */
function functionOfRoute(routeKey: string): string | undefined {
  const route = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).find(
    ({ Properties }) => Properties.RouteKey === routeKey,
  );
  const integrationId = route?.Properties.Target['Fn::Join'][1][1].Ref;
  const uri = resourcesOf(template, 'AWS::ApiGatewayV2::Integration')[integrationId]?.Properties
    .IntegrationUri;
  const paths = Object.entries(FUNCTION_PATHS);
  return paths.find(
    ([, path]) => resourceAt(template, 'AWS::Lambda::Function', path).id === uri?.['Fn::GetAtt'][0],
  )?.[0];
}

beforeAll(() => {
  template = synthesize({
    stage: 'prod',
    throttleRate: '11',
    throttleBurst: '22',
    publishThrottleRate: '33',
    publishThrottleBurst: '44',
  });
});

describe('the HTTP API', () => {
  it.each(Object.entries(ROUTES))('%s leads to its function', (routeKey, route) => {
    expect(functionOfRoute(routeKey)).toBe(route.function);
  });

  it('sends every other request to the function that knows what is not there', () => {
    expect(functionOfRoute('$default')).toBe('public');
  });

  it('has no other routes, and one integration for each function', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Route', Object.keys(ROUTES).length + 1);
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 4);
  });

  it('gives functions the second version of the request', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Integration'))) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  it('may invoke its functions, each for its own paths', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(Object.keys(ROUTES).length + 1);
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Join': expect.anything() },
      });
    }
  });

  it('is throttled as the settings say, and deploys itself', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 11, ThrottlingBurstLimit: 22 },
    });
  });

  it('throttles publishing by itself, once its route is there', () => {
    const stage = resourceAt(template, 'AWS::ApiGatewayV2::Stage', 'HttpApi/Stage');
    expect(stage.Properties.RouteSettings).toEqual({
      'POST /events': { ThrottlingRateLimit: 33, ThrottlingBurstLimit: 44 },
    });
    const route = resourceAt(template, 'AWS::ApiGatewayV2::Route', 'HttpApi/POST--events');
    expect(stage.DependsOn).toContain(route.id);
  });

  it('logs what was asked of it in its own log, without keys or callers’ addresses', () => {
    const { Properties } = resourceAt(template, 'AWS::ApiGatewayV2::Stage', 'HttpApi/Stage');
    expect(Properties.AccessLogSettings.DestinationArn).toEqual({
      'Fn::GetAtt': [resourceAt(template, 'AWS::Logs::LogGroup', 'Api/AccessLogs').id, 'Arn'],
    });
    expect(Properties.AccessLogSettings.Format).toContain('$context.requestId');
    expect(Properties.AccessLogSettings.Format).not.toMatch(/sourceIp|authorizer|header/i);
  });

  it('answers in time: its functions stop before the gateway gives up', () => {
    for (const name of ['webhooks', 'deliveries', 'events', 'public'] as const) {
      const { Properties } = resourceAt(template, 'AWS::Lambda::Function', FUNCTION_PATHS[name]);
      expect(Properties.Timeout).toBeLessThanOrEqual(29);
    }
  });
});

describe('a host name of the operator’s own', () => {
  it('leads to the stage, and is what the stack tells', () => {
    const own = synthesize({
      domainName: 'webhooks.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b',
    });
    const domain = resourceAt(own, 'AWS::ApiGatewayV2::DomainName', 'Api/Domain');
    expect(domain.Properties).toMatchObject({
      DomainName: 'webhooks.example.com',
      DomainNameConfigurations: [{ CertificateArn: expect.stringContaining('0a1b') }],
    });
    own.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      DomainName: { Ref: domain.id },
      Stage: '$default',
    });
    own.hasOutput('ApiUrl', {
      Value: { 'Fn::Join': ['', ['https://', { Ref: domain.id }]] },
    });
    own.hasOutput('DomainTarget', { Value: { 'Fn::GetAtt': [domain.id, 'RegionalDomainName'] } });
  });

  it('is none where none is set', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });
});

const corsOf = (of: Template) =>
  resourceAt(of, 'AWS::ApiGatewayV2::Api', 'Api/HttpApi').Properties.CorsConfiguration;

describe('CORS', () => {
  /** The origin of the stack's own dashboard. */
  const ownOrigin = (of: Template) => {
    const { id } = resourceAt(of, 'AWS::CloudFront::Distribution', 'Site/Distribution');
    return { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [id, 'DomainName'] }]] };
  };

  it('lets the dashboard in, and nobody else, in prod', () => {
    const { AllowOrigins } = corsOf(template);
    expect(AllowOrigins).toEqual(['https://dashboard.cathcr.com', ownOrigin(template)]);
  });

  it('lets the origins of the settings in', () => {
    const origins = ['http://localhost:8080', 'https://preview.example'];
    const own = synthesize({ corsOrigins: origins.join() });
    expect(corsOf(own).AllowOrigins).toEqual([...origins, ownOrigin(own)]);
  });

  it('allows the headers of the contract and the methods of the routes', () => {
    const methods = new Set(Object.keys(ROUTES).map((key) => key.split(' ')[0]));
    expect(corsOf(template)).toMatchObject({
      AllowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
      AllowMethods: [...methods],
      MaxAge: 7200,
    });
    expect(corsOf(template).AllowCredentials).toBeUndefined();
  });
});
