import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  PriceClass,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import type { Settings } from './config.ts';
import { SiteHeaders } from './site-headers.ts';

/** A laptop has one origin for the API and the dashboard: there the dashboard stands under a path of its own. */
const LOCAL_BASE = '/dashboard';

/** Where the dashboard is served from: a private bucket behind CloudFront. `SiteContent` fills it. */
export class Site extends Construct {
  readonly bucket: Bucket;
  readonly distribution: Distribution;
  /** The origin of its pages, which the API is to let in. */
  readonly origin: string;
  /** The path that it stands under: empty, but on a laptop. */
  readonly base: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.base = settings.stage === 'local' ? LOCAL_BASE : '';
    this.bucket = this.createBucket();
    this.distribution = this.createDistribution(settings);
    this.origin = `https://${settings.dashboardDomainName ?? this.distribution.domainName}`;
  }

  /** Where people find it. */
  get url(): string {
    return this.origin + this.base;
  }

  /** Nothing is in it that is not in the repository: it goes with the stack in every stage. */
  private createBucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'CloudFront alone reads it, and the files are the same for everybody: who asked for which tells nothing.',
    });
    return bucket;
  }

  private createDistribution(settings: Settings): Distribution {
    const page = `${this.base}/index.html`;
    const originAccessControl = new S3OriginAccessControl(this, 'OriginAccess', {
      originAccessControlName: accountWideName(this),
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: `${Stack.of(this).stackName}: the dashboard`,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket, { originAccessControl }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: new SiteHeaders(this, 'Headers', settings),
      },
      defaultRootObject: page.slice(1),
      // A path that is no file is the page's own to understand. S3 says 403 to whoever may not list what there is.
      errorResponses: [
        { httpStatus: 403, responseHttpStatus: 200, responsePagePath: page, ttl: Duration.minutes(1) },
      ],
      priceClass: PriceClass.PRICE_CLASS_100,
      ...this.readOwnDomain(settings),
    });
    acknowledge(distribution);
    return distribution;
  }

  private readOwnDomain({ dashboardDomainName, dashboardCertificateArn }: Settings) {
    if (!dashboardDomainName || !dashboardCertificateArn) return {};
    return {
      domainNames: [dashboardDomainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', dashboardCertificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }
}

function acknowledge(distribution: Distribution): void {
  Validations.of(distribution).acknowledge(
    {
      id: 'AwsSolutions-CFR1',
      reason: 'Customers are in any country; the API that the dashboard stands for is closed to none either.',
    },
    {
      id: 'AwsSolutions-CFR2',
      reason:
        'Behind it are files that everybody may have, and nothing that computes: the API has throttles of its own.',
    },
    {
      id: 'AwsSolutions-CFR3',
      reason:
        'Who loads the files is personal and of no use to anybody; what is done with them the API logs.',
    },
    {
      id: 'AwsSolutions-CFR4',
      reason:
        'The least version of TLS can be set with a host name of one’s own alone, and is set to 1.2 then; ' +
        'the certificate that CloudFront brings comes with its own.',
    },
  );
}
