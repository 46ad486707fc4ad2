import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSiteFiles, renderPage } from '../../lib/site-files.ts';
import { arnOf, resourceAt, resourcesOf, synthesize } from './synthesis.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';

let template: Template;

beforeAll(() => {
  template = synthesize({ stage: 'prod' });
});

const configOf = (of: Template) =>
  resourceAt(of, 'AWS::CloudFront::Distribution', 'Site/Distribution').Properties.DistributionConfig;

/** What is brought into the bucket: first the files, then the page. */
const deploymentsOf = (of: Template) => Object.values(resourcesOf(of, 'Custom::CDKBucketDeployment'));

describe('the bucket of the dashboard', () => {
  it('is private, encrypted, and speaks TLS alone', () => {
    const { id, Properties } = resourceAt(template, 'AWS::S3::Bucket', 'Site/Bucket');
    expect(Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: expect.anything() },
    });
    const policy = resourceAt(template, 'AWS::S3::BucketPolicy', 'Site/Bucket/Policy');
    expect(policy.Properties.Bucket).toEqual({ Ref: id });
    expect(policy.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('is read by its own distribution, and nobody else', () => {
    const distribution = resourceAt(template, 'AWS::CloudFront::Distribution', 'Site/Distribution');
    const { PolicyDocument } = resourceAt(template, 'AWS::S3::BucketPolicy', 'Site/Bucket/Policy').Properties;
    const readers = PolicyDocument.Statement.filter(
      ({ Effect, Action }: { Effect: string; Action: string }) =>
        Effect === 'Allow' && Action === 's3:GetObject',
    );
    expect(readers).toHaveLength(1);
    expect(readers[0].Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(JSON.stringify(readers[0].Condition)).toContain(JSON.stringify({ Ref: distribution.id }));
    expect(configOf(template).Origins[0].OriginAccessControlId).toBeDefined();
  });

  it('has names of its region where CloudFront’s are of the whole account: a stage may stand in several', () => {
    const own = { 'Fn::Join': ['', ['CathcrWebhooks-prod-', { Ref: 'AWS::Region' }]] };
    const { Properties: headers } = resourceAt(
      template,
      'AWS::CloudFront::ResponseHeadersPolicy',
      'Site/Headers',
    );
    expect(headers.ResponseHeadersPolicyConfig.Name).toEqual(own);
    const { Properties: access } = resourceAt(
      template,
      'AWS::CloudFront::OriginAccessControl',
      'Site/OriginAccess',
    );
    expect(access.OriginAccessControlConfig.Name).toEqual(own);
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: own });
  });

  it.each(['dev', 'prod'])('goes with the stack in %s: everything in it is in the repository', (stage) => {
    const bucket = resourceAt(synthesize({ stage }), 'AWS::S3::Bucket', 'Site/Bucket');
    expect(bucket.DeletionPolicy).toBe('Delete');
  });
});

describe('the distribution of the dashboard', () => {
  it('speaks HTTPS, and answers any path that is no file with the page', () => {
    expect(configOf(template)).toMatchObject({
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https', Compress: true },
      CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/index.html' }],
    });
  });

  it('sends strict headers with every answer', () => {
    const headers = resourceAt(template, 'AWS::CloudFront::ResponseHeadersPolicy', 'Site/Headers');
    expect(configOf(template).DefaultCacheBehavior.ResponseHeadersPolicyId).toEqual({ Ref: headers.id });
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } =
      headers.Properties.ResponseHeadersPolicyConfig;
    expect(security).toMatchObject({
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
    });
    const csp = JSON.stringify(security.ContentSecurityPolicy);
    for (const directive of ["default-src 'none'", "script-src 'self'", "style-src 'self'"]) {
      expect(csp).toContain(directive);
    }
    expect(csp).not.toMatch(/unsafe|script-src[^;]*(https:|\*)/);
    expect(JSON.stringify(custom)).toContain('camera=()');
  });

  it('lets pages call the API by the operator’s own host name, where it has one', () => {
    const own = synthesize({ domainName: 'webhooks.example.com', certificateArn: CERTIFICATE });
    const headers = resourceAt(own, 'AWS::CloudFront::ResponseHeadersPolicy', 'Site/Headers');
    expect(JSON.stringify(headers.Properties)).toContain("connect-src 'self' https://webhooks.example.com;");
  });

  it('is what the stack tells', () => {
    const { id } = resourceAt(template, 'AWS::CloudFront::Distribution', 'Site/Distribution');
    template.hasOutput('DashboardUrl', {
      Value: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [id, 'DomainName'] }]] },
    });
  });
});

