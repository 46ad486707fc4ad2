import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';
import { FunctionRole } from './function-role.ts';
import { Logs } from './logs.ts';
import type { Site } from './site.ts';
import { buildSiteFiles, renderPage } from './site-files.ts';

/** The names of built files tell what is in them: whoever has one need never ask again. */
const FOR_EVER = CacheControl.fromString('public, max-age=31536000, immutable');

type SiteContentProps = {
  readonly settings: Settings;
  readonly site: Site;
  /** Where the API answers. */
  readonly apiUrl: string;
};

/**
 * What is in the dashboard's bucket: the built files, and the page that names them and the API. So it comes after the
 * API, which lets the site in. Files of the version before stay, for the pages that are open.
 */
export class SiteContent extends Construct {
  constructor(scope: Construct, id: string, { settings, site, apiUrl }: SiteContentProps) {
    super(scope, id);
    const { bucket: destinationBucket, base } = site;
    const logGroup = new Logs(this, 'PublisherLogs', settings);
    const shared = {
      destinationBucket,
      ...(base && { destinationKeyPrefix: base.slice(1) }),
      prune: false,
      memoryLimit: 256,
      logGroup,
      role: new FunctionRole(this, 'PublisherRole', { logGroup, inVpc: false }),
    };
    const deploy = (name: string, source: ISource, cacheControl: CacheControl) =>
      new BucketDeployment(this, name, { ...shared, sources: [source], cacheControl: [cacheControl] });

    const files = withFiles((directory) => deploy('Files', Source.asset(directory), FOR_EVER));
    const html = renderPage({ base, api: base === '' ? apiUrl : '' });
    const page = deploy('Page', Source.data('index.html', html), CacheControl.noCache());
    page.node.addDependency(files);
    acknowledge(shared.role, destinationBucket);
  }
}

/** The built files in a folder, for as long as it takes to make an asset of them. */
function withFiles<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'cathcr-dashboard-'));
  try {
    mkdirSync(join(directory, 'assets'));
    for (const [name, contents] of buildSiteFiles().assets) {
      writeFileSync(join(directory, 'assets', name), contents);
    }
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What the publisher of the CDK does by names with a `*` in them, and to what: the files alone have no names before. */
const WIDE_ACTIONS = ['s3:GetBucket*', 's3:GetObject*', 's3:List*', 's3:Abort*', 's3:DeleteObject*'];

function acknowledge(role: FunctionRole, bucket: Bucket): void {
  const stack = Stack.of(role);
  const bucketId = stack.getLogicalId(bucket.node.defaultChild as CfnElement);
  const assets = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
  const wide = [
    ...WIDE_ACTIONS.map((action) => `Action::${action}`),
    `Resource::${assets}/*`,
    `Resource::<${bucketId}.Arn>/*`,
  ];
  const reason =
    'The CDK grants its publisher so: it runs when the stack is deployed, reads what the CDK has uploaded and ' +
    'writes the files of the dashboard, whose names are made anew with each version.';
  Validations.of(role).acknowledge(...wide.map((what) => ({ id: `AwsSolutions-IAM5[${what}]`, reason })));

  const publishers = stack.node.children.filter(({ node }) =>
    node.id.startsWith('Custom::CDKBucketDeployment'),
  );
  for (const publisher of publishers) {
    Validations.of(publisher).acknowledge({
      id: 'AwsSolutions-L1',
      reason:
        'The runtime is the choice of the CDK, and comes with its upgrades; it runs while a stack is deployed.',
    });
  }
}
