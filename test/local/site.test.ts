import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../../local/runtime.ts';
import { givenAssembly, talkTo } from './support/given.ts';
import { arnOf, httpApi, lambda, type Resources, ref } from './support/template.ts';

const HANDLER = 'export const handler = async () => ({ statusCode: 404, body: "the API" });';

const deployment = (asset: string, cacheControl: string, more: object = {}) => ({
  Type: 'Custom::CDKBucketDeployment',
  Properties: {
    ServiceToken: arnOf('Publisher'),
    SourceObjectKeys: [`${asset}.zip`],
    DestinationBucketKeyPrefix: 'site',
    SystemMetadata: { 'cache-control': cacheControl },
    ...more,
  },
});

const headersPolicy = (security: object) => ({
  Type: 'AWS::CloudFront::ResponseHeadersPolicy',
  Properties: {
    ResponseHeadersPolicyConfig: {
      SecurityHeadersConfig: security,
      CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: 'yes', Override: true }] },
    },
  },
});

const SITE: Resources = {
  ...httpApi({ $default: 'Api1' }),
  Api1: lambda('Api1'),
  Publisher: {
    Type: 'AWS::Lambda::Function',
    Properties: { Runtime: 'python3.13', Role: arnOf('PublisherRole') },
  },
  // The role of a function that only a deployment runs may be anything.
  PublisherRole: {
    Type: 'AWS::IAM::Role',
    Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Any'] },
  },
  Headers: headersPolicy({
    ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'" },
    ContentTypeOptions: { Override: true },
  }),
  Distribution: {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        DefaultCacheBehavior: { ResponseHeadersPolicyId: ref('Headers') },
        CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/site/index.html' }],
      },
    },
  },
  Files: deployment('files', 'immutable'),
  Page: deployment('page', 'no-cache'),
};

const FILES: Record<string, string> = {
  'files/assets/main.js': 'run();',
  'page/index.html': '<p>the page</p>',
};

async function givenSite(resources: Resources = SITE) {
  const assemblyDirectory = await givenAssembly({
    resources,
    outputs: {
      SiteUrl: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Distribution', 'DomainName'] }, '/site']] },
    },
    handlers: { Api1: HANDLER },
  });
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(assemblyDirectory, `asset.${path}`);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  }
  const runtime = await start({ assemblyDirectory, port: 0 });
  onTestFinished(() => runtime.stop());
  return { runtime, ...talkTo(runtime.url) };
}

test('a website is served under the path that its files are brought to, with its headers', async () => {
  const { send } = await givenSite();
  const script = await send('GET', '/site/assets/main.js');
  expect(await script.text()).toBe('run();');
  expect(Object.fromEntries(script.headers)).toMatchObject({
    'content-type': 'text/javascript',
    'cache-control': 'immutable',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
    'x-own': 'yes',
  });
});

test.each(['/site', '/site/', '/site/deep/link?with=query'])(
  '%s is no file, and gets the page',
  async (path) => {
    const { send } = await givenSite();
    const answer = await send('GET', path);
    expect([answer.status, await answer.text()]).toEqual([200, '<p>the page</p>']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  },
);

test.each(['/', '/sites', '/other/site/'])('%s is the API’s', async (path) => {
  const { send } = await givenSite();
  expect(await (await send('GET', path)).text()).toBe('the API');
});

test('a website is read, and nothing else', async () => {
  const { send } = await givenSite();
  expect((await send('POST', '/site/', {})).status).toBe(405);
});

test('the address of the distribution is the runtime’s', async () => {
  const { runtime } = await givenSite();
  expect(runtime.outputs.SiteUrl).toBe(`${runtime.url}/site`);
});

test.each<[string, Resources]>([
  [
    'SourceMarkers are not replaced',
    { Page: deployment('page', 'no-cache', { SourceMarkers: [{ a: 'b' }] }) },
  ],
  ['FrameOptionsX is not known', { Headers: headersPolicy({ FrameOptionsX: {} }) }],
])('what is not understood ends the start: %s', async (fault, changed) => {
  await expect(givenSite({ ...SITE, ...changed })).rejects.toThrow(fault);
});