describe('what is published', () => {
  it('is files that are kept for ever, and then the page, which is asked for each time', () => {
    const [files, page] = deploymentsOf(template);
    expect(files?.Properties.SystemMetadata['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(page?.Properties.SystemMetadata['cache-control']).toBe('no-cache');
    expect(page?.DependsOn).toContainEqual(expect.stringMatching(/^SiteContentFilesCustomResource/));
  });

  it('removes nothing: pages that are open may still need the files of the version before', () => {
    for (const { Properties } of deploymentsOf(template)) expect(Properties.Prune).toBe(false);
  });

  it('is told where the API answers', () => {
    const api = resourceAt(template, 'AWS::ApiGatewayV2::Api', 'Api/HttpApi');
    const [, page] = deploymentsOf(template);
    expect(
      new Set(Object.values(page?.Properties.SourceMarkers[0]).map((value) => JSON.stringify(value))),
    ).toEqual(new Set([JSON.stringify({ 'Fn::GetAtt': [api.id, 'ApiEndpoint'] })]));
  });

  it('stands under a path of its own on a laptop, where it shares its host with the API', () => {
    const local = synthesize({ stage: 'local' });
    expect(configOf(local).CustomErrorResponses[0].ResponsePagePath).toBe('/dashboard/index.html');
    for (const { Properties } of deploymentsOf(local)) {
      expect(Properties.DestinationBucketKeyPrefix).toBe('dashboard');
      expect(Properties.SourceMarkers?.[0] ?? {}).toEqual({});
    }
  });

  it('is published by a role that trusts Lambda alone, and writes to a log of its own', () => {
    const role = resourceAt(template, 'AWS::IAM::Role', 'SiteContent/PublisherRole');
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    const publisher = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).find(
      ({ Properties }) => JSON.stringify(Properties.Role) === JSON.stringify(arnOf(role)),
    );
    const log = resourceAt(template, 'AWS::Logs::LogGroup', 'SiteContent/PublisherLogs');
    expect(publisher?.Properties.LoggingConfig.LogGroup).toEqual({ Ref: log.id });
  });
});

describe('a host name of the operator’s own', () => {
  it('is where the dashboard is, by TLS 1.2 at least, and let in by the API', () => {
    const own = synthesize({
      dashboardDomainName: 'dashboard.example.com',
      dashboardCertificateArn: CERTIFICATE,
    });
    expect(configOf(own)).toMatchObject({
      Aliases: ['dashboard.example.com'],
      ViewerCertificate: { AcmCertificateArn: CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2021' },
    });
    own.hasOutput('DashboardUrl', { Value: 'https://dashboard.example.com' });
    const { id } = resourceAt(own, 'AWS::CloudFront::Distribution', 'Site/Distribution');
    own.hasOutput('DashboardTarget', { Value: { 'Fn::GetAtt': [id, 'DomainName'] } });
    const api = resourceAt(own, 'AWS::ApiGatewayV2::Api', 'Api/HttpApi');
    expect(api.Properties.CorsConfiguration.AllowOrigins).toContain('https://dashboard.example.com');
  });
});

describe('the page', () => {
  it('names its files by the path it stands under, and nothing of any other host', () => {
    const page = renderPage({ base: '/dashboard', api: '' });
    const { script, style } = buildSiteFiles();
    expect(page).toContain(`src="/dashboard/assets/${script}"`);
    expect(page).toContain(`href="/dashboard/assets/${style}"`);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).not.toContain('{{');
  });

  it('lets the one API be called, and no other', () => {
    const page = renderPage({ base: '', api: 'https://api.example' });
    expect(page).toContain(`content="connect-src 'self' https://api.example"`);
  });

  it('has no script and no style in itself, which its headers would refuse', () => {
    const page = renderPage({ base: '', api: '' });
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
  });
});
