import type { Properties } from '../stack/properties.ts';
import type { Resource, Stack } from '../stack/stack.ts';

/** A website of the stack (files in a bucket, behind CloudFront), as its template describes it. */
export type SiteSettings = {
  /** What its files' keys begin with, by which requests for it are known: `dashboard/`. */
  readonly keyPrefix: string;
  /** What is brought into the bucket, in this order. */
  readonly sources: readonly SiteSource[];
  /** What every answer carries, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is answered where there is no such file. */
  readonly missing: { readonly status: number; readonly key: string };
};

type SiteSource = { readonly directory: string; readonly cacheControl: string };

/** CloudFront's names of the headers that have settings of their own. Source: CloudFront guide, response headers. */
const SECURITY_HEADERS: Readonly<Record<string, (settings: Properties) => [string, string]>> = {
  ContentSecurityPolicy: (own) => ['content-security-policy', own.string('ContentSecurityPolicy')],
  ContentTypeOptions: () => ['x-content-type-options', 'nosniff'],
  FrameOptions: (own) => ['x-frame-options', own.string('FrameOption')],
  ReferrerPolicy: (own) => ['referrer-policy', own.string('ReferrerPolicy')],
  StrictTransportSecurity: (own) => [
    'strict-transport-security',
    `max-age=${own.number('AccessControlMaxAgeSec', 0)}`,
  ],
};

/**
 * Reads the one website; undefined where the stack has none that stands under a path of its own.
 * @throws Error naming what the runtime does not understand
 */
export function readSite(stack: Stack): SiteSettings | undefined {
  const [distribution] = stack.resourcesOf('AWS::CloudFront::Distribution');
  if (!distribution) return undefined;
  const config = distribution.properties.object('DistributionConfig');
  config.refuse('CacheBehaviors');
  const deployments = stack.resourcesOf('Custom::CDKBucketDeployment');
  const keyPrefix = deployments[0]?.properties.optionalString('DestinationBucketKeyPrefix');
  if (!keyPrefix) return undefined;
  return {
    keyPrefix: `${keyPrefix}/`,
    sources: deployments.flatMap((deployment) => readSources(stack, deployment)),
    headers: readHeaders(stack, config.object('DefaultCacheBehavior').string('ResponseHeadersPolicyId')),
    missing: readMissing(config),
  };
}

function readSources(stack: Stack, { properties }: Resource): SiteSource[] {
  const [markers] = properties.objects('SourceMarkers');
  if (Object.keys(markers?.values ?? {}).length > 0)
    properties.fail('SourceMarkers', 'are not replaced by the local runtime');
  const cacheControl = properties.object('SystemMetadata').string('cache-control');
  return properties
    .strings('SourceObjectKeys')
    .map((key) => ({ directory: stack.assetDirectoryOf(key), cacheControl }));
}

function readHeaders(stack: Stack, policyId: string): Record<string, string> {
  const policy = stack
    .resourcesOf('AWS::CloudFront::ResponseHeadersPolicy')
    .find(({ ref }) => ref === policyId);
  if (!policy) throw new Error(`the stack has no response headers policy ${policyId}`);
  const config = policy.properties.object('ResponseHeadersPolicyConfig');
  config.refuse('CorsConfig', 'RemoveHeadersConfig', 'ServerTimingHeadersConfig');
  const security = config.object('SecurityHeadersConfig');
  const own = Object.keys(security.values).map((name) => {
    const read = SECURITY_HEADERS[name];
    return read ? read(security.object(name)) : security.fail(name, 'is not known to the local runtime');
  });
  const custom = config.object('CustomHeadersConfig').objects('Items');
  const others = custom.map((item): [string, string] => [
    item.string('Header').toLowerCase(),
    item.string('Value'),
  ]);
  return Object.fromEntries([...own, ...others]);
}

/** S3 answers 403 to CloudFront, which may not list what there is. */
function readMissing(config: Properties): SiteSettings['missing'] {
  const rule = config.objects('CustomErrorResponses').find((each) => each.number('ErrorCode', 0) === 403);
  if (!rule) return config.fail('CustomErrorResponses', 'say nothing of 403');
  return { status: rule.number('ResponseCode', 403), key: rule.string('ResponsePagePath').slice(1) };
}
